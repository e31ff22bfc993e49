/// The sealing keys, for whoever runs the server. They work beside a running server.
#pragma once

#include "base/time.hpp"

#include <filesystem>
#include <string>

namespace latchkey {

/// Each prints what it did to standard output, and throws `std::runtime_error` that says why it
/// could not and what would do, as when there is no sealing key in that data directory.

/// Adds a key that seals from now on, and drops those that are of no use any more.
void key_rotate(const std::filesystem::path& data);
/// One line for each key, the current one first: id, `current` or `older`, and how long ago it was
/// made, apart by tabs. Never the key itself.
void key_list(const std::filesystem::path& data);

/// How long ago, in one unit: `59 s`, `59 min`, `23 h`, `400 d`. Pure.
std::string age_text(milliseconds age);

}  // namespace latchkey
