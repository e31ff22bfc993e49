/// Logins in SQLite.
#pragma once

#include "login/ports.hpp"
#include "store/known_logins.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

namespace latchkey::store {

class SqliteLogins final : public login::LoginStore {
 public:
    /// All must outlive it. `known` is null unless this process alone stores logins.
    SqliteLogins(Writer& writer, Readers& readers, KnownLogins* known)
        : writer_(writer), readers_(readers), known_(known) {}

    Async<Result<login::Login>> update(LoginId id, Change change, login::Asked asked) override;
    Async<Result<login::Login>> scan(
        LoginId id, AccountId by, ScanChange change, login::Asked asked
    ) override;
    Async<Result<login::Login>> approve(
        LoginId id, Change change, login::ApprovalSignature signature, login::Asked asked
    ) override;
    Async<Result<login::Login>> collect(LoginId id, Change change, login::Collection what) override;
    Async<Result<login::Ended>> end(
        LoginId id, Change change, login::Ending ending, IsOf is_of, login::Asked asked
    ) override;
    Async<Result<std::optional<login::Login>>> find(LoginId id) override;
    Async<Result<login::Ticket>> redeem(
        crypto::Sha256 hash, login::ClientNumber client, login::Asked asked
    ) override;
    Async<Result<void>> note(ops::AuditEvent event) override;
    bool surely_absent(const LoginId& id) const noexcept override;

 private:
    Writer& writer_;
    Readers& readers_;
    KnownLogins* known_;
};

}  // namespace latchkey::store
