/// What the audit log says of logins. Pure.
#pragma once

#include "login/login.hpp"
#include "login/ports.hpp"
#include "ops/audit.hpp"

#include <optional>

namespace latchkey::login {

/// The event of a change, or of a report that changed nothing. `before` is what was stored,
/// `evidence` the hash of what an approval was signed with, in base64url; empty without one.
ops::AuditEvent event_of(
    const std::optional<Login>& before,
    const Login& after,
    const Asked& asked,
    std::string_view evidence = {}
);
/// Another account tried to scan a login that was taken.
ops::AuditEvent second_scan(const LoginId& login, const Approver& by, const Asked& asked);
/// The session that a login was collected as was ended by the phone that approved it.
ops::AuditEvent signed_out(const Login& login, const Asked& asked);
/// A client's backend has taken a ticket.
ops::AuditEvent redeemed(const Ticket& ticket, const Asked& asked);

/// Whether the account said no to a login by this change, so that its next ones want the number.
bool is_denial(const std::optional<Login>& before, const Login& after);

}  // namespace latchkey::login
