#include "main/own_data_routes.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "identity/requests.hpp"
#include "main/audit_lines.hpp"

#include <utility>

namespace latchkey {
namespace {

using identity::problem_of;
using net::Request;
using net::Response;

/// Milliseconds since 1970: what is kept is kept as a time, and not as an age.
std::int64_t at(Time time) {
    return time.time_since_epoch().count();
}

boost::json::object account_part(const identity::Account& account) {
    return {
        {"id", base64url(account.id.view())},
        {"name", account.name},
        {"role", to_string(account.role)},
        {"shown_as", to_string(account.shown_as)},
        {"password", !account.password_hash.empty()},
        {"created_at", at(account.created_at)},
    };
}

boost::json::array sessions_part(const std::vector<identity::Session>& sessions) {
    boost::json::array list;
    for (const identity::Session& session : sessions) {
        list.push_back({
            {"id", base64url(session.id.view())},
            {"kind", to_string(session.kind)},
            {"browser", session.browser},
            {"system", session.system},
            {"address", session.address},
            {"created_at", at(session.created_at)},
            {"seen_at", at(session.seen_at)},
            {"expires_at", at(session.expires_at)},
        });
    }
    return list;
}

boost::json::array passkeys_part(const std::vector<identity::Passkey>& passkeys) {
    boost::json::array list;
    for (const identity::Passkey& passkey : passkeys) {
        boost::json::value used;
        if (passkey.used_at) used = at(*passkey.used_at);
        list.push_back({
            {"id", base64url(passkey.credential.id)},
            {"name", passkey.name},
            {"public_key", base64url(passkey.credential.public_key)},
            {"created_at", at(passkey.created_at)},
            {"used_at", std::move(used)},
        });
    }
    return list;
}

boost::json::array browsers_part(const std::vector<store::BrowserRows::Seen>& browsers) {
    boost::json::array list;
    for (const auto& [first_at, last_at] : browsers) {
        list.push_back({{"first_at", at(first_at)}, {"last_at", at(last_at)}});
    }
    return list;
}

}  // namespace

void OwnDataRoutes::mount(net::Router& router) {
    router.on(net::Method::get, "/v1/me/export", [this](Request request) {
        return give(std::move(request));
    });
}

/// The newest first. A log has no index of accounts, which would cost every login: so only its
/// newest pieces are looked through.
Async<Result<OwnDataRoutes::Events>> OwnDataRoutes::events_of(AccountId account) const {
    Events events;
    std::int64_t before = 0;
    std::size_t pieces = 0;
    do {
        auto found = co_await parts_.overview.search({.account = account}, before);
        if (!found) co_return found.error();
        for (const store::AuditEntry& entry : found->entries) {
            events.list.push_back(audit_object(entry));
        }
        before = found->next;
        events.complete = before == 0;
        ++pieces;
    } while (before != 0 && events.list.size() < export_events_max && pieces < export_pieces_max);
    co_return events;
}

/// GET /v1/me/export: what is stored of one's own account, as a file. 200, 401, 403 or
/// 503. Wants a fresh session: it says where its owner was.
Async<Response> OwnDataRoutes::give(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await identity::freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const AccountId id = who->session.account;
    const auto account = co_await parts_.accounts.account(id);
    if (!account) co_return problem_of(account.error());
    if (!*account) co_return problem_of(identity::Errc::not_signed_in);
    const auto sessions = co_await parts_.sessions.of(id, now);
    if (!sessions) co_return problem_of(sessions.error());
    const auto passkeys = co_await parts_.passkeys.passkeys_of(id);
    if (!passkeys) co_return problem_of(passkeys.error());
    const auto codes = co_await parts_.recovery.codes_of(id);
    if (!codes) co_return problem_of(codes.error());
    const auto browsers = co_await parts_.overview.browsers_of(id);
    if (!browsers) co_return problem_of(browsers.error());
    auto events = co_await events_of(id);
    if (!events) co_return problem_of(events.error());

    Response response = identity::private_json({
        {"exported_at", at(now)},
        {"account", account_part(**account)},
        {"sessions", sessions_part(*sessions)},
        {"passkeys", passkeys_part(*passkeys)},
        {"recovery_codes_left", codes->left},
        {"known_browsers", browsers_part(*browsers)},
        {"events", std::move(events->list)},
        {"events_complete", events->complete},
    });
    response.add("Content-Disposition", "attachment; filename=\"latchkey-export.json\"");
    co_return response;
}

}  // namespace latchkey
