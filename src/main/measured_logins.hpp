/// What becomes of logins, as figures.
#pragma once

#include "login/ports.hpp"
#include "ops/metrics.hpp"

namespace latchkey {

/// Passes everything on, counts the states that logins reach and how long a change takes until it
/// is durable. Thread-safe. Both must outlive it.
class MeasuredLogins final : public login::LoginStore {
 public:
    MeasuredLogins(login::LoginStore& store, ops::Metrics& metrics);

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
    Async<Result<std::optional<login::Login>>> find(LoginId id) override { return store_.find(id); }
    Async<Result<login::Ticket>> redeem(
        crypto::Sha256 hash, login::ClientNumber client, login::Asked asked
    ) override {
        return store_.redeem(hash, client, std::move(asked));
    }
    Async<Result<void>> note(ops::AuditEvent event) override {
        return store_.note(std::move(event));
    }
    bool surely_absent(const LoginId& id) const noexcept override {
        return store_.surely_absent(id);
    }

 private:
    /// `login` is null when it was refused.
    void count(const login::Login* login, std::chrono::steady_clock::time_point began);

    login::LoginStore& store_;
    ops::Metrics::Histogram& durable_;
    ops::Metrics::Counter& refused_;
    std::array<ops::Metrics::Counter*, 7> reached_{};  ///< by `login::State`
};

}  // namespace latchkey
