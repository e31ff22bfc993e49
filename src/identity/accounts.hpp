/// Accounts and their passwords.
#pragma once

#include "base/async.hpp"
#include "base/random.hpp"
#include "identity/password_workers.hpp"
#include "identity/ports.hpp"
#include "identity/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace latchkey::identity {

/// Thread-safe. Everything may answer `unavailable`; what hashes a password may answer `busy`.
class Accounts {
 public:
    /// All must outlive it.
    Accounts(AccountStore& store, Sessions& sessions, PasswordWorkers& workers, Random random)
        : store_(store), sessions_(sessions), workers_(workers), random_(std::move(random)) {}

    /// Errors: `invalid_name`, `weak_password`, `name_taken`.
    Async<Result<Account>> add(std::string name, Secret password, Role role, Time now);
    /// Whose name and password these are. Takes the same time whether there is such a name or not.
    /// Hashes of an outdated cost are replaced on the way. Errors: `wrong_credentials` (also for a
    /// disabled account).
    Async<Result<Account>> prove(std::string name, Secret password);
    /// Ends every session of the account but the actor's. Errors: `weak_password`,
    /// `account_unknown`, `not_signed_in`.
    Async<Result<void>> set_password(Actor actor, Secret password, Time now);
    /// No password opens it any more; ends sessions likewise. Errors: `account_unknown`,
    /// `last_way_in`.
    Async<Result<void>> drop_password(Actor actor, Time now);
    /// Disabling ends every session of the account. Errors: `account_unknown`.
    Async<Result<void>> set_disabled(AccountId id, bool disabled, Time now);
    /// What screens show of it from now on. Errors: `account_unknown`.
    Async<Result<void>> set_shown_as(AccountId id, ShownAs shown_as, Time now);

    /// Errors: `account_unknown`, `last_admin`, `not_signed_in`.
    Async<Result<void>> remove(Actor actor, Time now);

    /// A new account that is not stored yet. Errors: `invalid_name`, `weak_password`.
    Async<Result<Account>> make(std::string name, Secret password, Time now);
    /// The same without a password. Errors: `invalid_name`.
    Result<Account> make_without_password(std::string_view name, const AccountId& id, Time now)
        const;
    AccountId new_id() const;

 private:
    Async<void> replace_outdated_hash(Account& account, const Secret& password);

    AccountStore& store_;
    Sessions& sessions_;
    PasswordWorkers& workers_;
    const Random random_;
};

}  // namespace latchkey::identity
