#include "main/admin_routes.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "ops/audit.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace latchkey {
namespace {

using net::Method;
using net::Request;
using net::Response;

/// The one flag of a body as `{"disabled":true}`; nothing for any other body.
std::optional<bool> flag_in(const Request& request, std::string_view name) {
    const auto body = request.json_object();
    const auto* const flag = body ? body->if_contains(name) : nullptr;
    return flag != nullptr && flag->is_bool() ? std::optional(flag->get_bool()) : std::nullopt;
}

std::string asked_for(const Request& request, std::string_view name) {
    return request.query_parameter(name).value_or(std::string());
}

template <class Id>
std::optional<Id> id_in(const Request& request, std::size_t place) {
    return bytes_from<Id>(request.parameter(place), from_base64url);
}

}  // namespace

void AdminRoutes::mount(net::Router& router) {
    struct Route {
        Method method;
        const char* pattern;
        Act act;
    };
    constexpr std::array routes{
        Route{Method::get, "/v1/admin/glance", &AdminRoutes::glance},
        Route{Method::get, "/v1/admin/accounts", &AdminRoutes::accounts},
        Route{Method::post, "/v1/admin/accounts/{}", &AdminRoutes::change_account},
        Route{Method::get, "/v1/admin/accounts/{}/sessions", &AdminRoutes::sessions},
        Route{Method::delete_, "/v1/admin/accounts/{}/sessions/{}", &AdminRoutes::end_session},
        Route{Method::get, "/v1/admin/clients", &AdminRoutes::clients},
        Route{Method::post, "/v1/admin/clients/{}", &AdminRoutes::change_client},
        Route{Method::get, "/v1/admin/events", &AdminRoutes::events},
    };
    for (const Route& route : routes) {
        router.on(route.method, route.pattern, [this, act = route.act](Request request) {
            return guarded(std::move(request), act);
        });
    }
}

/// The account is asked for each time: whoever is no administrator any more is none at once.
Async<AdminRoutes::Checked> AdminRoutes::admin(const Request& request) const {
    using identity::Errc;
    const Time now = parts_.clock();
    const auto cookie = identity::session_cookie_of(request);
    const auto found = co_await parts_.sessions.authenticate(cookie, now);
    if (!found) co_return identity::problem_of(found.error());
    if (!*found) co_return identity::problem_of(Errc::not_signed_in);
    const identity::Session& session = (*found)->session;
    const auto account = co_await parts_.accounts.account(session.account);
    if (!account) co_return identity::problem_of(account.error());
    if (!*account || (*account)->disabled || (*account)->role != identity::Role::admin) {
        co_return net::problem(403, "admins-only", "This is for administrators");
    }
    const bool by_passkey = session.kind == identity::SessionKind::passkey;
    if (!by_passkey || now >= session.created_at + admin_session_max) {
        co_return net::problem(403, "step-up", "Show your passkey again to go on");
    }
    co_return Admin{session, now};
}

Async<Response> AdminRoutes::guarded(Request request, Act act) const {
    auto admin = co_await this->admin(request);
    if (!admin) {
        Response refused = std::move(admin).error();
        refused.no_store();
        co_return refused;
    }
    co_return co_await (this->*act)(std::move(request), std::move(*admin));
}

/// Awaited at once, so what it is given outlives it.
Async<Result<void>> AdminRoutes::note(
    const Request& request, const Admin& admin, std::string_view what, std::string_view target
) const {
    ops::AuditEvent event{
        .at = admin.now,
        .kind = std::string(ops::audit::admin_acted),
        .account = admin.session.account,
        .session = admin.session.id,
        .address = to_string(request.peer.address),
        .detail = ops::audit_detail({{"what", what}, {"target", target}}),
    };
    co_return co_await parts_.audit.append(std::move(event));
}

/// GET /v1/admin/glance: how many of everything, logins by state, the funnel of the last hour. 200.
Async<Response> AdminRoutes::glance(Request, Admin admin) const {
    const auto glance = co_await parts_.overview.glance(admin.now - funnel_time, admin.now);
    if (!glance) co_return identity::problem_of(glance.error());
    co_return identity::private_json(glance_json(*glance, parts_.live()));
}

/// GET /v1/admin/accounts?text=&after=: those whose name holds a text, by name. 200.
Async<Response> AdminRoutes::accounts(Request request, Admin admin) const {
    const auto found = co_await parts_.overview.accounts(
        asked_for(request, "text"), asked_for(request, "after"), admin.now
    );
    if (!found) co_return identity::problem_of(found.error());
    co_return identity::private_json(accounts_json(*found, admin.now));
}

/// POST /v1/admin/accounts/{id} `{"disabled"}`: 204, 400, 404, 409 for one's own.
Async<Response> AdminRoutes::change_account(Request request, Admin admin) const {
    const auto disabled = flag_in(request, "disabled");
    if (!disabled) co_return identity::bad_request();
    const auto id = id_in<AccountId>(request, 0);
    if (!id) co_return identity::problem_of(identity::Errc::account_unknown);
    if (*id == admin.session.account) {
        co_return net::problem(409, "own-account", "Nobody can put themselves out");
    }
    const auto what = *disabled ? ops::audit::account_disabled : ops::audit::account_enabled;
    const auto noted = co_await note(request, admin, what, base64url(id->view()));
    if (!noted) co_return identity::problem_of(noted.error());
    const auto changed = co_await parts_.accounts.set_disabled(*id, *disabled, admin.now);
    if (!changed) co_return identity::problem_of(changed.error());
    parts_.sessions.forget(*id);
    co_return identity::private_empty();
}

/// GET /v1/admin/accounts/{id}/sessions: 200, 404.
Async<Response> AdminRoutes::sessions(Request request, Admin admin) const {
    const auto id = id_in<AccountId>(request, 0);
    if (!id) co_return identity::problem_of(identity::Errc::account_unknown);
    const auto found = co_await parts_.sessions.of(*id, admin.now);
    if (!found) co_return identity::problem_of(found.error());
    co_return identity::private_json(identity::sessions_json(*found, admin.session.id, admin.now));
}

/// DELETE /v1/admin/accounts/{id}/sessions/{id}: 204, 404.
Async<Response> AdminRoutes::end_session(Request request, Admin admin) const {
    const auto account = id_in<AccountId>(request, 0);
    const auto session = id_in<SessionId>(request, 1);
    if (!account || !session) co_return identity::problem_of(identity::Errc::session_unknown);
    const auto target = base64url(session->view());
    const auto noted = co_await note(request, admin, ops::audit::session_ended, target);
    if (!noted) co_return identity::problem_of(noted.error());
    const auto ended =
        co_await parts_.sessions.end(*account, *session, identity::EndedFrom::elsewhere, admin.now);
    if (!ended) co_return identity::problem_of(ended.error());
    co_return identity::private_empty();
}

/// GET /v1/admin/clients: 200.
Async<Response> AdminRoutes::clients(Request, Admin admin) const {
    const auto found = co_await parts_.clients.clients();
    if (!found) co_return identity::problem_of(found.error());
    co_return identity::private_json(clients_json(*found, admin.now));
}

/// POST /v1/admin/clients/{id} `{"stopped"}`: 204, 400, 404.
Async<Response> AdminRoutes::change_client(Request request, Admin admin) const {
    const auto stopped = flag_in(request, "stopped");
    if (!stopped) co_return identity::bad_request();
    std::string id(request.parameter(0));
    const auto what = *stopped ? ops::audit::client_stopped : ops::audit::client_resumed;
    const auto noted = co_await note(request, admin, what, id);
    if (!noted) co_return identity::problem_of(noted.error());
    const auto changed = co_await parts_.clients.stop_client(std::move(id), *stopped, admin.now);
    if (!changed) co_return identity::problem_of(changed.error());
    if (!*changed) co_return net::problem(404, "client-unknown", "There is no such application");
    co_return identity::private_empty();
}

/// GET /v1/admin/events?kind=&account=&text=&before=: the newest first. 200, 404 when the account
/// that is named is none.
Async<Response> AdminRoutes::events(Request request, Admin admin) const {
    store::AuditSearch search{
        .kind = asked_for(request, "kind"), .text = asked_for(request, "text")
    };
    if (auto name = asked_for(request, "account"); !name.empty()) {
        const auto account = co_await parts_.accounts.account_named(std::move(name));
        if (!account) co_return identity::problem_of(account.error());
        if (!*account) co_return identity::problem_of(identity::Errc::account_unknown);
        search.account = (*account)->id;
    }
    const std::string text = asked_for(request, "before");
    std::int64_t before = 0;
    std::from_chars(text.data(), text.data() + text.size(), before);
    const auto found = co_await parts_.overview.search(std::move(search), before);
    if (!found) co_return identity::problem_of(found.error());
    co_return identity::private_json(events_json(*found, admin.now));
}

}  // namespace latchkey
