/// Whoever guesses tokens and codes is slowed down.
#pragma once

#include "login/ports.hpp"

#include <utility>

namespace latchkey::login {

/// The server's budget of failures, by address prefix. Only what turned out wrong is held against
/// it: whoever has the right token or code never waits for the guesses of a neighbour. Thread-safe.
class Guesses {
 public:
    Guesses(RunningServer server, SteadyClock clock)
        : server_(std::move(server)), clock_(std::move(clock)) {}

    /// A token or a code was wrong. How long the address must wait before it is told so again;
    /// zero: it may be told now, and that counts.
    [[nodiscard]] milliseconds wrong(const IpAddress& address) const {
        return server_().failures().take(address.budget_prefix(), clock_());
    }

 private:
    RunningServer server_;
    SteadyClock clock_;
};

}  // namespace latchkey::login
