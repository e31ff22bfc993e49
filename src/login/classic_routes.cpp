#include "login/routes.hpp"

#include <utility>

namespace latchkey::login {
namespace {

/// An answer of the classic wire; the texts are its specification.
net::Response classic(unsigned status, std::string_view literal) {
    net::Response response;
    response.status = status;
    response.content_type = "application/json";
    response.static_body = literal;
    response.no_store();
    return response;
}

net::Response slowed_down(std::string_view literal, milliseconds wait) {
    net::Response response = classic(429, literal);
    response.add("Retry-After", retry_after(wait));
    return response;
}

net::Response poll_invalid() {
    return classic(400, R"({"status":false,"msg":"token invalid"})");
}

net::Response allow_refused(const ErrorCode& error) {
    if (error == Errc::code_unknown) {
        return classic(400, R"({"msg":"code not existed","status":-400})");
    }
    const bool ours = error.category() == ErrorCategory<Errc>::instance();
    if (!ours || error == Errc::unavailable) {
        net::Response response = classic(503, R"({"msg":"unavailable","status":-503})");
        response.add("Retry-After", "1");
        return response;
    }
    return classic(400, R"({"msg":"expired","status":-1})");
}

/// Whether a page asks to be shown something, rather than a script for data.
bool is_form_post(const net::Request& request) {
    return request.header("Accept").find("text/html") != std::string_view::npos;
}

net::Response too_many_tries(milliseconds wait) {
    return slowed_down(R"({"msg":"too many requests","status":-429})", wait);
}

}  // namespace

void ClassicRoutes::mount(net::Router& router) {
    using net::Method;
    using net::Request;
    router.on(Method::post, "/qrcode/", net::Immediate([this](const Request& request) {
                  return start(request);
              }));
    router.on(Method::get, "/qrcode/", net::Deferred([this](Request request) {
                  return poll(std::move(request));
              }));
    net::Deferred deciding = [this](Request request) { return allow(std::move(request)); };
    router.on(Method::post, "/allow/", std::move(deciding), net::Spends::finish);
    net::Deferred entering = [this](Request request) { return enter(std::move(request)); };
    router.on(Method::post, "/dashboard.html", std::move(entering), net::Spends::finish);
}

net::Response ClassicRoutes::start(const net::Request& request) const {
    const milliseconds wait = parts_.budgets.create(request.peer.address);
    if (wait.count() > 0) return too_many(wait);
    const Browser browser = browser_of(request, parts_.random);
    const Logins::Still fresh =
        parts_.logins.begin_still(browser.cookie, static_step, parts_.clock());
    const bool secure = request.peer.secure;

    net::Response response;
    response.content_type = "application/json";
    response.body.reserve(128);
    response.body.append(R"({"token":")").append(fresh.token);
    response.body.append(R"(","code":")").append(fresh.code).append(R"("})");
    response.fields.reserve(320);
    response.no_store();
    greet(response, browser, secure);
    set_login_cookie(response, fresh.token, secure);
    return response;
}

Async<net::Response> ClassicRoutes::poll(net::Request request) const {
    auto token = request.query_parameter("token");
    const auto stands =
        co_await parts_.logins.look(token ? std::move(*token) : std::string(), parts_.clock());
    if (!stands && stands.error() == Errc::token_invalid) {
        const milliseconds wait = parts_.guesses.wrong(request.peer.address);
        if (wait.count() == 0) co_return poll_invalid();
        co_return slowed_down(R"({"status":false,"msg":"too many requests"})", wait);
    }
    if (!stands) co_return problem_of(stands.error());
    switch (*stands) {
        case Standing::waiting:
        case Standing::scanned:
            co_return classic(200, R"({"status":false,"msg":"waiting"})");
        case Standing::approved:
            co_return classic(200, R"({"status":true,"msg":"succeed"})");
        default:
            co_return poll_invalid();
    }
}

Async<net::Response> ClassicRoutes::allow(net::Request request) const {
    if (bearer_token(request).starts_with(api_key_prefix)) co_return co_await vouch(request);
    const auto phone = co_await parts_.authenticate(request);
    if (!phone) co_return allow_refused(phone.error());
    if (!*phone) co_return classic(401, R"({"msg":"not signed in","status":-401})");

    const milliseconds pause = parts_.budgets.scan((*phone)->account);
    if (pause.count() > 0) co_return too_many_tries(pause);

    auto code = request.form_field("code");
    const auto login = co_await parts_.logins.allow(
        code ? std::move(*code) : std::string(), **phone, asked_by(parts_, request)
    );
    if (login) co_return classic(200, R"({"msg":"succeed","status":0})");
    if (login.error() != Errc::code_unknown) co_return allow_refused(login.error());
    const milliseconds wait = parts_.guesses.wrong(request.peer.address);
    co_return wait.count() == 0 ? allow_refused(login.error()) : too_many_tries(wait);
}

/// A client's backend approves for a user of its own: `user`, and `name` if it likes.
Async<net::Response> ClassicRoutes::vouch(const net::Request& request) const {
    const auto backend = co_await backend_of(parts_, request);
    if (!backend.client) co_return backend.refusal;
    auto code = request.form_field("code");
    Subject subject{
        request.form_field("user").value_or(std::string()),
        request.form_field("name").value_or(std::string())
    };
    if (!is_subject(subject)) co_return classic(400, R"({"msg":"user missing","status":-400})");
    Pointer pointer{Pointer::Kind::code, code ? std::move(*code) : std::string()};
    const auto login = co_await parts_.logins.vouch(
        *backend.client, std::move(pointer), std::move(subject), asked_by(parts_, request)
    );
    if (login) co_return classic(200, R"({"msg":"succeed","status":0})");
    if (login.error() == Errc::not_yours) {
        co_return classic(403, R"({"msg":"not allowed","status":-403})");
    }
    co_return allow_refused(login.error());
}

/// The classic page knows no call by which to collect: it goes to dashboard.html, which posts to
/// itself.
Async<net::Response> ClassicRoutes::enter(net::Request request) const {
    const std::string_view key = idempotency_key(request).value_or(std::string_view());
    const Credentials browser{std::string(login_cookie(request)), browser_cookie(request)};
    const auto owner = open_own(parts_, browser, parts_.clock());
    Result<net::Response> collected = owner.has_value() ? Errc::not_approved : owner.error();
    if (owner) {
        collected = co_await collect_session(parts_, request, {*owner, "/dashboard.html", key});
    }

    net::Response response =
        collected ? std::move(*collected) : refusal(parts_, request, collected.error());
    const bool may_come_yet = collected.has_error() && (collected.error() == Errc::not_approved ||
                                                        collected.error() == Errc::unavailable);
    const bool slowed = response.status == 429;
    if (!may_come_yet && !slowed) set_login_cookie(response, {}, request.peer.secure);
    if (!is_form_post(request)) co_return response;

    net::Response back = net::redirect("/dashboard.html");
    back.fields += response.fields;
    co_return back;
}

}  // namespace latchkey::login
