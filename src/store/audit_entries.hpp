/// Events with the names that those in them have now.
#pragma once

#include "store/audit_log.hpp"
#include "store/rows.hpp"

namespace latchkey::store {

/// On one connection's thread. May throw `SqliteError`.
AuditEntry entry_of(AuditRow row, Rows& rows);

}  // namespace latchkey::store
