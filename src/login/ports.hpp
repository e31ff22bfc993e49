/// What this room needs from others. `store` implements the store, `main` joins it to `identity`.
#pragma once

#include "base/async.hpp"
#include "login/login.hpp"
#include "login/ticket.hpp"
#include "login/values.hpp"
#include "net/http.hpp"
#include "net/server.hpp"
#include "ops/audit.hpp"

#include <boost/json/array.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::login {

/// The session that a browser gets, written in the same transaction that marks its login collected,
/// so that there is never one without the other. Ready to be stored: only the hash of its secret is
/// here.
struct SessionGrant {
    using TokenHash = Bytes<struct SessionHashTag, 32>;  ///< SHA-256 of the cookie's 32 bytes
    SessionId id;
    TokenHash token_hash;
    std::optional<TokenHash> replaces{};  ///< the session that this browser had: it ends
    Time created_at;
    Time expires_at;
    std::string browser;  ///< as `Chrome`
    std::string system;   ///< as `Windows`
    std::string address;
};

/// The ticket that a page gets in place of a session. Only its hash is here.
struct TicketGrant {
    crypto::Sha256 hash;
    Time expires_at;
};

/// When something was asked for, and from where, for the audit log.
struct Asked {
    Time at;
    std::string address;  ///< empty when unknown
};

/// Where a phone's page is from, as its passkeys see it.
struct PasskeyServer {
    std::string id{};           ///< the RP ID; empty: passkeys do not work there
    bool is_elsewhere = false;  ///< they work at another address of this server
};
using PasskeyServerOf = std::function<PasskeyServer(const net::Request& request)>;

/// A passkey's signature over an approval, checked: the evidence that is kept, and what its passkey
/// is from now on. Holds no secret.
struct ApprovalSignature {
    std::string statement;  ///< what was signed; see `statement.hpp`
    std::vector<std::byte> credential_id{};
    std::vector<std::byte> public_key{};  ///< COSE_Key
    std::vector<std::byte> client_data{};
    std::vector<std::byte> authenticator_data{};
    std::vector<std::byte> signature{};
    std::uint32_t sign_count = 0;
    bool user_verified = false;
    bool backed_up = false;
    bool counter_went_back = false;
};
/// Checks what the phone has sent over the SHA-256 of a statement. Errors: `passkey_refused`,
/// `unavailable`.
using CheckStatement = std::function<Async<Result<ApprovalSignature>>(std::string statement)>;
/// The same of an assertion (AuthenticationResponseJSON) in a request of that account; nothing when
/// it has not the form of one.
using CheckerOf = std::function<std::optional<CheckStatement>(
    const net::Request& request, const boost::json::value& assertion, const AccountId& account
)>;
/// The passkeys of an account, as PublicKeyCredentialDescriptorJSON. Errors: `unavailable`.
using PasskeysOf = std::function<Async<Result<boost::json::array>>(AccountId account)>;

/// What a browser gets for a login: one of the two.
struct Collection {
    std::optional<SessionGrant> session{};
    std::optional<TicketGrant> ticket{};
    BrowserMark browser{};  ///< the account knows this browser from now on
    Asked asked;
};

/// What the database knows of an account that scans.
struct History {
    std::vector<BrowserMark> browsers;  ///< that have collected a login of it
    Time denied_at{};                   ///< when it last said no or reported; zero: never
    bool has_passkey = false;
};

/// Which sessions end with a change of a login.
enum class Ending : std::uint8_t {
    session,  ///< the one it was collected as, if it still lives
    browser,  ///< all that its browser has of the account
};
struct Ended {
    Login login;
    std::size_t sessions = 0;
};

/// Each change of a login writes its event of the audit log in the same transaction (see
/// `events.hpp`), and a denial or a report is noted with the account.
class LoginStore {
 public:
    /// Gets what is stored (or nothing), returns what shall be; must be pure, since it may run more
    /// than once.
    using Change = std::function<Result<Login>(const std::optional<Login>&)>;
    /// The same for a scan: also gets what is known of the account that scans.
    using ScanChange = std::function<Result<Login>(const std::optional<Login>&, const History&)>;
    /// Whether a browser is the one that a login is for.
    using IsOf = std::function<bool(const Login&, const BrowserMark&)>;
    virtual ~LoginStore() = default;

    /// Loads, changes and saves in one durable transaction: when this returns a login, it survives
    /// kill -9. Errors: what `change` returned (nothing is written then), or `unavailable`.
    virtual Async<Result<Login>> update(LoginId id, Change change, Asked asked) = 0;
    /// As `update`, with the history of `by` as it is in that transaction.
    virtual Async<Result<Login>> scan(LoginId id, AccountId by, ScanChange change, Asked asked) = 0;
    /// As `update` of an approval, and keeps its evidence with its event and what the passkey
    /// counts. Errors: also `passkey_refused` when the account has no such passkey any more.
    virtual Async<Result<Login>> approve(
        LoginId id, Change change, ApprovalSignature signature, Asked asked
    ) = 0;
    /// As `update`, and writes the session or the ticket in the same transaction. Errors: also
    /// `approval_withdrawn` when the phone's session that approved has ended, or its account is
    /// disabled: nobody who was put out may still let a browser in. (A `Subject` has neither.)
    virtual Async<Result<Login>> collect(LoginId id, Change change, Collection what) = 0;
    /// As `update`, and ends sessions in the same transaction. When any did, or with
    /// `Ending::browser`, the account knows that browser no more. Writes an event also when the
    /// login stays as it is, but not for a report that is repeated and ends nothing more.
    virtual Async<Result<Ended>> end(
        LoginId id, Change change, Ending ending, IsOf is_of, Asked asked
    ) = 0;
    /// Errors: `unavailable`. A login that nobody scanned is not stored: nothing.
    virtual Async<Result<std::optional<Login>>> find(LoginId id) = 0;
    /// Takes a ticket out: it is redeemed once, by its own client. Errors: `ticket_unknown`,
    /// `unavailable`.
    virtual Async<Result<Ticket>> redeem(crypto::Sha256 hash, ClientNumber client, Asked asked) = 0;
    /// Keeps an event that goes with no change. Errors: `unavailable`.
    virtual Async<Result<void>> note(ops::AuditEvent event) = 0;
    /// True only when it is certain that no node has stored this login by now, without waiting for
    /// anything; then nobody need ask. A store that is alone on its database can know; whoever
    /// stores a login must make this false before others can see the row. Thread-safe. False is
    /// always right.
    virtual bool surely_absent(const LoginId&) const noexcept { return false; }
};

/// A phone that is signed in.
struct Phone {
    AccountId account;
    SessionId session;
    std::string name;
    Time since{};         ///< when its session began
    std::string shown{};  ///< what a screen may show of the name; empty: nothing
};

inline Approver approver(const Phone& phone) {
    return {phone.account, phone.session};
}

/// Who sent this request, by its session cookie; nothing when nobody is signed in. `unavailable`
/// when the store cannot say.
using Authenticate =
    std::function<Async<Result<std::optional<Phone>>>(const net::Request& request)>;

/// A session for a browser: the cookie's secret value, and what is stored of it.
struct MintedSession {
    std::string cookie_value;
    std::int64_t cookie_age_s = 0;
    SessionGrant grant;
};
/// With that secret, or with a random one.
using MintSession = std::function<MintedSession(
    const net::Request& request, const std::optional<SessionSecret>& secret, Time now
)>;
/// When the session of that cookie began; nothing when it is unknown or has ended. `unavailable`
/// when the store cannot say.
using SessionBegan =
    std::function<Async<Result<std::optional<Time>>>(std::string_view cookie_value, Time now)>;

/// Sessions of this account have ended in the store: nobody is signed in by them any more.
using ForgetSessions = std::function<void(const AccountId&)>;
/// The same of one session.
using ForgetSession = std::function<void(const SessionGrant::TokenHash&)>;

/// What the page that shows who scanned may show of an account's name; empty when that is nothing,
/// or it is unknown or cannot be read.
using AccountName = std::function<Async<std::string>(AccountId)>;

/// The server: it is built after what it serves, so it is asked for only while it runs.
/// Thread-safe.
using RunningServer = std::function<net::Server&()>;

using SteadyClock = std::function<SteadyTime()>;

}  // namespace latchkey::login
