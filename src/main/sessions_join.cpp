#include "main/sessions_join.hpp"

#include <utility>

namespace latchkey {
namespace {

using Found = Async<Result<std::optional<identity::SignedIn>>>;

login::Phone phone_in(identity::SignedIn who) {
    std::string shown = identity::shown_name(who.account_name, who.shown_as);
    return {
        who.session.account,
        who.session.id,
        std::move(who.account_name),
        who.session.created_at,
        std::move(shown)
    };
}

Async<Result<std::optional<login::Phone>>> phone_of(Found look_up) {
    auto found = co_await std::move(look_up);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<login::Phone>();
    co_return phone_in(std::move(**found));
}

Async<Result<std::optional<login::Phone>>> known(login::Phone phone) {
    co_return phone;
}

Async<Result<std::optional<Time>>> beginning_of(Found look_up) {
    const auto found = co_await std::move(look_up);
    if (!found) co_return found.error();
    const bool is_ours = *found && (*found)->session.kind == identity::SessionKind::scan;
    co_return is_ours ? std::optional((*found)->session.created_at) : std::nullopt;
}

Async<bool> is_there(Found look_up) {
    const auto found = co_await std::move(look_up);
    co_return found && found->has_value();
}

Async<std::string> name_of(identity::AccountStore& accounts, AccountId id) {
    auto account = co_await accounts.account(id);
    if (!account || !*account) co_return std::string();
    co_return identity::shown_name((*account)->name, (*account)->shown_as);
}

}  // namespace

login::Authenticate authenticate(identity::Sessions& sessions, Clock clock) {
    return [&sessions, clock = std::move(clock)](const net::Request& request) {
        const std::string_view cookie = identity::session_cookie_of(request);
        const Time now = clock();
        // Nearly always: a phone that scans has just been looked up.
        if (auto cached = sessions.cached(cookie, now)) return known(phone_in(std::move(*cached)));
        return phone_of(sessions.authenticate(cookie, now));
    };
}

login::MintSession mint_session(const identity::Sessions& sessions) {
    return
        [&sessions](
            const net::Request& request, const std::optional<login::SessionSecret>& secret, Time now
        ) {
            std::optional<identity::CookieSecret> given;
            if (secret) given.emplace().data = secret->data;
            identity::Minted minted = sessions.mint(
                {}, identity::SessionKind::scan, identity::device_of(request), now, given
            );
            identity::Session& session =
                minted.session;  // its account is the one that approves: the store's to fill in
            login::MintedSession result;
            result.cookie_value = std::move(minted.cookie_value);
            result.cookie_age_s = std::chrono::floor<seconds>(session.expires_at - now).count();
            result.grant.id = session.id;
            result.grant.token_hash.data = session.token_hash.data;
            const auto had = identity::token_hash_of(identity::session_cookie_of(request));
            if (had) result.grant.replaces.emplace().data = had->data;
            result.grant.created_at = session.created_at;
            result.grant.expires_at = session.expires_at;
            result.grant.browser = std::move(session.browser);
            result.grant.system = std::move(session.system);
            result.grant.address = std::move(session.address);
            return result;
        };
}

identity::ChallengeKeys challenge_keys(const login::SealingKeys& keys) {
    return {
        .current = [&keys] { return keys.current(); },
        .mac = [&keys](
                   std::uint8_t key_id, ByteView text
               ) { return keys.challenge_mac(key_id, text); },
    };
}

login::SessionBegan session_began(identity::Sessions& sessions) {
    return [&sessions](std::string_view cookie_value, Time now) {
        return beginning_of(sessions.authenticate(cookie_value, now));
    };
}

login::ForgetSession forget_session(identity::Sessions& sessions) {
    return [&sessions](const login::SessionGrant::TokenHash& token_hash) {
        crypto::Sha256 hash;
        hash.data = token_hash.data;
        sessions.forget(hash);
    };
}

std::function<Async<bool>(const net::Request&)> signed_in(
    identity::Sessions& sessions, Clock clock
) {
    return [&sessions, clock = std::move(clock)](const net::Request& request) {
        return is_there(sessions.authenticate(identity::session_cookie_of(request), clock()));
    };
}

login::AccountName account_name(identity::AccountStore& accounts) {
    return [&accounts](AccountId id) { return name_of(accounts, id); };
}

}  // namespace latchkey
