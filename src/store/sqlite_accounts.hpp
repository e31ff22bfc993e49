/// Accounts in SQLite.
#pragma once

#include "identity/ports.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqliteAccounts final : public identity::AccountStore {
 public:
    /// Both must outlive it.
    SqliteAccounts(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<void>> add_account(identity::Account account) override;
    Async<Result<void>> found_account(identity::NewAccount wanted, identity::Admission admission)
        override;
    Async<Result<std::optional<identity::Account>>> account_named(std::string name) override;
    Async<Result<std::optional<identity::Account>>> account(AccountId id) override;
    Async<Result<std::vector<identity::Account>>> accounts() override;
    Async<Result<bool>> has_accounts() override;
    Async<Result<void>> set_password(identity::Actor actor, std::string password_hash, Time now)
        override;
    Async<Result<void>> drop_password(identity::Actor actor, Time now) override;
    Async<Result<void>> replace_hash(AccountId id, std::string seen_hash, std::string password_hash)
        override;
    Async<Result<void>> set_disabled(AccountId id, bool disabled, Time now) override;
    Async<Result<void>> set_shown_as(AccountId id, identity::ShownAs shown_as, Time now) override;
    Async<Result<void>> set_role(AccountId id, identity::Role role, Time now) override;
    Async<Result<void>> remove_account(identity::Actor actor, Time now) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
