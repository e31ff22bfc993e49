#include "identity/passkey_routes.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "identity/passkey_json.hpp"
#include "identity/requests.hpp"

#include <boost/json/array.hpp>

#include <utility>

namespace latchkey::identity {
namespace {

using net::Method;
using net::Request;
using net::Response;

/// To whoever signs in a passkey that does not open is a wrong key, whatever is wrong with it.
Response sign_in_refused(const ErrorCode& error) {
    Response response = problem_of(error);
    if (error == Errc::passkey_unknown || error == Errc::passkey_refused) response.status = 401;
    return response;
}

}  // namespace

void PasskeyRoutes::mount(net::Router& router) {
    router.on(Method::post, "/v1/session/challenge", [this](const Request& request) {
        return challenge(request);
    });
    router.on(Method::post, "/v1/me/passkeys/challenge", [this](Request request) {
        return challenge_to_add(std::move(request));
    });
    router.on(Method::post, "/v1/me/passkeys", [this](Request request) {
        return add(std::move(request));
    });
    router.on(Method::get, "/v1/me/passkeys", [this](Request request) {
        return list(std::move(request));
    });
    router.on(Method::post, "/v1/me/passkeys/{}", [this](Request request) {
        return rename(std::move(request));
    });
    router.on(Method::delete_, "/v1/me/passkeys/{}", [this](Request request) {
        return remove(std::move(request));
    });
}

/// POST /v1/session/challenge: what a browser signs to sign in. 200, 404 or 429. Nothing is stored.
Response PasskeyRoutes::challenge(const Request& request) const {
    const milliseconds wait = parts_.attempts.wait(request.peer.address);
    if (wait.count() > 0) return too_many_attempts(wait);
    const auto party = relying_party_of(request, parts_.public_url);
    if (!party) return problem_of(Errc::passkeys_off);
    return private_json(request_options(party->id, parts_.passkeys.challenge(parts_.clock())));
}

Async<Response> PasskeyRoutes::sign_in(Request request) const {
    const auto body = request.json_object();
    const auto* const credential = body ? body->if_contains("passkey") : nullptr;
    auto sent = credential != nullptr ? assertion_in(*credential) : std::nullopt;
    if (!sent) co_return bad_request();
    auto party = relying_party_of(request, parts_.public_url);
    if (!party) co_return problem_of(Errc::passkeys_off);

    const milliseconds wait = parts_.attempts.charge(request.peer.address);
    if (wait.count() > 0) co_return too_many_attempts(wait);
    const auto done = co_await parts_.passkeys.sign_in(
        std::move(*sent),
        std::move(*party),
        device_of(request),
        token_hash_of(session_cookie_of(request)),
        parts_.clock()
    );
    const bool guessed =
        !done && (done.error() == Errc::passkey_unknown || done.error() == Errc::passkey_refused);
    if (!guessed) parts_.attempts.refund(request.peer.address);
    if (!done) co_return sign_in_refused(done.error());
    log_from(request, "somebody signed in");
    Response response = private_json(account_json(done->account, done->account_name));
    response.add("Set-Cookie", give_session_cookie(request, done->minted));
    co_return response;
}

/// POST /v1/me/passkeys/challenge: what a browser makes a passkey from. 200, 401, 403, 404, 409 or
/// 503.
Async<Response> PasskeyRoutes::challenge_to_add(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto party = relying_party_of(request, parts_.public_url);
    if (!party) co_return problem_of(Errc::passkeys_off);
    const auto challenge = parts_.passkeys.challenge_to_add(who->session, now);
    if (!challenge) co_return problem_of(challenge.error());
    const auto had = co_await parts_.passkeys.of(who->session.account);
    if (!had) co_return problem_of(had.error());
    if (had->size() >= passkeys_max) co_return problem_of(Errc::too_many_passkeys);
    const PasskeyUser user{who->session.account, who->account_name};
    co_return private_json(creation_options(party->id, parts_.site_name, user, *challenge, *had));
}

/// POST /v1/me/passkeys: stores what the browser made. 201, 400, 401, 403, 404, 409, 422 or 503.
Async<Response> PasskeyRoutes::add(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto body = request.json_object();
    const auto* const credential = body ? body->if_contains("credential") : nullptr;
    auto sent = credential != nullptr ? registration_in(*credential) : std::nullopt;
    if (!sent) co_return bad_request();
    auto name = text_at(*body, "name");
    if (name.fault) co_return bad_request();
    auto party = relying_party_of(request, parts_.public_url);
    if (!party) co_return problem_of(Errc::passkeys_off);

    const Device device = device_of(request);
    const auto added = co_await parts_.passkeys.add(
        std::move(*sent),
        name.value ? std::move(*name.value) : passkey_name_from(device),
        std::move(*party),
        who->session,
        device.address,
        now
    );
    if (!added) co_return problem_of(added.error());
    co_return private_json(passkey_json(*added, now), 201);
}

/// GET /v1/me/passkeys: one's own. 200, 401 or 503.
Async<Response> PasskeyRoutes::list(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto passkeys = co_await parts_.passkeys.of(who->session.account);
    if (!passkeys) co_return problem_of(passkeys.error());
    const auto account = co_await parts_.accounts.account(who->session.account);
    if (!account) co_return problem_of(account.error());
    boost::json::array list;
    for (const Passkey& passkey : *passkeys) list.push_back(passkey_json(passkey, now));
    const bool has_password =
        parts_.rules.passwords && *account && !(*account)->password_hash.empty();
    co_return private_json({
        {"passkeys", std::move(list)},
        {"password", has_password},
        {"passwords", parts_.rules.passwords},
    });
}

/// POST /v1/me/passkeys/{id}: another name. 200, 400, 401, 404, 422 or 503.
Async<Response> PasskeyRoutes::rename(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    const auto body = request.json_object();
    auto name = body ? text_at(*body, "name") : Text{};
    if (!name.value) co_return bad_request();
    auto id = from_base64url(request.parameter(0));
    if (!id) co_return problem_of(Errc::passkey_unknown);
    const auto renamed = co_await parts_.passkeys.rename(
        who->session.account, std::move(*id), std::move(*name.value), now
    );
    if (!renamed) co_return problem_of(renamed.error());
    co_return private_json(passkey_json(*renamed, now));
}

/// DELETE /v1/me/passkeys/{id}: removes one of one's own, in a fresh session only: whoever comes by
/// an open browser must not lock its owner out. The last way in only with `?last=1`. 204, 401, 403,
/// 404, 409 or 503.
Async<Response> PasskeyRoutes::remove(Request request) const {
    const Time now = parts_.clock();
    const auto who = co_await freshly_signed_in(parts_.sessions, request, now);
    if (!who) co_return problem_of(who.error());
    auto id = from_base64url(request.parameter(0));
    if (!id) co_return problem_of(Errc::passkey_unknown);
    WaysLeft left = parts_.rules.passwords ? WaysLeft::any : WaysLeft::passkey;
    if (request.query_parameter("last") == "1") left = WaysLeft::none;
    const auto removed = co_await parts_.passkeys.remove(
        {who->session.account, who->session.id}, std::move(*id), left, now
    );
    if (!removed) co_return problem_of(removed.error());
    co_return private_empty();
}

}  // namespace latchkey::identity
