#include "store/audit_entries.hpp"

#include <utility>

namespace latchkey::store {

AuditEntry entry_of(AuditRow row, Rows& rows) {
    AuditEntry entry;
    if (row.event.account) {
        if (auto account = rows.accounts.find(*row.event.account)) {
            entry.account_name = std::move(account->name);
        }
    }
    if (row.event.client != 0) {
        if (auto client = rows.clients.find(row.event.client)) {
            entry.client_id = std::move(client->id);
            entry.client_name = std::move(client->name);
        }
    }
    entry.row = std::move(row);
    return entry;
}

}  // namespace latchkey::store
