/// The table of recovery codes that nobody has used yet.
#pragma once

#include "base/ids.hpp"
#include "crypto/digest.hpp"
#include "identity/ports.hpp"
#include "store/sqlite.hpp"

#include <cstdint>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class RecoveryRows {
 public:
    explicit RecoveryRows(Connection& connection);

    void add(const AccountId& account, const crypto::Sha256& hash, Time now);
    identity::RecoveryCodes of(const AccountId& account);
    /// False when the account has no such code.
    bool use(const AccountId& account, const crypto::Sha256& hash);
    void remove_all_of(const AccountId& account);

 private:
    Connection& connection_;
    Statement add_;
    Statement of_;
    Statement use_;
    Statement remove_all_of_;
};

}  // namespace latchkey::store
