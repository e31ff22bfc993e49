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

/// What it may do.
ops::AuditEvent account_role(const AccountId& account, identity::Role role, Time now);

/// By a password or by the set-up link; what a scan begins is told as the login that was collected.
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
