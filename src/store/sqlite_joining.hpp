/// Invitations and recovery codes in SQLite.
#pragma once

#include "identity/ports.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqliteInvitations final : public identity::InvitationStore {
 public:
    /// Both must outlive it.
    SqliteInvitations(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<void>> add_invitation(identity::Invitation invitation) override;
    Async<Result<std::optional<identity::Invitation>>> invitation(crypto::Sha256 hash, Time now)
        override;
    Async<Result<std::vector<identity::Invitation>>> invitations(Time now) override;
    Async<Result<void>> remove_invitation(crypto::Sha256 hash, Time now) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

class SqliteRecovery final : public identity::RecoveryStore {
 public:
    /// Both must outlive it.
    SqliteRecovery(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    Async<Result<void>> replace_codes(
        identity::Actor actor, std::vector<crypto::Sha256> hashes, Time now
    ) override;
    Async<Result<identity::RecoveryCodes>> codes_of(AccountId account) override;
    Async<Result<void>> sign_in_by_code(identity::RecoverySignIn wanted) override;

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
