/// What is kept for ever of who did what: events of the audit log, as values. Pure.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "ops/log.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::ops {

/// What can happen. The names are stored: they never change.
namespace audit {
inline constexpr std::string_view login_scanned = "login.scanned";
inline constexpr std::string_view login_approved = "login.approved";
inline constexpr std::string_view login_denied = "login.denied";
inline constexpr std::string_view login_reported = "login.reported";
inline constexpr std::string_view login_cancelled = "login.cancelled";
inline constexpr std::string_view login_collected = "login.collected";
inline constexpr std::string_view login_second_scan = "login.second-scan";  ///< by another account
inline constexpr std::string_view session_began = "session.began";
inline constexpr std::string_view session_ended = "session.ended";
/// Many of one account at once.
inline constexpr std::string_view sessions_ended = "sessions.ended";
inline constexpr std::string_view account_added = "account.added";
inline constexpr std::string_view account_password = "account.password";
inline constexpr std::string_view account_disabled = "account.disabled";
inline constexpr std::string_view account_enabled = "account.enabled";
inline constexpr std::string_view account_shown_as = "account.shown-as";
inline constexpr std::string_view account_role = "account.role";
inline constexpr std::string_view account_deleted = "account.deleted";
inline constexpr std::string_view invitation_added = "invitation.added";
inline constexpr std::string_view invitation_used = "invitation.used";
inline constexpr std::string_view invitation_removed = "invitation.removed";
inline constexpr std::string_view recovery_codes = "recovery.codes";  ///< new ones were made
inline constexpr std::string_view passkey_added = "passkey.added";
inline constexpr std::string_view passkey_renamed = "passkey.renamed";
inline constexpr std::string_view passkey_removed = "passkey.removed";
inline constexpr std::string_view passkey_counter = "passkey.counter";  ///< it went back
inline constexpr std::string_view client_added = "client.added";
inline constexpr std::string_view client_key = "client.key";
inline constexpr std::string_view client_removed = "client.removed";
inline constexpr std::string_view client_stopped = "client.stopped";
inline constexpr std::string_view client_resumed = "client.resumed";
/// An administrator asked for what `detail` names, and may have got it.
inline constexpr std::string_view admin_acted = "admin.acted";
inline constexpr std::string_view key_rotated = "key.rotated";
inline constexpr std::string_view key_not_rotated = "key.not-rotated";  ///< though it was told so
inline constexpr std::string_view server_settings = "server.settings";
inline constexpr std::string_view ticket_redeemed = "ticket.redeemed";
}  // namespace audit

/// Something that somebody who was allowed to has done. Holds no secret.
struct AuditEvent {
    Time at;
    std::string kind;  ///< one of `audit`
    std::optional<AccountId> account{};
    std::optional<LoginId> login{};
    std::optional<SessionId> session{};
    std::uint32_t client = 0;  ///< 0: none, or this installation itself
    std::string address{};     ///< where it was done from; empty when unknown
    std::string detail{};      ///< a JSON object (see `audit_detail`); empty: nothing more to say

    friend bool operator==(const AuditEvent&, const AuditEvent&) = default;
};

/// Facts as the text of a JSON object, in their order. Bytes that are not UTF-8 are escaped.
std::string audit_detail(std::initializer_list<Field> facts);

/// What is hashed of the event with that number: each field as its length (4 bytes, big-endian) and
/// its bytes, in the order number (8, big-endian), time (8, milliseconds since 1970, big-endian),
/// kind, account, login, session, client (4, big-endian), address, detail. What is absent has no
/// bytes.
std::vector<std::byte> canonical_bytes(std::int64_t number, const AuditEvent& event);

}  // namespace latchkey::ops
