#include "identity/accounts.hpp"

#include <optional>
#include <utility>

namespace latchkey::identity {

AccountId Accounts::new_id() const {
    return random_bytes<AccountId>(random_);
}

Async<Result<Account>> Accounts::make(std::string name, Secret password, Time now) {
    auto account = make_without_password(name, new_id(), now);
    if (!account) co_return account.error();
    if (const auto strong = valid_password(password); !strong) co_return strong.error();
    auto hash = co_await workers_.hash(std::move(password));
    if (!hash) co_return hash.error();
    account->password_hash = std::move(*hash);
    co_return account;
}

Result<Account> Accounts::make_without_password(
    std::string_view name, const AccountId& id, Time now
) const {
    auto valid = valid_name(name);
    if (!valid) return valid.error();
    return Account{
        .id = id,
        .name = std::move(*valid),
        .password_hash = {},
        .disabled = false,
        .created_at = now,
    };
}

Async<Result<Account>> Accounts::add(std::string name, Secret password, Role role, Time now) {
    auto account = co_await make(std::move(name), std::move(password), now);
    if (!account) co_return account.error();
    account->role = role;
    const auto stored = co_await store_.add_account(*account);
    if (!stored) co_return stored.error();
    co_return account;
}

/// Every way through here checks exactly one hash, so that the time tells nothing.
Async<Result<Account>> Accounts::prove(std::string name, Secret password) {
    if (password.reveal().size() > password_bytes_max) co_return Errc::wrong_credentials;
    std::optional<Account> account;
    if (const auto valid = valid_name(name)) {
        auto found = co_await store_.account_named(*valid);
        if (!found) co_return found.error();
        account = std::move(*found);
    }
    std::optional<std::string> hash;
    if (account && !account->password_hash.empty()) hash = account->password_hash;
    const auto fits = co_await workers_.verify(std::move(hash), password);
    if (!fits) co_return fits.error();
    if (!*fits || account->disabled) co_return Errc::wrong_credentials;

    if (workers_.outdated(account->password_hash)) {
        co_await replace_outdated_hash(*account, password);
    }
    co_return std::move(*account);
}

/// The caller's account and password outlive it: it is awaited at once. Failing is no harm, the
/// next sign-in tries again.
Async<void> Accounts::replace_outdated_hash(Account& account, const Secret& password) {
    auto hash = co_await workers_.hash(password);
    if (!hash) co_return;
    const auto replaced = co_await store_.replace_hash(account.id, account.password_hash, *hash);
    if (replaced) account.password_hash = std::move(*hash);
}

Async<Result<void>> Accounts::set_password(Actor actor, Secret password, Time now) {
    if (const auto strong = valid_password(password); !strong) co_return strong.error();
    auto hash = co_await workers_.hash(std::move(password));
    if (!hash) co_return hash.error();
    auto stored = co_await store_.set_password(actor, std::move(*hash), now);
    sessions_.forget(actor.account);
    co_return stored;
}

Async<Result<void>> Accounts::drop_password(Actor actor, Time now) {
    auto dropped = co_await store_.drop_password(actor, now);
    sessions_.forget(actor.account);
    co_return dropped;
}

Async<Result<void>> Accounts::remove(Actor actor, Time now) {
    auto removed = co_await store_.remove_account(actor, now);
    sessions_.forget(actor.account);
    co_return removed;
}

Async<Result<void>> Accounts::set_disabled(AccountId id, bool disabled, Time now) {
    auto stored = co_await store_.set_disabled(id, disabled, now);
    sessions_.forget(id);
    co_return stored;
}

Async<Result<void>> Accounts::set_shown_as(AccountId id, ShownAs shown_as, Time now) {
    auto stored = co_await store_.set_shown_as(id, shown_as, now);
    // Its sessions go on, and what was kept of them says how it was shown.
    sessions_.forget(id);
    co_return stored;
}

}  // namespace latchkey::identity
