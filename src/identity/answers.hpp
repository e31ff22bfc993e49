/// What the routes of this room answer. docs/protocol.md is their specification.
#pragma once

#include "identity/ports.hpp"
#include "net/http.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace latchkey::identity {

/// How long ago something was; a clock that was set back gives no negative age.
std::int64_t ms_ago(Time then, Time now);
/// What is somebody's own: kept by nobody on the way.
net::Response private_json(const boost::json::object& body, unsigned status = 200);
/// 204, likewise.
net::Response private_empty();

/// The problem that an error of this room is on the wire.
net::Response problem_of(const ErrorCode& error);
/// 400: the body is not the JSON that the call wants.
net::Response bad_request();
/// 429 with `Retry-After`.
net::Response too_many_attempts(milliseconds wait);

/// `{"account":{"id","name"}}`
boost::json::object account_json(const AccountId& id, std::string_view name);
/// `{"account":…,"session":…}` of `GET /v1/session`.
boost::json::object signed_in_json(
    const SignedIn& signed_in, const std::optional<Session>& approver, Time now
);
/// `{"sessions":[…]}` of `GET /v1/me/sessions`.
boost::json::object sessions_json(
    const std::vector<Session>& sessions, const SessionId& current, Time now
);

}  // namespace latchkey::identity
