#include "store/recovery_rows.hpp"

namespace latchkey::store {

RecoveryRows::RecoveryRows(Connection& connection)
    : connection_(connection),
      add_(
          connection, "INSERT INTO recovery_codes (account, hash, created_at) VALUES (?1, ?2, ?3)"
      ),
      of_(connection, "SELECT count(*), max(created_at) FROM recovery_codes WHERE account = ?1"),
      use_(connection, "DELETE FROM recovery_codes WHERE account = ?1 AND hash = ?2"),
      remove_all_of_(connection, "DELETE FROM recovery_codes WHERE account = ?1") {}

void RecoveryRows::add(const AccountId& account, const crypto::Sha256& hash, Time now) {
    add_.run(account, hash, now);
}

identity::RecoveryCodes RecoveryRows::of(const AccountId& account) {
    Query query = of_(account);
    if (!query.next() || query.is_null(1)) return {};
    return {query.number(0), query.time(1)};
}

bool RecoveryRows::use(const AccountId& account, const crypto::Sha256& hash) {
    use_.run(account, hash);
    return connection_.changes() == 1;
}

void RecoveryRows::remove_all_of(const AccountId& account) {
    remove_all_of_.run(account);
}

}  // namespace latchkey::store
