/// How events of the audit log look. Pure.
#pragma once

#include "store/audit_log.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace latchkey {

/// For people and `cut`: time, kind, account, login, client, address, apart by tabs; `-` for what
/// there is none of. Nothing in it can forge a line or turn a terminal around.
std::string audit_line(const store::AuditEntry& entry);

/// One JSON object with everything that is stored; ids and the hash as elsewhere on the wire
/// (base64url) and in hex.
boost::json::object audit_object(const store::AuditEntry& entry);
/// The same as a text.
std::string audit_json(const store::AuditEntry& entry);

/// One event of an export, with what it was signed with: everything that another program needs to
/// check it, exactly as it is stored. docs/audit.md is its specification.
std::string exported_line(const store::AuditEntry& entry);
/// The last line of an export: how many events there were, and the hash of the last of them.
std::string export_end(std::int64_t events, const crypto::Sha256& hash);

/// The outcome of looking through the log: `12 events, intact`, or what is wrong with which event.
std::string verdict_line(const store::AuditVerdict& verdict);

}  // namespace latchkey
