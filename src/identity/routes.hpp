/// The HTTP calls of accounts and sessions: `/v1/session`, `/v1/me`, `/v1/me/sessions`.
/// docs/protocol.md is their specification.
#pragma once

#include "identity/accounts.hpp"
#include "identity/attempts.hpp"
#include "identity/passkey_routes.hpp"
#include "identity/recovery.hpp"
#include "identity/sessions.hpp"
#include "net/router.hpp"

namespace latchkey::identity {

/// All must outlive the routes.
struct RouteParts {
    Accounts& accounts;
    Sessions& sessions;
    Recovery& recovery;
    AccountStore& store;
    Attempts& attempts;
    const PasskeyRoutes& passkeys;  ///< who signs in with one is passed on to these
    AccountRules rules;
    Clock clock;
};

/// Thread-safe; outlives the server.
class Routes {
 public:
    explicit Routes(RouteParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    Async<net::Response> sign_in(net::Request request);
    Async<net::Response> who(net::Request request);
    Async<net::Response> sign_out(net::Request request);
    Async<net::Response> change(net::Request request);
    Async<net::Response> list(net::Request request);
    Async<net::Response> end(net::Request request);
    Async<net::Response> end_all(net::Request request);

    /// A session that has begun.
    struct Begun {
        AccountId account;
        std::string name;
        Minted minted;
    };
    Async<Result<Begun>> by_password(
        const net::Request& request, std::string name, Secret password, Time now
    );
    Async<Result<Begun>> by_code(
        const net::Request& request, std::string name, std::string code, Time now
    );
    struct Charge {
        milliseconds wait;  ///< zero: it may try
        bool of_name;       ///< the name's budget was charged, too
    };
    Async<Charge> charge_try(const net::Request& request, std::string name, Time now);
    Async<bool> is_at_home(IpAddress address, std::string name, Time now);

    RouteParts parts_;
};

}  // namespace latchkey::identity
