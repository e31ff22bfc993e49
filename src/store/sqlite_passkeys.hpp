/// Passkeys in SQLite.
#pragma once

#include "identity/ports.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqlitePasskeys final : public identity::PasskeyStore {
 public:
    /// Both must outlive it.
    SqlitePasskeys(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<void>> add_passkey(identity::NewPasskey wanted) override;
    Async<Result<std::optional<identity::FoundPasskey>>> passkey(identity::CredentialId id
    ) override;
    Async<Result<std::vector<identity::Passkey>>> passkeys_of(AccountId account) override;
    Async<Result<identity::Passkey>> rename_passkey(
        AccountId account, identity::CredentialId id, std::string name, Time now
    ) override;
    Async<Result<void>> remove_passkey(
        identity::Actor actor, identity::CredentialId id, identity::WaysLeft left, Time now
    ) override;
    Async<Result<void>> sign_in_by_passkey(identity::PasskeySignIn wanted) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
