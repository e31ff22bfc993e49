/// What is stored of a person, for that person: `/v1/me/export`. docs/protocol.md is its
/// specification.
#pragma once

#include "identity/ports.hpp"
#include "identity/sessions.hpp"
#include "net/router.hpp"
#include "store/overview.hpp"

namespace latchkey {

/// As many of the account's newest events go into one export.
inline constexpr std::size_t export_events_max = 10'000;
/// Pieces of the audit log (50,000 events each) that are looked through for them.
inline constexpr std::size_t export_pieces_max = 20;

/// All but the clock must outlive the routes.
struct OwnDataParts {
    identity::Sessions& sessions;
    identity::AccountStore& accounts;
    identity::PasskeyStore& passkeys;
    identity::RecoveryStore& recovery;
    store::Overview& overview;
    Clock clock;
};

/// Thread-safe; outlives the server.
class OwnDataRoutes {
 public:
    explicit OwnDataRoutes(OwnDataParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    struct Events {
        boost::json::array list;
        bool complete = true;
    };
    Async<net::Response> give(net::Request request) const;
    Async<Result<Events>> events_of(AccountId account) const;

    OwnDataParts parts_;
};

}  // namespace latchkey
