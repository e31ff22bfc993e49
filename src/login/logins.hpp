/// The life of a login, from its code to the collected session: opens the sealed values, asks how
/// the phone must confirm, moves the stored row, rings.
#pragma once

#include "login/bell.hpp"
#include "login/clients.hpp"
#include "login/confirmation.hpp"
#include "login/ports.hpp"
#include "login/presence.hpp"
#include "login/tally.hpp"
#include "login/values.hpp"

#include <optional>
#include <string>

namespace latchkey::login {

/// What shows that a browser is the one that made a login.
struct Credentials {
    std::string token;
    std::optional<BrowserCookie> cookie;
};

/// A browser that has shown it; only `Logins::open` says so.
struct Owner {
    BrowserToken token;
    BrowserCookie cookie;
};

/// How a phone names a login.
struct Pointer {
    enum class Kind : std::uint8_t {
        handle,     ///< sealed into its page when the code was scanned
        code,       ///< the code itself
        user_code,  ///< typed
    };
    Kind kind = Kind::handle;
    std::string text;
};

/// Thread-safe, as its parts are. Every method may also fail with `unavailable`. What it answers
/// with success is durable, and was rung after that.
class Logins {
 public:
    /// They must outlive it.
    struct Parts {
        const SealingKeys& keys;
        LoginStore& store;
        Bell& bell;
        Presences& presences;
        Clients& clients;
        Random random;
        SameNetwork same_network{};
    };
    explicit Logins(Parts parts) : parts_(std::move(parts)) {}

    /// A new login for that browser. Writes nothing, keeps nothing.
    struct Fresh {
        std::string token;
        Rotation rotation;
    };
    Fresh begin(const BrowserCookie& browser, ClientNumber client, Time now) const;
    /// The same with a code that does not move.
    struct Still {
        std::string token;
        std::string code;
    };
    Still begin_still(const BrowserCookie& browser, std::uint16_t step, Time now) const;
    /// The code of that step once more.
    std::string still_code(const LoginId& login, std::uint16_t step) const {
        return parts_.keys.seal_code(login, step);
    }

    /// How many were begun within the last hour.
    std::int64_t begun_lately(Time now) const { return begun_.lately(now); }

    /// A handle for the phone that scanned this code a moment ago. Changes nothing, asks nobody.
    /// Errors: `code_unknown`, `code_expired`.
    Result<std::string> handle(
        std::string_view code, const std::optional<AccountId>& account, Time now
    ) const;

    /// The phone scans a code that a page shows now. The account that has scanned it may look again
    /// as long as the login lives, also when the code is too old for others. Errors:
    /// `code_unknown`, `code_expired`, `not_on_screen`, `already_scanned`, `already_decided`,
    /// `not_yours` (a handle of another account), `client_unknown`, `unknown_browser`,
    /// `different_network`, `passkey_needed`, `passkey_elsewhere`.
    struct Scan {
        Login login;
        std::string client_id;  ///< these two empty: this installation itself
        std::string client_name;
        Network network = Network::unknown;
        bool browser_known = false;
    };
    Async<Result<Scan>> scan(
        Pointer what, Phone by, IpAddress from, Time now, PasskeyServer here = {}
    );
    /// The classic wire's scan and approval in one. Errors: `code_unknown`, `code_expired`,
    /// `already_scanned`, `already_decided`, `number_missing` (it was scanned before and wants
    /// one).
    Async<Result<Login>> allow(std::string code, Phone by, Asked asked);
    /// A client's own backend approves for one of its own users: what `what` names must be a login
    /// of that client, and on a screen now; or a code of the classic wire, if the client may. With
    /// `Pointer::Kind::handle` the text is a LoginId in base64url. Errors: as `scan`, `not_yours`.
    Async<Result<Login>> vouch(Client by, Pointer what, Subject subject, Asked asked);

    /// Errors: `login_unknown`, `not_yours`, `already_decided`, `login_expired`, `number_missing`,
    /// `wrong_number` (the login is denied now), `passkey_missing`.
    Async<Result<Login>> approve(
        LoginId login, Phone by, std::optional<std::uint8_t> number, Asked asked
    );
    /// The same with a passkey's signature over the login as it was shown: the statement is made
    /// from what is stored, never from what the phone says. Errors: also `passkey_refused` (the
    /// login stays as it was), `client_unknown`.
    struct Signing {
        std::optional<std::uint8_t> number{};
        std::string server;    ///< RP ID
        std::string own_name;  ///< of this installation, as the phone shows it
        CheckStatement check;
    };
    Async<Result<Login>> approve_signed(LoginId login, Phone by, Signing with, Asked asked);
    /// Errors: `login_unknown`, `not_yours`, `already_decided`, `login_expired`.
    Async<Result<Login>> deny(LoginId login, Phone by, Asked asked);
    /// "This wasn't me", at any time while the login is stored: it is over, and all that its
    /// browser has of the account has ended. Errors: `login_unknown`, `not_yours`.
    Async<Result<Ended>> report(LoginId login, Phone by, Asked asked);
    /// The client whose login that is: the one that began it, or else the one that approved it.
    /// Errors: `unavailable`.
    Async<Result<ClientNumber>> client_of(BrowserToken token);
    /// Takes back an approval, and the session that came of it. Errors: `login_unknown`,
    /// `not_yours`, `not_approved`.
    Async<Result<Ended>> take_back(LoginId login, Phone by, Asked asked);

    /// Nothing when nobody has scanned it.
    Async<Result<std::optional<Login>>> stored(LoginId login);
    /// How things stand with the login of a token. Errors: `token_invalid`.
    Async<Result<Standing>> look(std::string token, Time now);

    /// Whose a browser's login is, without asking the store. Errors: `token_invalid`,
    /// `wrong_browser`.
    Result<Owner> open(const Credentials& browser, Time now) const;
    /// The browser takes what is granted (the `browser` of `what` is filled in here). Errors:
    /// `not_approved`, `already_collected`, `already_decided`, `approval_withdrawn`,
    /// `login_expired`, `ticket_only`, `ticket_needs_client`.
    Async<Result<Login>> collect(Owner browser, Collection what);
    /// Whether that ticket is what the login was collected as, a moment ago. Errors:
    /// `already_collected` when it was another, or longer ago.
    Async<Result<void>> was_collected_as(LoginId login, TicketGrant ticket, Time now);
    /// Errors: `ticket_unknown`.
    Async<Result<Ticket>> redeem(crypto::Sha256 hash, ClientNumber client, Asked asked) {
        return parts_.store.redeem(hash, client, std::move(asked));
    }
    /// The secret of the session that this browser gets when it collects under that key, now or
    /// again. Errors: `token_invalid` when its key is gone meanwhile.
    Result<SessionSecret> session_secret(const Owner& browser, std::string_view idempotency_key)
        const {
        return parts_.keys.session_secret(browser.token, browser.cookie, idempotency_key);
    }
    /// The browser gives up. A login that nobody scanned is not stored for that: its pages just
    /// stop showing it. Errors: `token_invalid`, `wrong_browser`, `already_decided`,
    /// `login_expired`.
    Async<Result<void>> cancel(Credentials browser, Asked asked);

 private:
    /// What a pointer came to.
    struct Target {
        LoginId login;
        bool is_old = false;
        bool typed = false;
        bool needs_page = true;
        std::optional<Presence> shown{};
    };
    Async<Result<Target>> find(Pointer what, std::optional<AccountId> account, Time now);
    Result<Target> opened(const Pointer& what, const std::optional<AccountId>& account, Time now)
        const;
    Signals signals_of(
        const Target& target,
        const Phone& by,
        const IpAddress& from,
        const PasskeyServer& here,
        const History& history,
        Time now
    ) const;
    Async<ErrorCode> why_not_shown(Target target, Approver by, Time now);
    Async<ErrorCode> noted(ErrorCode why, ops::AuditEvent second);
    Async<Result<Login>> change(LoginId id, LoginStore::Change move, Asked asked, std::string name);
    Async<Result<Ended>> end(LoginId id, LoginStore::Change move, Ending ending, Asked asked);

    Parts parts_;
    mutable Tally begun_;
};

}  // namespace latchkey::login
