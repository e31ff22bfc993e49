#include "identity/sessions.hpp"

#include "base/encoding.hpp"
#include "net/user_agent.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <array>

namespace latchkey::identity {
namespace {

crypto::Sha256 hash_of(const CookieSecret& secret) {
    return crypto::sha256(secret.view());
}

SessionId new_session_id(Time now, const Random& random) {
    constexpr std::size_t time_bytes = 6;
    auto id = random_bytes<SessionId>(random);
    std::array<std::byte, sizeof(std::uint64_t)> time{};
    put_big_endian<std::uint64_t>(time, static_cast<std::uint64_t>(to_unix_ms(now)));
    std::ranges::copy(std::span(time).last<time_bytes>(), id.data.begin());
    return id;
}

std::string session_cookie(
    const net::Request& request, std::string_view value, std::int64_t age_s
) {
    return net::set_cookie({
        .name = session_cookie_name,
        .value = value,
        .secure = request.peer.secure,
        .age_s = age_s,
    });
}

}  // namespace

Device device_of(const net::Request& request) {
    const net::UserAgent agent = net::user_agent(request);
    const IpAddress& address = request.peer.address;
    return {
        .browser = std::string(agent.browser),
        .system = std::string(agent.system),
        .address = address.is_unspecified() ? std::string() : to_string(address),
    };
}

std::string_view session_cookie_of(const net::Request& request) {
    return request.cookie(net::cookie_name(session_cookie_name, request.peer.secure));
}

std::string give_session_cookie(const net::Request& request, const Minted& minted) {
    return session_cookie(request, minted.cookie_value, life_of(minted.session).count());
}

std::string take_session_cookie(const net::Request& request) {
    return session_cookie(request, {}, 0);
}

std::optional<crypto::Sha256> token_hash_of(std::string_view cookie_value) {
    const auto secret = bytes_from<CookieSecret>(cookie_value, from_base64url);
    if (!secret) return std::nullopt;
    return hash_of(*secret);
}

Visitor visitor_of(const net::Request& request) {
    return {device_of(request), token_hash_of(session_cookie_of(request))};
}

Minted Sessions::mint(
    const AccountId& account,
    SessionKind kind,
    Device device,
    Time now,
    const std::optional<CookieSecret>& given
) const {
    const CookieSecret secret = given ? *given : random_bytes<CookieSecret>(random_);
    return {
        .cookie_value = base64url(secret.view()),
        .session =
            {
                .id = new_session_id(now, random_),
                .account = account,
                .token_hash = hash_of(secret),
                .kind = kind,
                .created_at = now,
                .seen_at = now,
                .expires_at = now + lifetimes_.absolute,
                .browser = std::move(device.browser),
                .system = std::move(device.system),
                .address = std::move(device.address),
                .approved_by = std::nullopt,
            },
    };
}

std::optional<SignedIn> Sessions::cached(std::string_view cookie_value, Time now) const {
    const auto token_hash = token_hash_of(cookie_value);
    if (!token_hash) return std::nullopt;
    return cache_.find(*token_hash, now);
}

Async<Result<std::optional<SignedIn>>> Sessions::authenticate(
    std::string_view cookie_value, Time now
) {
    return look_up(token_hash_of(cookie_value), now);
}

Async<Result<std::optional<SignedIn>>> Sessions::look_up(
    std::optional<crypto::Sha256> token_hash, Time now
) {
    if (!token_hash) co_return std::optional<SignedIn>();
    if (auto known = cache_.find(*token_hash, now)) co_return known;

    const std::uint64_t epoch = cache_.epoch();
    auto found = co_await store_.session_by_hash(*token_hash, now);
    if (!found || !*found) co_return found;

    Session& session = found.value()->session;
    if (now >= session.seen_at + seen_precision) {
        session.seen_at = now;
        const Executor executor = co_await boost::asio::this_coro::executor;
        Async<void> touching = touch(session.account, session.id, now);
        boost::asio::co_spawn(executor, std::move(touching), boost::asio::detached);
    }
    cache_.keep(**found, now, epoch);
    co_return found;
}

/// Nobody waits for it: a database that cannot be written keeps nobody from reading.
Async<void> Sessions::touch(AccountId account, SessionId id, Time now) {
    (void)co_await store_.touch_session(account, id, now);
}

void Sessions::forget(const AccountId& account) {
    cache_.forget(account);
    if (heard_.of_account) heard_.of_account(account);
}

void Sessions::forget(const crypto::Sha256& token_hash) {
    cache_.forget(token_hash);
    if (heard_.of_session) heard_.of_session(token_hash);
}

Async<Result<std::optional<Session>>> Sessions::still_there(crypto::Sha256 token_hash, Time now) {
    if (auto known = cache_.find(token_hash, now))
        co_return std::optional(std::move(known->session));
    auto found = co_await store_.session_by_hash(token_hash, now);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<Session>();
    co_return std::optional(std::move((*found)->session));
}

Async<Result<void>> Sessions::begin(NewSession wanted) {
    const auto replaced = wanted.replaces;
    auto stored = co_await store_.add_session(std::move(wanted));
    if (stored && replaced) forget(*replaced);
    co_return stored;
}

Async<Result<void>> Sessions::end(AccountId account, SessionId id, EndedFrom from, Time now) {
    auto ended = co_await store_.end_session(account, id, from, now);
    cache_.forget(account, id);
    if (heard_.of_account) heard_.of_account(account);
    co_return ended;
}

Async<Result<std::int64_t>> Sessions::end_all(
    AccountId account, std::optional<SessionId> but, Time now
) {
    auto ended = co_await store_.end_sessions(account, but, now);
    // Also when it is not known whether they have ended: then they are looked up again.
    forget(account);
    co_return ended;
}

Async<Result<std::optional<Session>>> Sessions::find(AccountId account, SessionId id) {
    return store_.session(account, id);
}

Async<Result<std::vector<Session>>> Sessions::of(AccountId account, Time now) {
    return store_.sessions_of(account, now);
}

}  // namespace latchkey::identity
