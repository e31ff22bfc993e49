/// What the audit log is told of accounts, sessions and clients. Pure.
#pragma once

#include "identity/identity.hpp"
#include "identity/passkey.hpp"
#include "login/clients.hpp"
#include "ops/audit.hpp"
#include "store/session_rows.hpp"

#include <cstdint>
#include <string_view>

namespace latchkey::store {

ops::AuditEvent account_added(const identity::Account& account);
/// Its password, or whether it may sign in; `ended` sessions went with it.
ops::AuditEvent account_changed(
    std::string_view kind, const AccountId& account, std::int64_t ended, Time now
);

/// What screens show of it.
ops::AuditEvent account_shown_as(const AccountId& account, identity::ShownAs shown_as, Time now);

/// What it may do; `ended` sessions went with what it was before.
ops::AuditEvent account_role(
    const AccountId& account, identity::Role role, std::int64_t ended, Time now
);

/// It is gone, and who it was is told here once more.
ops::AuditEvent account_deleted(const identity::Account& account, Time now);

/// No password opens it any more; `ended` sessions went with it.
ops::AuditEvent password_dropped(const AccountId& account, std::int64_t ended, Time now);

/// A link that makes an account, by the beginning of its hash.
ops::AuditEvent invitation_added(const identity::Invitation& invitation);
ops::AuditEvent invitation_used(const crypto::Sha256& invitation, const AccountId& by, Time now);
ops::AuditEvent invitation_removed(const crypto::Sha256& invitation, Time now);

/// New ones, in place of older ones.
ops::AuditEvent recovery_codes_made(const AccountId& account, Time now);

/// By whatever its person proved; what a scan begins is told as the login that was collected.
ops::AuditEvent session_began(const identity::Session& session);

/// Why a session is over before its time.
enum class SessionEnd : std::uint8_t {
    asked,     ///< its owner ended it
    replaced,  ///< its browser has begun another
};
ops::AuditEvent session_ended(const SessionKey& session, SessionEnd why, Time now);

/// Many at once, by their owner: all, or all but one.
ops::AuditEvent sessions_ended(
    const AccountId& account, const std::optional<SessionId>& but, std::int64_t ended, Time now
);

ops::AuditEvent passkey_added(const identity::Passkey& passkey, std::string_view address);
/// Renamed or removed.
ops::AuditEvent passkey_changed(std::string_view kind, const identity::Passkey& passkey, Time now);
/// Its counter went back when that session began or approved: there may be a copy of it.
ops::AuditEvent passkey_counter(
    const identity::Credential& credential, const SessionId& session, Time now, std::string address
);

/// Added, removed, or its API key replaced.
ops::AuditEvent client_changed(std::string_view kind, const login::Client& client, Time now);

}  // namespace latchkey::store
