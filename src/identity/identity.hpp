/// Who people are and how they prove it: accounts, passwords, sessions.
#pragma once

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "identity/shown_as.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

enum class Errc {
    not_signed_in = 1,
    wrong_credentials,  ///< name or password; never says which
    recovery_refused,   ///< name or recovery code, or the code was used; never says which
    name_taken,
    invalid_name,
    weak_password,
    account_unknown,
    last_admin,  ///< nobody else could administer then
    session_unknown,
    sign_up_closed,        ///< nobody makes an account here without being invited, or nobody at all
    invitation_unknown,    ///< the link was used, has run out, was taken back, or is not whole
    passwords_off,         ///< none opens an account here
    last_way_in,           ///< without it nothing would open the account
    challenge_expired,     ///< it is too old, was used, or was never given
    passkey_unknown,       ///< nobody here has it
    passkey_refused,       ///< a check of the ceremony failed; strangers never learn which
    passkey_known,         ///< it is somebody's already
    too_many_passkeys,     ///< the account has `passkeys_max`
    invalid_passkey_name,  ///< as `invalid_name`
    sign_in_again,         ///< see `may_change_ways_in`
    passkeys_off,          ///< browsers offer none at this address
    busy,                  ///< too many password checks under way; try again
    unavailable,           ///< the database cannot be reached or written
};
std::string_view room_of(Errc);
std::string_view meaning(Errc value);
inline ErrorCode make_error_code(Errc value) {
    return error_code_of(value);
}

inline constexpr std::size_t name_characters_max = 64;
inline constexpr std::size_t password_bytes_min = 8;
inline constexpr std::size_t password_bytes_max = 1024;

/// What an account may do beside signing in. The numbers are stored.
enum class Role : std::uint8_t {
    person = 1,
    admin,  ///< sees and ends what others have here
};
std::string_view to_string(Role role);
/// Nothing for a text that is none.
std::optional<Role> parse_role(std::string_view text);

struct Account {
    AccountId id;
    std::string name;           ///< as the person wrote it; unique without regard to case
    std::string password_hash;  ///< Argon2id, PHC string; empty: no password opens it
    bool disabled = false;
    Time created_at;
    ShownAs shown_as = ShownAs::name;
    Role role = Role::person;
};

/// How a session began. The numbers are stored.
enum class SessionKind : std::uint8_t {
    password = 1,
    scan,
    setup,  ///< with the account, which its person has just made
    passkey,
    recovery,  ///< by a recovery code
};
std::string_view to_string(SessionKind kind);

/// One signed-in browser or phone. The cookie's secret is not here, only its hash is stored.
struct Session {
    SessionId id;
    AccountId account;
    crypto::Sha256 token_hash;
    SessionKind kind = SessionKind::password;
    Time created_at;
    Time seen_at;     ///< to `seen_precision`
    Time expires_at;  ///< absolute
    std::string browser;
    std::string system;
    std::string address;
    std::optional<SessionId> approved_by;       ///< the phone's session (same account), for `scan`
    std::optional<BrowserMark> browser_mark{};  ///< the browser that collected it, for `scan`

    friend bool operator==(const Session&, const Session&) = default;
};

inline constexpr seconds session_life_max = std::chrono::days(365);
inline constexpr seconds session_life = std::chrono::days(30);
inline constexpr seconds session_idle_max = std::chrono::days(14);
/// How long sessions last, if the operator says nothing else.
struct SessionLifetimes {
    seconds absolute = session_life;  ///< of those that begin from now on
    seconds idle = session_idle_max;  ///< unused for so long, any is over
};
/// `seen_at` is written at most this often.
inline constexpr seconds seen_precision{60};

/// From its beginning to its end, at the most.
inline seconds life_of(const Session& session) {
    return std::chrono::floor<seconds>(session.expires_at - session.created_at);
}

/// Whether a session still signs in at `now`: neither over nor idle for too long. Pure.
bool lives(const Session& session, Time now, seconds idle_max);

/// What opens an account, and what it shows to whom, may change only for so long after its session
/// began, and never in one that a phone let in: whoever comes by an open browser, or talks a person
/// into approving theirs, must not get in for ever.
inline constexpr seconds fresh_session_max{15 * 60};
bool may_change_ways_in(const Session& session, Time now);

/// Who may make an account.
enum class SignUp : std::uint8_t { closed, invite, open };
std::optional<SignUp> parse_sign_up(std::string_view text);
std::string_view to_string(SignUp sign_up);

/// What the operator allows.
struct AccountRules {
    SignUp sign_up = SignUp::invite;
    bool passwords = true;  ///< they open accounts
};

/// Whose account something is done to, and the session in which they do it: it must live when it is
/// done, and not only when it was asked for. Without one the operator does it.
struct Actor {
    Actor(const AccountId& whose, std::optional<SessionId> in = std::nullopt)
        : account(whose), session(in) {}
    AccountId account;
    std::optional<SessionId> session;
};

/// What must open an account after one of its passkeys is taken away. A password counts only where
/// the operator lets passwords open any; recovery codes are for the day when there is nothing, and
/// so never do.
enum class WaysLeft : std::uint8_t { none, passkey, any };

/// A link with which one person makes one account. The token in it is not here, only its hash.
struct Invitation {
    crypto::Sha256 hash;
    Role role = Role::person;
    Time created_at;
    Time expires_at;

    friend bool operator==(const Invitation&, const Invitation&) = default;
};

/// The beginning of its hash in hex, by which an operator and the audit log call it.
std::string invitation_id(const crypto::Sha256& hash);

/// A name as it is kept: without white space around it. Errors: `invalid_name` unless it has 1 to
/// `name_characters_max` code points, all of them visible (no control characters, and none of the
/// marks without a width or that turn the direction of a text, with which one name is made to look
/// like another).
Result<std::string> valid_name(std::string_view typed);

/// The form in which names are compared: ASCII letters in lower case and nothing else changed, so
/// `ADA` is `ada`, while `É` and `é`, or one letter composed in two ways, are different names.
std::string folded_name(std::string_view name);

/// Errors: `weak_password` unless it has `password_bytes_min` to `password_bytes_max` bytes.
Result<void> valid_password(const Secret& password);

}  // namespace latchkey::identity

template <>
struct boost::system::is_error_code_enum<latchkey::identity::Errc> : std::true_type {};
