#include "login/scriptless.hpp"

#include <utility>

namespace latchkey::login {
namespace {

constexpr std::string_view cookie_name = "latchkey_plain";
constexpr std::string_view page_path = "/plain";
/// Where the browser goes when there was nothing to collect, so that it is told.
constexpr std::string_view over_path = "/plain?over";
/// One login is collected by one form: whoever sends it again, for want of an answer, means the
/// same.
constexpr std::string_view form_key = "latchkey-plain-form";

/// Sets the cookie with the token, or removes it when `token` is empty.
std::string set_token(std::string_view token, bool secure) {
    return net::set_cookie({
        .name = cookie_name,
        .value = token,
        .secure = secure,
        .path = page_path,
        .strict = true,
        .age_s = token.empty() ? 0 : token_life.count(),
    });
}

/// The browser's login by its two cookies. Errors: `token_invalid`, `wrong_browser`.
Result<Owner> owner_of(const RouteParts& parts, const net::Request& request, Time now) {
    return open_own(
        parts, {std::string(request.cookie(cookie_name)), browser_cookie(request)}, now
    );
}

/// The word for a login that nothing can follow.
std::string_view ending(const std::optional<Login>& login, Standing standing) {
    if (standing == Standing::reported) return "reported";
    if (standing != Standing::denied || !login) return "over";
    return login->denial == Denial::wrong_number ? "wrong-number" : "declined";
}

ScriptlessView view_of(const std::optional<Login>& login, Standing standing, bool secure) {
    ScriptlessView view;
    if (standing == Standing::scanned) {
        view.screen = "scanned";
        if (wants_number(login->confirm)) view.number = number_text(login->number);
    } else if (standing == Standing::approved) {
        view.screen = "approved";
    } else {
        view.screen = ending(login, standing);
        // The next load makes a new login.
        view.fields = "Set-Cookie: " + set_token({}, secure) + "\r\n";
    }
    return view;
}

}  // namespace

void ScriptlessRoutes::mount(net::Router& router) {
    net::Deferred collecting = [this](net::Request request) { return collect(std::move(request)); };
    router.on(net::Method::post, page_path, std::move(collecting), net::Spends::finish);
}

Async<ScriptlessView> ScriptlessRoutes::look(net::Request request) const {
    if (request.query() == "over") co_return ScriptlessView{.screen = "over"};
    const Time now = parts_.clock();
    const auto owner = owner_of(parts_, request, now);
    if (!owner) co_return fresh(request, now);

    const LoginId id = owner->token.login;
    const auto login = co_await parts_.logins.stored(id);
    if (!login) {
        co_return ScriptlessView{
            .screen = "unavailable", .status = 503, .fields = "Retry-After: 1\r\n"
        };
    }
    const Standing stands = standing(*login, id, now);
    const bool too_old_to_scan = !*login && now >= expires_at(id) - scriptless_left_min;
    if (too_old_to_scan || stands == Standing::collected) co_return fresh(request, now);
    if (stands != Standing::waiting) co_return view_of(*login, stands, request.peer.secure);
    const std::uint16_t step = scriptless_step_at(id, now);
    co_return ScriptlessView{.code = parts_.logins.still_code(id, step)};
}

ScriptlessView ScriptlessRoutes::fresh(const net::Request& request, Time now) const {
    const milliseconds wait = parts_.budgets.create(request.peer.address);
    if (wait.count() > 0) {
        return {
            .screen = "busy",
            .status = 429,
            .fields = "Retry-After: " + retry_after(wait) + "\r\n",
        };
    }
    const Browser browser = browser_of(request, parts_.random);
    Logins::Still still = parts_.logins.begin_still(browser.cookie, scriptless_step, now);
    net::Response cookies;
    greet(cookies, browser, request.peer.secure);
    cookies.add("Set-Cookie", set_token(still.token, request.peer.secure));
    return {.code = std::move(still.code), .fields = std::move(cookies.fields)};
}

/// POST /plain: the browser takes its session. 303 to the dashboard, or back to the page, which
/// says why not.
Async<net::Response> ScriptlessRoutes::collect(net::Request request) const {
    const bool secure = request.peer.secure;
    const auto owner = owner_of(parts_, request, parts_.clock());
    Result<net::Response> collected = owner.has_value() ? Errc::not_approved : owner.error();
    if (owner) {
        collected = co_await collect_session(parts_, request, {*owner, "/dashboard", form_key});
    }
    if (collected) {
        net::Response on = net::redirect("/dashboard");
        on.fields += collected->fields;
        on.add("Set-Cookie", set_token({}, secure));
        co_return on;
    }
    const ErrorCode why = collected.error();
    const net::Response refused = refusal(parts_, request, why);
    const bool may_come_yet =
        why == Errc::not_approved || refused.status == 503 || refused.status == 429;
    net::Response back = net::redirect(may_come_yet ? page_path : over_path);
    back.no_store();
    if (!may_come_yet) back.add("Set-Cookie", set_token({}, secure));
    co_return back;
}

}  // namespace latchkey::login
