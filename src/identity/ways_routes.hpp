/// The HTTP calls of what opens an account beside passkeys, and of its end: `/v1/me/password`,
/// `/v1/me/recovery-codes`, `/v1/me/delete`. docs/protocol.md is their specification.
#pragma once

#include "identity/accounts.hpp"
#include "identity/attempts.hpp"
#include "identity/recovery.hpp"
#include "identity/sessions.hpp"
#include "net/router.hpp"

namespace latchkey::identity {

/// All but the values must outlive the routes.
struct WaysParts {
    Accounts& accounts;
    Recovery& recovery;
    Sessions& sessions;
    Attempts& attempts;
    AccountRules rules;
    Clock clock;
};

/// What changes something wants a fresh session (`may_change_ways_in`). Thread-safe; outlives the
/// server.
class WaysRoutes {
 public:
    explicit WaysRoutes(WaysParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    Async<net::Response> set_password(net::Request request) const;
    Async<net::Response> drop_password(net::Request request) const;
    Async<net::Response> codes(net::Request request) const;
    Async<net::Response> renew_codes(net::Request request) const;
    Async<net::Response> remove(net::Request request) const;

    WaysParts parts_;
};

}  // namespace latchkey::identity
