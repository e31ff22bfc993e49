/// What this room needs from a database; `store` implements it. Every method may return
/// `unavailable`. Writes are durable when they return. What an account or a session becomes is told
/// to the audit log in the same transaction; `now` is when it was done.
#pragma once

#include "base/async.hpp"
#include "identity/identity.hpp"
#include "identity/passkey.hpp"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::identity {

/// An account that is to be, the session that begins with it, and what opens it when that is no
/// password.
struct NewAccount {
    Account account;
    Session session;
    std::optional<Passkey> passkey{};
    std::optional<SpentChallenge> challenge{};  ///< that of the passkey
    std::optional<crypto::Sha256> replaces{};   ///< the session that this browser had: it ends
};

/// By what right somebody makes an account.
struct Admission {
    enum class By : std::uint8_t {
        setup,  ///< the one-time link of the first run
        invitation,
        open,  ///< the site is open to everybody
    };
    By by = By::open;
    Role role = Role::person;
    std::optional<crypto::Sha256> invitation{};  ///< its hash
    std::optional<Time> expires_at{};            ///< of the invitation
};

class AccountStore {
 public:
    virtual ~AccountStore() = default;
    /// Errors: `name_taken`.
    virtual Async<Result<void>> add_account(Account account) = 0;
    /// The account, its session and its passkey in one transaction, which uses the invitation and
    /// spends the challenge. Errors: `invitation_unknown` (used, over, or `By::setup` though there
    /// is an account), `name_taken`, `challenge_expired` (spent already), `passkey_known`.
    virtual Async<Result<void>> found_account(NewAccount wanted, Admission admission) = 0;
    /// By name, without regard to case.
    virtual Async<Result<std::optional<Account>>> account_named(std::string name) = 0;
    virtual Async<Result<std::optional<Account>>> account(AccountId id) = 0;
    /// All of them, by name.
    virtual Async<Result<std::vector<Account>>> accounts() = 0;
    virtual Async<Result<bool>> has_accounts() = 0;
    /// Ends every session of the account but the actor's in the same transaction. Errors:
    /// `account_unknown`, `not_signed_in` (the actor's session has ended; so wherever there is
    /// one).
    virtual Async<Result<void>> set_password(Actor actor, std::string password_hash, Time now) = 0;
    /// No password opens it any more. Ends sessions as `set_password`. Errors: `account_unknown`,
    /// `last_way_in` when it has no passkey.
    virtual Async<Result<void>> drop_password(Actor actor, Time now) = 0;
    /// Replaces the hash of the same password by one at another cost; sessions go on. Does nothing
    /// when the stored hash is no longer `seen_hash`.
    virtual Async<Result<void>> replace_hash(
        AccountId id, std::string seen_hash, std::string password_hash
    ) = 0;
    /// Errors: `account_unknown`. Disabling ends every session of the account in the same
    /// transaction.
    virtual Async<Result<void>> set_disabled(AccountId id, bool disabled, Time now) = 0;
    /// Errors: `account_unknown`.
    virtual Async<Result<void>> set_shown_as(AccountId id, ShownAs shown_as, Time now) = 0;
    /// Ends every session of the account in the same transaction: what one may do changes only with
    /// a new session. Does nothing when that is its role. Errors: `account_unknown`, `last_admin`
    /// when nobody else who is not disabled would administer.
    virtual Async<Result<void>> set_role(AccountId id, Role role, Time now) = 0;
    /// With everything that is stored of it but the audit log, which says that it went. Errors:
    /// `account_unknown`, `last_admin` as above.
    virtual Async<Result<void>> remove_account(Actor actor, Time now) = 0;
};

class InvitationStore {
 public:
    virtual ~InvitationStore() = default;
    virtual Async<Result<void>> add_invitation(Invitation invitation) = 0;
    /// Nothing when it was used, was taken back, or is over at `now`.
    virtual Async<Result<std::optional<Invitation>>> invitation(crypto::Sha256 hash, Time now) = 0;
    /// Those that are good at `now`, the newest first.
    virtual Async<Result<std::vector<Invitation>>> invitations(Time now) = 0;
    /// Errors: `invitation_unknown`.
    virtual Async<Result<void>> remove_invitation(crypto::Sha256 hash, Time now) = 0;
};

/// A session and whose it is, as one look-up gives them.
struct SignedIn {
    Session session;
    std::string account_name;
    ShownAs shown_as = ShownAs::name;
    Role role = Role::person;
};

/// A session that somebody has proven a right to.
struct NewSession {
    Session session;
    std::string proven_hash;                 ///< the password hash that was checked
    std::optional<crypto::Sha256> replaces;  ///< the session that this browser had: it ends
};

/// Where a session is ended from.
enum class EndedFrom : std::uint8_t {
    itself,     ///< its own browser signs out, and stays one that the account knows
    elsewhere,  ///< it is put out: the account knows the browser no more, if a phone let it in
};

class SessionStore {
 public:
    virtual ~SessionStore() = default;
    /// Errors: `wrong_credentials` when the account is disabled or gone, or has another password
    /// by now, so that a change of the password leaves no session of the old one behind.
    virtual Async<Result<void>> add_session(NewSession wanted) = 0;
    /// Only sessions that live at `now` (neither expired nor idle too long) of accounts that are
    /// not disabled.
    virtual Async<Result<std::optional<SignedIn>>> session_by_hash(
        crypto::Sha256 token_hash, Time now
    ) = 0;
    /// Nothing when the account has no such session.
    virtual Async<Result<std::optional<Session>>> session(AccountId account, SessionId id) = 0;
    /// Those that live at `now`, the newest first.
    virtual Async<Result<std::vector<Session>>> sessions_of(AccountId account, Time now) = 0;
    /// Errors: `session_unknown` when the account has no such session.
    virtual Async<Result<void>> end_session(
        AccountId account, SessionId id, EndedFrom from, Time now
    ) = 0;
    /// All of the account, or all but one, and it knows those that a phone let in no more. How many
    /// there were.
    virtual Async<Result<std::int64_t>> end_sessions(
        AccountId account, std::optional<SessionId> but, Time now
    ) = 0;
    /// Never moves `seen_at` back; does nothing when the session has ended.
    virtual Async<Result<void>> touch_session(AccountId account, SessionId id, Time seen_at) = 0;
};

/// A passkey that somebody has just made.
struct NewPasskey {
    Passkey passkey;
    SessionId session;  ///< in which it was made
    SpentChallenge challenge;
    std::string address;  ///< where from, for the audit log
};

/// What a passkey is found as.
struct FoundPasskey {
    Passkey passkey;
    std::string account_name;
    bool disabled = false;  ///< its account
};

/// A sign-in with a passkey whose answer has been checked.
struct PasskeySignIn {
    Credential credential;  ///< as it is from now on
    SpentChallenge challenge;
    Session session;
    std::optional<crypto::Sha256> replaces;  ///< the session that this browser had: it ends
    bool counter_went_back = false;          ///< told to the audit log, and no more
};

class PasskeyStore {
 public:
    virtual ~PasskeyStore() = default;
    /// Spends the challenge and stores the passkey in one transaction. Errors:
    /// `challenge_expired` (spent already), `not_signed_in` (the session has ended meanwhile),
    /// `passkey_known`, `too_many_passkeys`.
    virtual Async<Result<void>> add_passkey(NewPasskey wanted) = 0;
    virtual Async<Result<std::optional<FoundPasskey>>> passkey(CredentialId id) = 0;
    /// The newest first.
    virtual Async<Result<std::vector<Passkey>>> passkeys_of(AccountId account) = 0;
    /// Errors: `passkey_unknown` when the account has no such passkey. So below.
    virtual Async<Result<Passkey>> rename_passkey(
        AccountId account, CredentialId id, std::string name, Time now
    ) = 0;
    /// Errors: also `last_way_in`, when less than `left` would be.
    virtual Async<Result<void>> remove_passkey(
        Actor actor, CredentialId id, WaysLeft left, Time now
    ) = 0;
    /// Spends the challenge, keeps what has changed of the passkey, and begins the session, in one
    /// transaction. Errors: `challenge_expired` (spent already), `passkey_unknown` (removed, or its
    /// account disabled meanwhile).
    virtual Async<Result<void>> sign_in_by_passkey(PasskeySignIn wanted) = 0;
};

/// The recovery codes of an account that were not used yet.
struct RecoveryCodes {
    std::int64_t left = 0;
    std::optional<Time> created_at{};  ///< none: it never had any, or all were used
};

/// A sign-in with a recovery code, which is used up by it.
struct RecoverySignIn {
    crypto::Sha256 code;  ///< its hash
    Session session;
    std::optional<crypto::Sha256> replaces;  ///< the session that this browser had: it ends
};

class RecoveryStore {
 public:
    virtual ~RecoveryStore() = default;
    /// In place of those that the account had. Errors: `account_unknown`.
    virtual Async<Result<void>> replace_codes(
        Actor actor, std::vector<crypto::Sha256> hashes, Time now
    ) = 0;
    virtual Async<Result<RecoveryCodes>> codes_of(AccountId account) = 0;
    /// Uses the code up and begins the session, in one transaction. Errors: `recovery_refused` (it
    /// is not one of the account's, or the account is disabled).
    virtual Async<Result<void>> sign_in_by_code(RecoverySignIn wanted) = 0;
};

}  // namespace latchkey::identity
