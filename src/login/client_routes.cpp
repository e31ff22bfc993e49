#include "base/encoding.hpp"
#include "base/secret.hpp"
#include "base/utf8.hpp"
#include "login/routes.hpp"

#include <boost/json/object.hpp>

#include <utility>

namespace latchkey::login {
namespace {

std::string_view view_of(const boost::json::string& text) {
    return {text.data(), text.size()};
}

bool is_subject_text(std::string_view text) {
    return text.size() <= subject_bytes_max && is_printable(text);
}

/// `{"id","name"}` of a user; nothing unless the id is there, and both can be shown.
std::optional<Subject> subject_in(const boost::json::object& body) {
    const auto* const user = body.if_contains("user");
    const auto* const members = user == nullptr ? nullptr : user->if_object();
    if (members == nullptr) return std::nullopt;
    const auto* const id = members->if_contains("id");
    const auto* const name = members->if_contains("name");
    if (id == nullptr || !id->is_string()) return std::nullopt;
    if (name != nullptr && !name->is_string()) return std::nullopt;
    Subject subject{std::string(id->get_string()), {}};
    if (name != nullptr) subject.name = std::string(name->get_string());
    return is_subject(subject) ? std::optional(std::move(subject)) : std::nullopt;
}

/// What `{"code"}` or `{"login"}` names: one of the two.
std::optional<Pointer> pointer_in(const boost::json::object& body) {
    const auto* const code = body.if_contains("code");
    const auto* const login = body.if_contains("login");
    if ((code == nullptr) == (login == nullptr)) return std::nullopt;
    const auto* const text = (code != nullptr ? code : login)->if_string();
    if (text == nullptr) return std::nullopt;
    const auto kind = code != nullptr ? Pointer::Kind::code : Pointer::Kind::handle;
    return Pointer{kind, std::string(*text)};
}

boost::json::object to_json(const Ticket& ticket, Time now) {
    return {
        {"login", base64url(ticket.login.view())},
        {"user", {{"id", ticket.user_id}, {"name", ticket.user_name}}},
        {"browser",
         {{"browser", ticket.browser}, {"system", ticket.system}, {"address", ticket.address}}},
        {"approved_ms_ago", (now - ticket.approved_at).count()},
        {"by", ticket.account == AccountId{} ? "client" : "account"},
    };
}

}  // namespace

bool is_subject(const Subject& subject) {
    return !subject.id.empty() && is_subject_text(subject.id) && is_subject_text(subject.name);
}

Async<Backend> backend_of(const RouteParts& parts, const net::Request& request) {
    Backend backend;
    Secret key{std::string(bearer_token(request))};
    const auto client = co_await parts.clients.by_api_key(std::move(key), parts.clock());
    if (!client) {
        backend.refusal = problem_of(client.error());
        co_return backend;
    }
    if (!*client) {
        const milliseconds wait = parts.guesses.wrong(request.peer.address);
        if (wait.count() > 0) {
            backend.refusal = too_many_guesses(wait);
            co_return backend;
        }
        backend.refusal = net::problem(401, "api-key-invalid", "There is no client with that key.");
        backend.refusal.add("WWW-Authenticate", "Bearer");
        co_return backend;
    }
    const milliseconds wait = parts.budgets.client_call((*client)->number);
    if (wait.count() > 0) {
        backend.refusal = too_many(wait);
        co_return backend;
    }
    backend.client = *client;
    co_return backend;
}

void ClientRoutes::mount(net::Router& router) {
    using net::Method;
    using net::Request;
    net::Deferred deciding = [this](Request request) { return approve(std::move(request)); };
    router.on(Method::post, "/v1/approvals", std::move(deciding), net::Spends::finish);
    router.on(Method::post, "/v1/tickets/redeem", net::Deferred([this](Request request) {
                  return redeem(std::move(request));
              }));
}

Async<net::Response> ClientRoutes::approve(net::Request request) const {
    auto backend = co_await backend_of(parts_, request);
    if (!backend.client) co_return std::move(backend.refusal);
    const auto body = request.json_object();
    auto pointer = body ? pointer_in(*body) : std::nullopt;
    auto subject = body ? subject_in(*body) : std::nullopt;
    if (!pointer || !subject) co_return bad_body();

    const auto login = co_await parts_.logins.vouch(
        *backend.client, std::move(*pointer), std::move(*subject), asked_by(parts_, request)
    );
    if (!login) co_return problem_of(login.error());
    net::Response response =
        net::json({{"login", base64url(login->id.view())}, {"state", to_string(login->state)}});
    response.no_store();
    co_return response;
}

Async<net::Response> ClientRoutes::redeem(net::Request request) const {
    auto backend = co_await backend_of(parts_, request);
    if (!backend.client) co_return std::move(backend.refusal);
    const auto body = request.json_object();
    const auto* const given = body ? body->if_contains("ticket") : nullptr;
    if (given == nullptr || !given->is_string()) co_return bad_body();

    const auto secret = bytes_from<SessionSecret>(view_of(given->get_string()), from_base64url);
    if (!secret) co_return problem_of(Errc::ticket_unknown);
    const Asked asked = asked_by(parts_, request);
    const auto ticket = co_await parts_.logins.redeem(
        crypto::sha256(secret->view()), backend.client->number, asked
    );
    if (!ticket) co_return problem_of(ticket.error());
    net::Response response = net::json(to_json(*ticket, asked.at));
    response.no_store();
    co_return response;
}

}  // namespace latchkey::login
