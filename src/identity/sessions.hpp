/// Who sent a request: sessions and their cookies.
#pragma once

#include "base/async.hpp"
#include "base/random.hpp"
#include "identity/ports.hpp"
#include "identity/session_cache.hpp"
#include "net/http.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::identity {

inline constexpr std::string_view session_cookie_name = "latchkey_session";

/// What a session remembers of where it began, to be recognised by its owner.
struct Device {
    std::string browser;  ///< as `Chrome`; empty when unknown
    std::string system;   ///< as `Windows`; empty when unknown
    std::string address;  ///< empty on a Unix socket without a proxy's word
};
Device device_of(const net::Request& request);

/// The value of the request's session cookie; empty when there is none.
std::string_view session_cookie_of(const net::Request& request);

/// What of a cookie is stored: the SHA-256 of its 32 bytes. Nothing for a value that no cookie of
/// ours has.
std::optional<crypto::Sha256> token_hash_of(std::string_view cookie_value);

/// A browser in which a session is to begin, and the session that it has had.
struct Visitor {
    Device device;
    std::optional<crypto::Sha256> had;
};
Visitor visitor_of(const net::Request& request);

struct CookieSecretTag;
/// What a session's cookie says, in base64url. Secret.
using CookieSecret = Bytes<CookieSecretTag, 32>;

/// A session before it is stored, and the secret that goes into the browser's cookie and nowhere
/// else.
struct Minted {
    std::string cookie_value;
    Session session;
};

/// The value of a `Set-Cookie` line that hands out a session, for as long as it can last.
std::string give_session_cookie(const net::Request& request, const Minted& minted);
/// And of one that takes it away.
std::string take_session_cookie(const net::Request& request);

/// Sessions are looked up at every request, so a look-up is kept for `session_fresh_max`; `seen_at`
/// is written behind the request's back, every `seen_precision` at most. Thread-safe.
class Sessions {
 public:
    /// `store` must outlive it.
    Sessions(SessionStore& store, Random random, SessionLifetimes lifetimes = {})
        : store_(store),
          random_(std::move(random)),
          lifetimes_(lifetimes),
          cache_(lifetimes.idle) {}

    /// A new session with an id of its own and that secret, or a random one; not stored yet.
    Minted mint(
        const AccountId& account,
        SessionKind kind,
        Device device,
        Time now,
        const std::optional<CookieSecret>& given = std::nullopt
    ) const;

    /// Who that cookie signs in at `now`, if anybody. Copies the value before it returns. Errors:
    /// `unavailable`.
    Async<Result<std::optional<SignedIn>>> authenticate(std::string_view cookie_value, Time now);
    /// The same without waiting, when it is known; nothing says nothing.
    std::optional<SignedIn> cached(std::string_view cookie_value, Time now) const;

    /// The session of that hash, if it lives at `now`. No use of it: it is not seen by this.
    /// Errors: `unavailable`.
    Async<Result<std::optional<Session>>> still_there(crypto::Sha256 token_hash, Time now);

    /// Stores it, and ends the one that it replaces. Errors: as `SessionStore::add_session`.
    Async<Result<void>> begin(NewSession wanted);
    /// Errors: `session_unknown`.
    Async<Result<void>> end(AccountId account, SessionId id, EndedFrom from, Time now);
    /// All of the account, or all but one. How many there were.
    Async<Result<std::int64_t>> end_all(AccountId account, std::optional<SessionId> but, Time now);
    /// Nothing when the account has no such session.
    Async<Result<std::optional<Session>>> find(AccountId account, SessionId id);
    /// Those that live at `now`, the newest first.
    Async<Result<std::vector<Session>>> of(AccountId account, Time now);

    /// The account's sessions have ended in the store, or what a look-up says of it is no longer
    /// so: they are looked up again.
    void forget(const AccountId& account);
    /// The same of one session.
    void forget(const crypto::Sha256& token_hash);

    /// Called after something of a session or an account was forgotten, on the thread where that
    /// was. Set before anything else is called.
    struct Heard {
        std::function<void(const AccountId&)> of_account;
        std::function<void(const crypto::Sha256&)> of_session;
    };
    void tell(Heard heard) { heard_ = std::move(heard); }

 private:
    Async<Result<std::optional<SignedIn>>> look_up(
        std::optional<crypto::Sha256> token_hash, Time now
    );
    Async<void> touch(AccountId account, SessionId id, Time now);

    SessionStore& store_;
    const Random random_;
    const SessionLifetimes lifetimes_;
    SessionCache cache_;
    Heard heard_;
};

}  // namespace latchkey::identity
