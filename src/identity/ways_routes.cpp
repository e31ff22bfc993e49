#include "identity/ways_routes.hpp"

#include "identity/answers.hpp"
#include "identity/requests.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace latchkey::identity {

using net::Method;
using net::Request;
using net::Response;

void WaysRoutes::mount(net::Router& router) {
    router.on(Method::post, "/v1/me/password", [this](Request request) {
        return set_password(std::move(request));
    });
    router.on(Method::delete_, "/v1/me/password", [this](Request request) {
        return drop_password(std::move(request));
    });
    router.on(Method::get, "/v1/me/recovery-codes", [this](Request request) {
        return codes(std::move(request));
    });
    router.on(Method::post, "/v1/me/recovery-codes", [this](Request request) {
        return renew_codes(std::move(request));
    });
    router.on(Method::post, "/v1/me/delete", [this](Request request) {
        return remove(std::move(request));
    });
}

/// POST /v1/me/password: a new one, or the first. Ends every other session. 204, 400, 401, 403,
/// 422, 429 or 503.
Async<Response> WaysRoutes::set_password(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    auto fields = texts_of<1>(request, {"password"});
    if (!fields) co_return bad_request();
    if (!parts_.rules.passwords) co_return problem_of(Errc::passwords_off);
    const milliseconds wait = parts_.attempts.charge_change(who->session.account);
    if (wait.count() > 0) co_return too_many_attempts(wait);
    const auto set = co_await parts_.accounts.set_password(
        {who->session.account, who->session.id}, Secret(std::move(fields->front())), now
    );
    if (!set) co_return problem_of(set.error());
    co_return private_empty();
}

/// DELETE /v1/me/password: no password opens the account any more. Ends every other session. 204,
/// 401, 403, 409 without a passkey, or 503.
Async<Response> WaysRoutes::drop_password(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto dropped =
        co_await parts_.accounts.drop_password({who->session.account, who->session.id}, now);
    if (!dropped) co_return problem_of(dropped.error());
    co_return private_empty();
}

/// GET /v1/me/recovery-codes: how many are left. 200, 401 or 503.
Async<Response> WaysRoutes::codes(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto codes = co_await parts_.recovery.of(who->session.account);
    if (!codes) co_return problem_of(codes.error());
    boost::json::value made;
    if (codes->created_at) made = ms_ago(*codes->created_at, now);
    co_return private_json({{"left", codes->left}, {"created_ms_ago", std::move(made)}});
}

/// POST /v1/me/recovery-codes: new ones, shown this once; older ones end. 201, 401, 403 or 503.
Async<Response> WaysRoutes::renew_codes(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto codes = co_await parts_.recovery.renew({who->session.account, who->session.id}, now);
    if (!codes) co_return problem_of(codes.error());
    const boost::json::array list(codes->begin(), codes->end());
    co_return private_json({{"codes", list}}, 201);
}

/// POST /v1/me/delete: the account and all that is stored of it, named once more by whoever means
/// it. 204 and no cookie, 400, 401, 403, 409 for the last administrator, or 503.
Async<Response> WaysRoutes::remove(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto fields = texts_of<1>(request, {"name"});
    if (!fields) co_return bad_request();
    const auto name = valid_name(fields->front());
    if (!name || folded_name(*name) != folded_name(who->account_name)) {
        co_return net::problem(409, "other-name", "this is not the name of the account");
    }
    const auto removed =
        co_await parts_.accounts.remove({who->session.account, who->session.id}, now);
    if (!removed) co_return problem_of(removed.error());
    log_from(request, "an account was deleted by its owner");
    Response response = private_empty();
    response.add("Set-Cookie", take_session_cookie(request));
    co_return response;
}

}  // namespace latchkey::identity
