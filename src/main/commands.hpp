/// The command line: `serve`, `check-config`, `user …`, `client …`, `audit …`, `key …`.
#pragma once

namespace latchkey {

/// What a command leaves to the shell.
namespace exit_code {
inline constexpr int done = 0;  ///< also: help and version were shown, and `serve` has drained
inline constexpr int failed =
    1;  ///< the configuration has faults, or the work could not be done; said on standard error
inline constexpr int usage = 2;  ///< the command line was wrong; said on standard error
}  // namespace exit_code

/// Runs the command of that line and returns one of the above. Never throws.
int run_command(int argc, const char* const* argv) noexcept;

}  // namespace latchkey
