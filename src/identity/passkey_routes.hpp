/// The HTTP calls of passkeys: `/v1/me/passkeys` and the challenges. docs/protocol.md is their
/// specification; `POST /v1/session` is among `Routes`.
#pragma once

#include "identity/attempts.hpp"
#include "identity/passkeys.hpp"
#include "net/router.hpp"

#include <string>

namespace latchkey::identity {

/// All but the values must outlive the routes.
struct PasskeyParts {
    Passkeys& passkeys;
    Sessions& sessions;
    AccountStore& accounts;
    Attempts& attempts;
    AccountRules rules;
    Clock clock;
    std::string public_url;              ///< empty: what the browser asked for
    std::string site_name = "Latchkey";  ///< as the browser's own window names us
};

/// Thread-safe; outlives the server.
class PasskeyRoutes {
 public:
    explicit PasskeyRoutes(PasskeyParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

    /// `POST /v1/session` with a `passkey`: 200 with the session's cookie, 400, 401, 404, 429 or
    /// 503. The session is a new one always, and the one that the browser had ends.
    Async<net::Response> sign_in(net::Request request) const;

 private:
    net::Response challenge(const net::Request& request) const;
    Async<net::Response> challenge_to_add(net::Request request) const;
    Async<net::Response> add(net::Request request) const;
    Async<net::Response> list(net::Request request) const;
    Async<net::Response> rename(net::Request request) const;
    Async<net::Response> remove(net::Request request) const;

    PasskeyParts parts_;
};

}  // namespace latchkey::identity
