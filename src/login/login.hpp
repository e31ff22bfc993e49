/// Signing in a browser by scanning its code with a phone.
/// The stored `Login` is the truth. A push only says "look now", so a lost push costs
/// a moment and never a login.
#pragma once

#include "base/ids.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::login {

enum class Errc {
    code_unknown = 1,  ///< malformed, forged, or sealed by a key that is gone
    code_expired,      ///< older than a code lives
    token_invalid,     ///< malformed, forged or too old
    wrong_browser,  ///< the token is right, the browser's cookie is not the one that made the login
    login_unknown,  ///< nobody has scanned it
    login_expired,  ///< its time is over; nothing may change any more
    already_scanned,          ///< another account was first
    already_decided,          ///< the first answer wins
    not_yours,                ///< another account scanned it, or it is another client's
    number_missing,           ///< it wants the number that the browser shows
    wrong_number,             ///< that was not the number: the login is denied
    unknown_browser,          ///< its client only takes browsers that the account has used before
    different_network,        ///< its client wants phone and browser in one network
    passkey_needed,           ///< its client wants a passkey, and the account has none
    passkey_elsewhere,        ///< the account's passkeys do not work at the phone's address
    passkey_missing,          ///< it wants the signature of a passkey
    passkey_refused,          ///< that was not the signature it wants
    client_unknown,           ///< no such application, or it was removed
    redirect_not_registered,  ///< the client has not registered that address
    ticket_only,              ///< it can be collected as a ticket and in no other way
    ticket_needs_client,      ///< this installation's own logins have no tickets
    ticket_unknown,           ///< never issued, used, or too old
    not_approved,             ///< there is nothing to collect yet
    already_collected,        ///< a login signs in once
    approval_withdrawn,       ///< the session or the account that approved has ended since
    not_on_screen,            ///< no page shows it now
    unavailable,              ///< the database cannot be reached or written
};
std::string_view room_of(Errc);
std::string_view meaning(Errc value);
inline ErrorCode make_error_code(Errc value) {
    return error_code_of(value);
}

enum class State : std::uint8_t { scanned = 1, approved, denied, collected, cancelled, reported };
std::string_view to_string(State state);

/// How the phone must confirm.
enum class Confirm : std::uint8_t {
    tap = 1,
    number,              ///< type the two digits that the browser shows
    passkey,             ///< sign what the phone shows
    passkey_and_number,  ///< both: the digits are signed, too
};
/// `tap`, `number`, `passkey`, `passkey-and-number`
std::string_view to_string(Confirm confirm);
/// Whether the browser shows a number to be typed.
bool wants_number(Confirm confirm);
bool wants_passkey(Confirm confirm);

/// Why a login was denied.
enum class Denial : std::uint8_t { none, declined, wrong_number };
/// `declined`, `wrong-number`; empty for none.
std::string_view to_string(Denial denial);

/// The number of an application that asks. 0: this installation itself.
using ClientNumber = std::uint32_t;
inline constexpr ClientNumber own_client = 0;

/// What makes that nobody can have signed an approval before its scan (Web Authentication Level 3
/// §13.4.3).
using ApprovalNonce = Bytes<struct ApprovalNonceTag, 16>;

struct BrowserTagTag;
/// What a token holds of its browser: nobody can go back from it, and two logins of one browser do
/// not show that they are of one.
using BrowserTag = Bytes<BrowserTagTag, 8>;

/// The browser that shows a login, as it was when the phone scanned. What nobody could see is
/// empty.
struct Shown {
    std::string browser;  ///< as `Chrome`
    std::string system;   ///< as `Windows`
    std::string address;
    std::uint8_t key_id = 0;  ///< of the sealing key that made `tag`
    BrowserTag tag{};
    friend bool operator==(const Shown&, const Shown&) = default;
};

/// Somebody whom a client's own backend vouches for: its word, its names.
struct Subject {
    std::string id;  ///< empty: the login is of an account of ours
    std::string name;
    friend bool operator==(const Subject&, const Subject&) = default;
};

/// One attempt, from its scan on. A plain value without secrets: copy it, compare it. (The number
/// is on the browser's screen; the phone must not be told.)
struct Login {
    LoginId id;
    ClientNumber client = own_client;
    AccountId account;   ///< who scanned; nobody else may decide
    SessionId approver;  ///< the phone's session that scanned or decided last
    Time scanned_at;
    Time decided_at{};  ///< zero until decided
    Time expires_at;    ///< from this moment on nothing may change
    State state = State::scanned;
    Confirm confirm = Confirm::tap;
    std::uint8_t number = 0;  ///< below `numbers`, where one is wanted
    Denial denial = Denial::none;
    Shown shown{};
    Subject subject{};
    /// What it was collected as; for a ticket, the beginning of its hash.
    std::optional<SessionId> session{};
    std::optional<ApprovalNonce> nonce{};  ///< where a passkey is wanted

    friend bool operator==(const Login&, const Login&) = default;
};

/// How many numbers there are to type: two digits.
inline constexpr unsigned numbers = 100;
std::uint8_t random_number(const Random& random);
/// `07`
std::string number_text(std::uint8_t number);
/// Nothing unless it is two digits.
std::optional<std::uint8_t> parse_number(std::string_view text);

/// Who holds the phone.
struct Approver {
    AccountId account;
    SessionId session;
};

/// How long a login lives from its creation.
inline constexpr seconds login_life{600};
/// How long the browser may take at the least to collect what was approved, also when that was
/// approved in the last second of its life.
inline constexpr seconds collect_time_min{60};
/// How long a browser whose answer was lost may ask for the session that it collected once more.
inline constexpr seconds collect_repeat_max{60};

/// A fresh id; `now` goes into it as whole seconds.
LoginId new_login_id(Time now, const Random& random);
/// When the login with that id was created: its first four bytes.
Time created_at(const LoginId& id);
/// When it is over unless it was approved late: `login_life` after its creation.
Time expires_at(const LoginId& id);

/// The moves of a login. Pure. `seen` is the stored login, if any. These are all the ways there
/// are:
///
///     (nothing) -> scanned -> approved -> collected
///                    |           \-> reported, cancelled (taken back)
///                    \-> denied, reported, cancelled
///
/// `denied`, `reported`, `collected` and `cancelled` stay for ever. Who may not decide learns
/// nothing but that; what is decided is `already_decided` also after its time.

/// What a scan makes of a login: all but who scans, and when.
struct Scanning {
    LoginId id;
    ClientNumber client = own_client;
    Confirm confirm = Confirm::tap;
    std::uint8_t number = 0;
    ApprovalNonce nonce{};
    Shown shown{};
    Subject subject{};
};

/// The first phone takes it; the same account scanning again changes nothing, not even how it must
/// confirm. Errors: `login_expired`, `already_scanned` (by another account), `already_decided` (by
/// its own).
[[nodiscard]] Result<Login> scanned(
    const std::optional<Login>& seen, const Scanning& scan, const Approver& by, Time now
);
/// What the phone confirms with.
struct Confirmation {
    std::optional<std::uint8_t> number{};
    bool signed_by_passkey = false;  ///< the very text of this login, and that was checked
};
/// The phone says yes. The browser has `collect_time_min` from now at the least: `expires_at` moves
/// if need be. With a wrong number the login becomes `denied`: that is no error, since it must be
/// stored. Errors: `login_unknown`, `not_yours`, `already_decided`, `login_expired`,
/// `number_missing`, `passkey_missing`.
[[nodiscard]] Result<Login> approved(
    const std::optional<Login>& seen, const Approver& by, const Confirmation& with, Time now
);
/// Scans and approves in one move, as the classic wire and a client's own backend do. Errors: as
/// `scanned`, and `number_missing` or `passkey_missing` when it was scanned before and wants one.
[[nodiscard]] Result<Login> allowed(
    const std::optional<Login>& seen, const Scanning& scan, const Approver& by, Time now
);
/// The phone says no. Errors: `login_unknown`, `not_yours`, `already_decided`, `login_expired`.
[[nodiscard]] Result<Login> denied(const std::optional<Login>& seen, const Approver& by, Time now);
/// The phone says "this wasn't me", before or after it approved. What is over already stays as it
/// is, without an error: there may still be sessions to end. Errors: `login_unknown`, `not_yours`.
[[nodiscard]] Result<Login> reported(
    const std::optional<Login>& seen, const Approver& by, Time now
);
/// The phone takes back what it approved, and what came of it: `cancelled` before it was collected,
/// unchanged after. Errors: `login_unknown`, `not_yours`, `not_approved`.
[[nodiscard]] Result<Login> taken_back(
    const std::optional<Login>& seen, const Approver& by, Time now
);
/// The browser takes its session or its ticket. Errors: `not_approved`
/// (also when nothing is stored), `already_collected`, `already_decided` (denied, reported or
/// cancelled), `login_expired`.
[[nodiscard]] Result<Login> collected(
    const std::optional<Login>& seen, const SessionId& session, Time now
);
/// The browser gives up before anything was decided. Errors: `login_unknown`, `already_decided`,
/// `login_expired`.
[[nodiscard]] Result<Login> cancelled(const std::optional<Login>& seen, Time now);

/// How things stand with a login, for its browser.
enum class Standing : std::uint8_t {
    waiting,  ///< nobody has scanned it
    scanned,
    approved,
    denied,
    reported,
    cancelled,
    collected,
    expired,
};
Standing standing(const std::optional<Login>& seen, const LoginId& id, Time now);
/// The same at the moment of a change, when its time is not over.
Standing standing_of(State state);

}  // namespace latchkey::login

template <>
struct boost::system::is_error_code_enum<latchkey::login::Errc> : std::true_type {};
