#include "identity/join_routes.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "identity/passkey_json.hpp"
#include "identity/requests.hpp"

#include <utility>

namespace latchkey::identity {
namespace {

using net::Method;
using net::Request;
using net::Response;

std::string_view to_string(Admission::By by) {
    switch (by) {
        case Admission::By::setup:
            return "setup";
        case Admission::By::invitation:
            return "invitation";
        case Admission::By::open:
            return "open";
    }
    return "open";
}

/// The passkey of a body, with the account that it is made for.
std::optional<Joining::SentPasskey> passkey_in(
    const boost::json::object& body, const Request& request, std::string_view public_url
) {
    const auto* const credential = body.if_contains("credential");
    auto sent = credential != nullptr ? registration_in(*credential) : std::nullopt;
    const auto user = text_at(body, "user");
    const auto account =
        user.value ? bytes_from<AccountId>(*user.value, from_base64url) : std::nullopt;
    auto party = relying_party_of(request, public_url);
    if (!sent || !account || !party) return std::nullopt;
    return Joining::SentPasskey{
        *account, std::move(*sent), passkey_name_from(device_of(request)), std::move(*party)
    };
}

}  // namespace

void JoinRoutes::mount(net::Router& router) {
    router.on(Method::get, "/v1/join", net::Immediate([this](const Request&) { return ways(); }));
    router.on(Method::post, "/v1/join/look", [this](Request request) {
        return look(std::move(request));
    });
    router.on(Method::post, "/v1/join/challenge", [this](Request request) {
        return challenge(std::move(request));
    });
    router.on(Method::post, "/v1/join", [this](Request request) {
        return join(std::move(request));
    });
}

/// Whoever guesses links is slowed down as whoever guesses passwords.
Response JoinRoutes::refused(const Request& request, const ErrorCode& error) const {
    if (error == Errc::invitation_unknown) parts_.attempts.charge(request.peer.address);
    return problem_of(error);
}

/// GET /v1/join: who may make an account, and whether passwords open any. 200.
Response JoinRoutes::ways() const {
    return private_json({
        {"sign_up", identity::to_string(parts_.rules.sign_up)},
        {"passwords", parts_.rules.passwords},
    });
}

/// POST /v1/join/look: whether a link is good, and what can be made with it. 200, 400, 403, 429 or
/// 503. Changes nothing.
Async<Response> JoinRoutes::look(Request request) const {
    const milliseconds wait = parts_.attempts.wait(request.peer.address);
    if (wait.count() > 0) co_return too_many_attempts(wait);
    auto fields = texts_of<1>(request, {"token"});
    if (!fields) co_return bad_request();
    const Time now = parts_.clock();
    const auto admission = co_await parts_.joining.admit(std::move(fields->front()), now);
    if (!admission) co_return refused(request, admission.error());
    boost::json::value expires;
    if (admission->expires_at) expires = (*admission->expires_at - now).count();
    co_return private_json({
        {"by", to_string(admission->by)},
        {"role", identity::to_string(admission->role)},
        {"expires_in_ms", std::move(expires)},
        {"passwords", parts_.rules.passwords},
        {"passkeys", relying_party_of(request, parts_.public_url).has_value()},
    });
}

/// POST /v1/join/challenge: what a browser makes the first passkey from. 200, 400, 403, 404, 409,
/// 422, 429 or 503. Nothing is stored.
Async<Response> JoinRoutes::challenge(Request request) const {
    const milliseconds wait = parts_.attempts.wait(request.peer.address);
    if (wait.count() > 0) co_return too_many_attempts(wait);
    auto fields = texts_of<2>(request, {"token", "name"});
    if (!fields) co_return bad_request();
    const auto party = relying_party_of(request, parts_.public_url);
    if (!party) co_return problem_of(Errc::passkeys_off);
    auto& [token, name] = *fields;
    const auto begun =
        co_await parts_.joining.begin(std::move(token), std::move(name), parts_.clock());
    if (!begun) co_return refused(request, begun.error());
    const PasskeyUser user{begun->account.id, begun->account.name};
    co_return private_json(creation_options(party->id, parts_.site_name, user, begun->challenge, {})
    );
}

/// POST /v1/join: the account, with a password or a passkey. 201 with the session's cookie, 400,
/// 403, 404, 409, 422, 429 or 503.
Async<Response> JoinRoutes::join(Request request) const {
    milliseconds wait = parts_.attempts.wait(request.peer.address);
    if (wait.count() > 0) co_return too_many_attempts(wait);
    const auto body = request.json_object();
    auto fields =
        body ? texts_of<2>(*body, std::array<std::string_view, 2>{"token", "name"}) : std::nullopt;
    if (!fields) co_return bad_request();
    auto& [token, name] = *fields;
    auto password = text_at(*body, "password");
    // Whoever was invited makes one account; on an open site one could make any number.
    const bool is_open = token.empty();
    if (is_open) {
        const auto free = co_await parts_.joining.is_free(name);
        if (!free) co_return refused(request, free.error());
        wait = parts_.attempts.charge_join(request.peer.address);
    }
    if (wait.count() > 0) co_return too_many_attempts(wait);

    const Time now = parts_.clock();
    Result<Joining::Done> done = Errc::passkeys_off;
    if (password.value) {
        done = co_await parts_.joining.with_password(
            std::move(token),
            std::move(name),
            Secret(std::move(*password.value)),
            visitor_of(request),
            now
        );
    } else {
        auto sent = passkey_in(*body, request, parts_.public_url);
        if (!sent && is_open) parts_.attempts.refund_join(request.peer.address);
        if (!sent) co_return bad_request();
        done = co_await parts_.joining.with_passkey(
            std::move(token), std::move(name), std::move(*sent), visitor_of(request), now
        );
    }
    // A name that was taken meanwhile counts: one free name many times at once is much work.
    const bool was_raced = !done && done.error() == Errc::name_taken;
    if (!done && !was_raced && is_open) parts_.attempts.refund_join(request.peer.address);
    if (!done) co_return refused(request, done.error());
    log_from(request, "an account was made");
    Response response = private_json(account_json(done->account.id, done->account.name), 201);
    response.add("Set-Cookie", give_session_cookie(request, done->minted));
    co_return response;
}

}  // namespace latchkey::identity
