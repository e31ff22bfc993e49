#include "base/encoding.hpp"
#include "login/routes.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace latchkey::login {
namespace {

net::Response session_answer(
    const net::Request& request, std::string_view redirect_to, const MintedSession& session
) {
    const boost::json::string_view text(redirect_to.data(), redirect_to.size());
    net::Response response =
        net::json_text(R"({"redirect_to":)" + boost::json::serialize(text) + "}");
    const net::Cookie cookie{
        .name = "latchkey_session",
        .value = session.cookie_value,
        .secure = request.peer.secure,
        .age_s = session.cookie_age_s,
    };
    response.no_store().add("Set-Cookie", net::set_cookie(cookie));
    return response;
}

/// Whether this very session was collected a moment ago, and its answer may have been lost. Errors:
/// `already_collected` when it was not, `unavailable`.
Async<Result<void>> was_just_collected(
    const RouteParts& parts, const MintedSession& session, Time now
) {
    const auto began = co_await parts.session_began(session.cookie_value, now);
    if (!began) co_return began.error();
    if (!*began || now >= **began + collect_repeat_max) co_return Errc::already_collected;
    co_return Result<void>();
}

}  // namespace

Result<Owner> open_own(const RouteParts& parts, const Credentials& browser, Time now) {
    const auto owner = parts.logins.open(browser, now);
    if (owner && owner->token.client != own_client) return Errc::token_invalid;
    return owner;
}

Async<Result<net::Response>> collect_session(
    const RouteParts& parts, const net::Request& request, Collecting how
) {
    const Asked asked = asked_by(parts, request);
    std::optional<SessionSecret> secret;
    if (!how.idempotency_key.empty()) {
        const auto own = parts.logins.session_secret(how.browser, how.idempotency_key);
        if (!own) co_return own.error();
        secret = *own;
    }
    MintedSession session = parts.mint_session(request, secret, asked.at);
    const auto replaced = session.grant.replaces;
    Collection what{.session = std::move(session.grant), .asked = asked};
    const auto login = co_await parts.logins.collect(how.browser, std::move(what));
    if (!login) {
        if (!secret || login.error() != Errc::already_collected) co_return login.error();
        const auto again = co_await was_just_collected(parts, session, asked.at);
        if (!again) co_return again.error();
    } else if (replaced) {
        parts.forget_session(*replaced);
    }
    co_return session_answer(request, how.redirect_to, session);
}

Async<Result<net::Response>> collect_ticket(
    const RouteParts& parts, const net::Request& request, Collecting how
) {
    const Asked asked = asked_by(parts, request);
    auto secret = random_bytes<SessionSecret>(parts.random);
    const bool repeatable = !how.idempotency_key.empty();
    if (repeatable) {
        const auto own = parts.logins.session_secret(how.browser, how.idempotency_key);
        if (!own) co_return own.error();
        secret = *own;
    }
    const TicketGrant grant{crypto::sha256(secret.view()), asked.at + ticket_life};
    const auto login =
        co_await parts.logins.collect(how.browser, {.ticket = grant, .asked = asked});
    if (!login) {
        if (!repeatable || login.error() != Errc::already_collected) co_return login.error();
        const LoginId id = how.browser.token.login;
        const auto again = co_await parts.logins.was_collected_as(id, grant, asked.at);
        if (!again) co_return again.error();
    }
    static_assert(ticket_life == seconds(60));
    net::Response response =
        net::json_text(R"({"ticket":")" + base64url(secret.view()) + R"(","ttl_ms":60000})");
    response.no_store();
    co_return response;
}

}  // namespace latchkey::login
