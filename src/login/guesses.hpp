/// Whoever guesses tokens and codes is slowed down.
#pragma once

#include "login/ports.hpp"

#include <utility>

namespace latchkey::login {

/// The server's budget of failures, by address prefix. Thread-safe.
class Guesses {
 public:
    Guesses(RunningServer server, SteadyClock clock)
        : server_(std::move(server)), clock_(std::move(clock)) {}

    /// How long this address must wait before it may try again; zero when it need not.
    milliseconds wait(const IpAddress& address) const {
        return server_().failures().wait(address.budget_prefix(), clock_());
    }
    /// A token or a code was wrong.
    void wrong(const IpAddress& address) const {
        server_().failures().take(address.budget_prefix(), clock_());
    }

 private:
    RunningServer server_;
    SteadyClock clock_;
};

}  // namespace latchkey::login
