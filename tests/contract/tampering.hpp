/// What somebody who can write the database does before changing what is only added to.
#pragma once

namespace latchkey::store {

inline constexpr char unlocked_audit_log[] =
    "DROP TRIGGER IF EXISTS audit_not_changed; DROP TRIGGER IF EXISTS audit_not_removed;"
    "DROP TRIGGER IF EXISTS evidence_not_changed; DROP TRIGGER IF EXISTS evidence_not_removed;";

}  // namespace latchkey::store
