/// The HTTP calls of making an account: `/v1/join`. docs/protocol.md is their specification.
#pragma once

#include "identity/attempts.hpp"
#include "identity/joining.hpp"
#include "net/router.hpp"

#include <string>

namespace latchkey::identity {

/// All but the values must outlive the routes.
struct JoinParts {
    Joining& joining;
    Attempts& attempts;
    AccountRules rules;
    Clock clock;
    std::string public_url;              ///< empty: what the browser asked for
    std::string site_name = "Latchkey";  ///< as the browser's own window names us
};

/// Thread-safe; outlives the server.
class JoinRoutes {
 public:
    explicit JoinRoutes(JoinParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    net::Response ways() const;
    Async<net::Response> look(net::Request request) const;
    Async<net::Response> challenge(net::Request request) const;
    Async<net::Response> join(net::Request request) const;
    net::Response refused(const net::Request& request, const ErrorCode& error) const;

    JoinParts parts_;
};

}  // namespace latchkey::identity
