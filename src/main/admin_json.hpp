/// What the administrators' calls answer, as JSON. docs/protocol.md is its specification. Pure.
#pragma once

#include "identity/identity.hpp"
#include "login/clients.hpp"
#include "store/overview.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <vector>

namespace latchkey {

/// What only the running process knows.
struct LiveFigures {
    std::int64_t watching = 0;  ///< entries of pages that watch a login; two with its typed code
    std::int64_t begun = 0;     ///< logins that were made within the last hour
};

boost::json::object glance_json(const store::Glance& glance, const LiveFigures& live);
boost::json::object accounts_json(const std::vector<store::AccountLine>& accounts, Time now);
boost::json::object clients_json(const std::vector<login::Client>& clients, Time now);
boost::json::object events_json(const store::Overview::Found& found, Time now);

}  // namespace latchkey
