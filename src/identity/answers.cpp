#include "identity/answers.hpp"

#include "base/encoding.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace latchkey::identity {
namespace {

struct Problem {
    unsigned status;
    std::string_view name;
};

Problem problem_named(Errc error) {
    switch (error) {
        case Errc::not_signed_in:
            return {401, "not-signed-in"};
        case Errc::wrong_credentials:
            return {401, "wrong-credentials"};
        case Errc::recovery_refused:
            return {401, "recovery-refused"};
        case Errc::name_taken:
            return {409, "name-taken"};
        case Errc::invalid_name:
            return {422, "invalid-name"};
        case Errc::weak_password:
            return {422, "weak-password"};
        case Errc::account_unknown:
            return {404, "account-unknown"};
        case Errc::last_admin:
            return {409, "last-admin"};
        case Errc::session_unknown:
            return {404, "session-unknown"};
        case Errc::sign_up_closed:
            return {403, "sign-up-closed"};
        case Errc::invitation_unknown:
            return {403, "invitation-unknown"};
        case Errc::passwords_off:
            return {403, "passwords-off"};
        case Errc::last_way_in:
            return {409, "last-way-in"};
        case Errc::challenge_expired:
            return {400, "challenge-expired"};
        case Errc::passkey_unknown:
            return {404, "passkey-unknown"};
        case Errc::passkey_refused:
            return {422, "passkey-refused"};
        case Errc::passkey_known:
            return {409, "passkey-known"};
        case Errc::too_many_passkeys:
            return {409, "too-many-passkeys"};
        case Errc::invalid_passkey_name:
            return {422, "invalid-passkey-name"};
        case Errc::sign_in_again:
            return {403, "sign-in-again"};
        case Errc::passkeys_off:
            return {404, "passkeys-off"};
        case Errc::busy:
            return {503, "busy"};
        case Errc::unavailable:
            break;
    }
    return {503, "unavailable"};
}

}  // namespace

std::int64_t ms_ago(Time then, Time now) {
    return std::max<std::int64_t>(0, (now - then).count());
}

net::Response private_json(const boost::json::object& body, unsigned status) {
    net::Response response = net::json(body, status);
    response.no_store();
    return response;
}

net::Response private_empty() {
    net::Response response = net::empty();
    response.no_store();
    return response;
}

net::Response problem_of(const ErrorCode& error) {
    const bool ours = error.category() == ErrorCategory<Errc>::instance();
    const Errc value = ours ? static_cast<Errc>(error.value()) : Errc::unavailable;
    const Problem named = problem_named(value);
    net::Response response = net::problem(named.status, named.name, meaning(value));
    if (named.status == 503) response.add("Retry-After", "1");
    return response;
}

net::Response bad_request() {
    return net::problem(400, "bad-request", "the body is not the JSON object that this call wants");
}

net::Response too_many_attempts(milliseconds wait) {
    net::Response response =
        net::problem(429, "too-many-requests", "too many wrong attempts; try again after a while");
    response.add("Retry-After", std::to_string(std::chrono::ceil<seconds>(wait).count()));
    return response;
}

boost::json::object account_json(const AccountId& id, std::string_view name) {
    return {{"account", {{"id", base64url(id.view())}, {"name", name}}}};
}

boost::json::object signed_in_json(
    const SignedIn& signed_in, const std::optional<Session>& approver, Time now
) {
    const Session& session = signed_in.session;
    boost::json::value approved_from;
    if (approver) {
        approved_from = {
            {"browser", approver->browser},
            {"system", approver->system},
            {"address", approver->address},
        };
    }
    boost::json::object answer = account_json(session.account, signed_in.account_name);
    answer["account"].as_object().emplace("shown_as", to_string(signed_in.shown_as));
    answer["account"].as_object().emplace("role", to_string(signed_in.role));
    answer["session"] = {
        {"id", base64url(session.id.view())},
        {"kind", to_string(session.kind)},
        {"created_ms_ago", ms_ago(session.created_at, now)},
        {"approved_from", std::move(approved_from)},
    };
    return answer;
}

boost::json::object sessions_json(
    const std::vector<Session>& sessions, const SessionId& current, Time now
) {
    boost::json::array list;
    for (const Session& session : sessions) {
        list.push_back({
            {"id", base64url(session.id.view())},
            {"kind", to_string(session.kind)},
            {"browser", session.browser},
            {"system", session.system},
            {"address", session.address},
            {"created_ms_ago", ms_ago(session.created_at, now)},
            {"seen_ms_ago", ms_ago(session.seen_at, now)},
            {"current", session.id == current},
        });
    }
    return {{"sessions", std::move(list)}};
}

}  // namespace latchkey::identity
