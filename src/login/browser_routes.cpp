#include "base/encoding.hpp"
#include "login/routes.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <utility>

namespace latchkey::login {
namespace {

/// What a body says: nothing for one that is no object; an empty object for an empty body.
std::optional<boost::json::object> object_in(const net::Request& request) {
    if (request.body.empty()) return boost::json::object();
    return request.json_object();
}

/// A member that is a text; empty when it is not there. Nothing when it is anything else.
std::optional<std::string> text_in(const boost::json::object& body, std::string_view name) {
    const auto* const found = body.if_contains(name);
    if (found == nullptr) return std::string();
    const auto* const text = found->if_string();
    if (text == nullptr) return std::nullopt;
    return std::string(*text);
}

std::optional<bool> flag_in(const boost::json::object& body, std::string_view name) {
    const auto* const found = body.if_contains(name);
    if (found == nullptr) return false;
    const auto* const flag = found->if_bool();
    if (flag == nullptr) return std::nullopt;
    return *flag;
}

net::Response created(const Logins::Fresh& fresh, std::string_view client_name, Time now) {
    const Rotation& rotation = fresh.rotation;
    const auto elapsed = now - created_at(rotation.login);
    return net::json_of(
        {
            {"token", fresh.token},
            {"rotation",
             {{"login", base64url(rotation.login.view())},
              {"key", base64url(rotation.key.view())},
              {"field", rotation.field},
              {"step_ms", milliseconds(code_step).count()},
              {"elapsed_ms", std::chrono::floor<milliseconds>(elapsed).count()}}},
            {"link_prefix", "/s/"},
            {"ttl_ms", milliseconds(login_life).count()},
            {"socket", "/ws/"},
            {"events", "/v1/logins/current/events"},
            {"poll", "/v1/logins/current"},
            {"client", {{"name", client_name}}},
        },
        201
    );
}

}  // namespace

Asked asked_by(const RouteParts& parts, const net::Request& request) {
    const IpAddress& address = request.peer.address;
    return {parts.clock(), address.is_unspecified() ? std::string() : to_string(address)};
}

net::Response refusal(
    const RouteParts& parts, const net::Request& request, const ErrorCode& error
) {
    const bool is_guess = error == Errc::token_invalid || error == Errc::wrong_browser ||
                          error == Errc::code_unknown || error == Errc::ticket_unknown;
    if (!is_guess) return problem_of(error);
    const milliseconds wait = parts.guesses.wrong(request.peer.address);
    return wait.count() > 0 ? too_many_guesses(wait) : problem_of(error);
}

void BrowserRoutes::mount(net::Router& router) {
    using net::Method;
    using net::Request;
    router.on(Method::post, "/v1/logins", net::Deferred([this](Request request) {
                  return start(std::move(request));
              }));
    net::Deferred collecting = [this](Request request) { return collect(std::move(request)); };
    router.on(
        Method::post, "/v1/logins/current/collect", std::move(collecting), net::Spends::finish
    );
    net::Deferred cancelling = [this](Request request) { return cancel(std::move(request)); };
    router.on(Method::delete_, "/v1/logins/current", std::move(cancelling), net::Spends::finish);
}

Async<net::Response> BrowserRoutes::start(net::Request request) const {
    const auto body = object_in(request);
    const auto client_id = body ? text_in(*body, "client") : std::nullopt;
    if (!client_id) co_return bad_body();
    const milliseconds wait = parts_.budgets.create(request.peer.address);
    if (wait.count() > 0) co_return too_many(wait);

    const Time now = parts_.clock();
    ClientNumber client = own_client;
    std::string name = parts_.client_name;
    if (!client_id->empty()) {
        const auto found = co_await parts_.clients.by_id(*client_id, now);
        if (!found) co_return problem_of(found.error());
        if (!*found) co_return problem_of(Errc::client_unknown);
        client = (*found)->number;
        name = (*found)->name;
    }
    const Browser browser = browser_of(request, parts_.random);
    const Logins::Fresh fresh = parts_.logins.begin(browser.cookie, client, now);
    net::Response response = created(fresh, name, now);
    response.no_store();
    greet(response, browser, request.peer.secure);
    co_return response;
}

Async<net::Response> BrowserRoutes::collect(net::Request request) const {
    const auto key = idempotency_key(request);
    if (!key) co_return bad_idempotency_key();
    const auto body = object_in(request);
    if (!body) co_return bad_body();
    const auto ticket = flag_in(*body, "ticket");
    auto redirect_to = text_in(*body, "redirect_to");
    if (!ticket || !redirect_to || (*ticket && !redirect_to->empty())) co_return bad_body();

    const Credentials browser{std::string(bearer_token(request)), browser_cookie(request)};
    const auto owner = parts_.logins.open(browser, parts_.clock());
    if (!owner) co_return refusal(parts_, request, owner.error());
    Collecting how{*owner, std::move(*redirect_to), *key};
    auto response = *ticket ? co_await collected_as_ticket(request, std::move(how))
                            : co_await collected(request, std::move(how));
    if (!response) co_return refusal(parts_, request, response.error());
    co_return std::move(*response);
}

/// As a ticket, for as long as there is somebody to redeem it.
Async<Result<net::Response>> BrowserRoutes::collected_as_ticket(
    const net::Request& request, Collecting how
) const {
    // The classic wire's tokens name no client; what one has approved on it does.
    const auto number = co_await parts_.logins.client_of(how.browser.token);
    if (!number) co_return number.error();
    if (*number != own_client) {
        const auto client = co_await parts_.clients.by_number(*number, parts_.clock());
        if (!client) co_return client.error();
        if (!*client) co_return Errc::client_unknown;
    }
    co_return co_await collect_ticket(parts_, request, std::move(how));
}

/// As a session; where the browser goes then is the installation's or its client's to say.
Async<Result<net::Response>> BrowserRoutes::collected(const net::Request& request, Collecting how)
    const {
    const ClientNumber number = how.browser.token.client;
    if (number == own_client) {
        if (!how.redirect_to.empty()) co_return Errc::redirect_not_registered;
        how.redirect_to = "/dashboard";
        co_return co_await collect_session(parts_, request, std::move(how));
    }
    const auto client = co_await parts_.clients.by_number(number, parts_.clock());
    if (!client) co_return client.error();
    if (!*client) co_return Errc::client_unknown;
    const auto& registered = (*client)->redirects;
    if (registered.empty()) co_return Errc::ticket_only;
    if (how.redirect_to.empty()) how.redirect_to = registered.front();
    if (std::ranges::find(registered, how.redirect_to) == registered.end()) {
        co_return Errc::redirect_not_registered;
    }
    co_return co_await collect_session(parts_, request, std::move(how));
}

Async<net::Response> BrowserRoutes::cancel(net::Request request) const {
    Credentials browser{std::string(bearer_token(request)), browser_cookie(request)};
    const auto done = co_await parts_.logins.cancel(std::move(browser), asked_by(parts_, request));
    if (!done) co_return refusal(parts_, request, done.error());
    co_return net::empty();
}

}  // namespace latchkey::login
