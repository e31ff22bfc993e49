#include "identity/routes.hpp"

#include "base/encoding.hpp"
#include "identity/answers.hpp"
#include "identity/requests.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace latchkey::identity {
namespace {

using net::Method;
using net::Request;
using net::Response;

/// The name by which attempts are counted: spaces around it and its case make no other name of it.
std::string tried_name(const std::string& typed) {
    const auto name = valid_name(typed);
    return folded_name(name ? *name : typed);
}

}  // namespace

void Routes::mount(net::Router& router) {
    router.on(Method::post, "/v1/session", [this](Request request) {
        return sign_in(std::move(request));
    });
    router.on(Method::get, "/v1/session", [this](Request request) {
        return who(std::move(request));
    });
    router.on(Method::delete_, "/v1/session", [this](Request request) {
        return sign_out(std::move(request));
    });
    router.on(Method::post, "/v1/me", [this](Request request) {
        return change(std::move(request));
    });
    router.on(Method::get, "/v1/me/sessions", [this](Request request) {
        return list(std::move(request));
    });
    router.on(Method::delete_, "/v1/me/sessions/{}", [this](Request request) {
        return end(std::move(request));
    });
    router.on(Method::post, "/v1/me/sessions/end", [this](Request request) {
        return end_all(std::move(request));
    });
}

/// POST /v1/session: a name with a password or a recovery code, or a passkey. 200 with the
/// session's cookie, 400, 401, 403, 404, 429 or 503. The session is a new one always, and the one
/// that the browser had ends.
Async<Response> Routes::sign_in(Request request) {
    const auto body = request.json_object();
    if (!body) co_return bad_request();
    if (body->contains("passkey")) co_return co_await parts_.passkeys.sign_in(std::move(request));
    const bool recovers = body->contains("recovery_code");
    auto fields = texts_of<2>(
        *body, std::array<std::string_view, 2>{"name", recovers ? "recovery_code" : "password"}
    );
    if (!fields) co_return bad_request();
    if (!recovers && !parts_.rules.passwords) co_return problem_of(Errc::passwords_off);
    auto& [name, proof] = *fields;
    const std::string folded = tried_name(name);
    const Time now = parts_.clock();
    const Charge charge = co_await charge_try(request, folded, now);
    if (charge.wait.count() > 0) co_return too_many_attempts(charge.wait);

    Result<Begun> begun = Errc::wrong_credentials;
    if (recovers) {
        begun = co_await by_code(request, std::move(name), std::move(proof), now);
    } else {
        Secret password(std::move(proof));
        begun = co_await by_password(request, std::move(name), std::move(password), now);
    }
    const bool guessed = !begun && (begun.error() == Errc::wrong_credentials ||
                                    begun.error() == Errc::recovery_refused);
    if (guessed) {
        log_from(request, "a sign-in was refused");
    } else {
        parts_.attempts.refund(request.peer.address);
        if (charge.of_name) parts_.attempts.refund_name(folded);
    }
    if (!begun) co_return problem_of(begun.error());
    log_from(request, "somebody signed in");
    Response response = private_json(account_json(begun->account, begun->name));
    response.add("Set-Cookie", give_session_cookie(request, begun->minted));
    co_return response;
}

/// Awaited at once, so the request outlives it; so below.
Async<Result<Routes::Begun>> Routes::by_password(
    const Request& request, std::string name, Secret password, Time now
) {
    auto account = co_await parts_.accounts.prove(std::move(name), std::move(password));
    if (!account) co_return account.error();
    Minted minted =
        parts_.sessions.mint(account->id, SessionKind::password, device_of(request), now);
    NewSession wanted{
        minted.session,
        std::move(account->password_hash),
        token_hash_of(session_cookie_of(request)),
    };
    const auto begun = co_await parts_.sessions.begin(std::move(wanted));
    if (!begun) co_return begun.error();
    co_return Begun{account->id, std::move(account->name), std::move(minted)};
}

Async<Result<Routes::Begun>> Routes::by_code(
    const Request& request, std::string name, std::string code, Time now
) {
    auto done = co_await parts_.recovery.sign_in(
        std::move(name),
        std::move(code),
        device_of(request),
        token_hash_of(session_cookie_of(request)),
        now
    );
    if (!done) co_return done.error();
    co_return Begun{done->account, std::move(done->account_name), std::move(done->minted)};
}

/// Charges a try at that name, or says how long this browser must wait. A name that is being
/// guessed from elsewhere still opens to where its owner is signed in already: else a stranger
/// could keep the owner out.
Async<Routes::Charge> Routes::charge_try(const Request& request, std::string name, Time now) {
    const IpAddress address = request.peer.address;
    const milliseconds for_address = parts_.attempts.charge(address);
    if (for_address.count() > 0) co_return Charge{for_address, false};
    const milliseconds for_name = parts_.attempts.charge_name(name);
    if (for_name.count() == 0) co_return Charge{milliseconds(0), true};
    const bool at_home = co_await is_at_home(address, std::move(name), now);
    if (!at_home) parts_.attempts.refund(address);
    co_return Charge{at_home ? milliseconds(0) : for_name, false};
}

/// Whether a live session of that account began in the same network.
Async<bool> Routes::is_at_home(IpAddress address, std::string name, Time now) {
    if (address.is_unspecified()) co_return false;
    const auto account = co_await parts_.store.account_named(std::move(name));
    if (!account || !*account) co_return false;
    const auto sessions = co_await parts_.sessions.of((*account)->id, now);
    if (!sessions) co_return false;
    co_return std::ranges::any_of(*sessions, [&](const Session& session) {
        const auto there = parse_ip(session.address);
        return there && there->budget_prefix() == address.budget_prefix();
    });
}

/// GET /v1/session: who is signed in here. 200, 401 or 503.
Async<Response> Routes::who(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found) co_return problem_of(found.error());
    std::optional<Session> approver;
    if (const auto by = found->session.approved_by) {
        auto session = co_await parts_.sessions.find(found->session.account, *by);
        if (!session) co_return problem_of(session.error());
        approver = std::move(*session);
    }
    co_return private_json(signed_in_json(*found, approver, now));
}

/// DELETE /v1/session: signs out. 204, also when nobody was signed in; 503.
Async<Response> Routes::sign_out(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found && found.error() != Errc::not_signed_in) co_return problem_of(found.error());
    if (found) {
        const auto ended = co_await parts_.sessions.end(
            found->session.account, found->session.id, EndedFrom::itself, now
        );
        if (!ended && ended.error() != Errc::session_unknown) co_return problem_of(ended.error());
    }
    Response response = private_empty();
    response.add("Set-Cookie", take_session_cookie(request));
    co_return response;
}

/// POST /v1/me: what screens show of one's own account. 204, 400, 401 or 503.
Async<Response> Routes::change(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found) co_return problem_of(found.error());
    const auto fields = texts_of<1>(request, {"shown_as"});
    const auto shown_as = fields ? parse_shown_as(fields->front()) : std::nullopt;
    if (!shown_as) co_return bad_request();
    const auto changed =
        co_await parts_.accounts.set_shown_as(found->session.account, *shown_as, now);
    if (!changed) co_return problem_of(changed.error());
    co_return private_empty();
}

/// GET /v1/me/sessions: one's own. 200, 401 or 503.
Async<Response> Routes::list(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found) co_return problem_of(found.error());
    const auto sessions = co_await parts_.sessions.of(found->session.account, now);
    if (!sessions) co_return problem_of(sessions.error());
    co_return private_json(sessions_json(*sessions, found->session.id, now));
}

/// DELETE /v1/me/sessions/{id}: ends one of one's own. 204, 401, 404 or 503.
Async<Response> Routes::end(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found) co_return problem_of(found.error());
    const auto id = bytes_from<SessionId>(request.parameter(0), from_base64url);
    if (!id) co_return problem_of(Errc::session_unknown);
    const bool itself = *id == found->session.id;
    const auto ended = co_await parts_.sessions.end(
        found->session.account, *id, itself ? EndedFrom::itself : EndedFrom::elsewhere, now
    );
    if (!ended) co_return problem_of(ended.error());
    Response response = private_empty();
    if (itself) response.add("Set-Cookie", take_session_cookie(request));
    co_return response;
}

/// POST /v1/me/sessions/end: all of one's own (`all`), or all but this one (`others`). 200, 400,
/// 401 or 503.
Async<Response> Routes::end_all(Request request) {
    const Time now = parts_.clock();
    const auto found = co_await signed_in(parts_.sessions, request, now);
    if (!found) co_return problem_of(found.error());
    const auto fields = texts_of<1>(request, {"which"});
    const bool others = fields && fields->front() == "others";
    if (!others && !(fields && fields->front() == "all")) co_return bad_request();
    const Session& here = found->session;
    const auto ended = co_await parts_.sessions.end_all(
        here.account, others ? std::optional(here.id) : std::nullopt, now
    );
    if (!ended) co_return problem_of(ended.error());
    Response response = private_json({{"sessions_ended", *ended}});
    if (!others) response.add("Set-Cookie", take_session_cookie(request));
    co_return response;
}

}  // namespace latchkey::identity
