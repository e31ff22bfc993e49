/// All tables on one connection.
#pragma once

#include "store/account_rows.hpp"
#include "store/audit_rows.hpp"
#include "store/browser_rows.hpp"
#include "store/client_rows.hpp"
#include "store/evidence_rows.hpp"
#include "store/invitation_rows.hpp"
#include "store/kept_logins.hpp"
#include "store/login_rows.hpp"
#include "store/overview_rows.hpp"
#include "store/passkey_rows.hpp"
#include "store/recovery_rows.hpp"
#include "store/session_rows.hpp"
#include "store/sqlite.hpp"
#include "store/ticket_rows.hpp"

namespace latchkey::store {

/// Belongs to one thread. Every statement is prepared once, here.
struct Rows {
    /// Sessions that were not seen for `session_idle_max` are over.
    Rows(Connection opened, seconds session_idle_max)
        : connection(std::move(opened)),
          logins(connection),
          accounts(connection),
          sessions(connection, session_idle_max),
          passkeys(connection),
          invitations(connection),
          recovery_codes(connection),
          browsers(connection),
          clients(connection),
          tickets(connection),
          audit(connection),
          evidence(connection),
          overview(connection, session_idle_max) {}

    Connection connection;
    LoginRows logins;
    AccountRows accounts;
    SessionRows sessions;
    PasskeyRows passkeys;
    InvitationRows invitations;
    RecoveryRows recovery_codes;
    BrowserRows browsers;
    ClientRows clients;
    TicketRows tickets;
    AuditRows audit;
    EvidenceRows evidence;
    OverviewRows overview;
    KeptLogins kept_logins;

    /// Something that was written in this transaction is not there any more.
    void undone() {
        audit.forget_head();
        kept_logins.forget_all();
    }
};

}  // namespace latchkey::store
