#include "store/audit_events.hpp"

#include "base/encoding.hpp"

#include <string>

namespace latchkey::store {
namespace {

std::string_view to_string(SessionEnd why) {
    switch (why) {
        case SessionEnd::asked:
            return "asked";
        case SessionEnd::replaced:
            return "replaced";
    }
    return "unknown";
}

}  // namespace

ops::AuditEvent account_added(const identity::Account& account) {
    return {
        .at = account.created_at,
        .kind = std::string(ops::audit::account_added),
        .account = account.id,
        .detail = ops::audit_detail(
            {{"name", std::string_view(account.name)}, {"role", identity::to_string(account.role)}}
        ),
    };
}

ops::AuditEvent account_changed(
    std::string_view kind, const AccountId& account, std::int64_t ended, Time now
) {
    ops::AuditEvent event{.at = now, .kind = std::string(kind), .account = account};
    if (kind != ops::audit::account_enabled) {
        event.detail = ops::audit_detail({{"sessions_ended", ended}});
    }
    return event;
}

ops::AuditEvent account_shown_as(const AccountId& account, identity::ShownAs shown_as, Time now) {
    return {
        .at = now,
        .kind = std::string(ops::audit::account_shown_as),
        .account = account,
        .detail = ops::audit_detail({{"shown_as", identity::to_string(shown_as)}}),
    };
}

ops::AuditEvent account_role(
    const AccountId& account, identity::Role role, std::int64_t ended, Time now
) {
    return {
        .at = now,
        .kind = std::string(ops::audit::account_role),
        .account = account,
        .detail =
            ops::audit_detail({{"role", identity::to_string(role)}, {"sessions_ended", ended}}),
    };
}

ops::AuditEvent account_deleted(const identity::Account& account, Time now) {
    return {
        .at = now,
        .kind = std::string(ops::audit::account_deleted),
        .account = account.id,
        .detail = ops::audit_detail({{"name", std::string_view(account.name)}}),
    };
}

ops::AuditEvent password_dropped(const AccountId& account, std::int64_t ended, Time now) {
    return {
        .at = now,
        .kind = std::string(ops::audit::account_password),
        .account = account,
        .detail = ops::audit_detail({{"dropped", true}, {"sessions_ended", ended}}),
    };
}

ops::AuditEvent invitation_added(const identity::Invitation& invitation) {
    const std::string id = identity::invitation_id(invitation.hash);
    return {
        .at = invitation.created_at,
        .kind = std::string(ops::audit::invitation_added),
        .detail = ops::audit_detail(
            {{"id", std::string_view(id)},
             {"role", identity::to_string(invitation.role)},
             {"life_s",
              std::chrono::duration_cast<seconds>(invitation.expires_at - invitation.created_at)
                  .count()}}
        ),
    };
}

ops::AuditEvent invitation_used(const crypto::Sha256& invitation, const AccountId& by, Time now) {
    const std::string id = identity::invitation_id(invitation);
    return {
        .at = now,
        .kind = std::string(ops::audit::invitation_used),
        .account = by,
        .detail = ops::audit_detail({{"id", std::string_view(id)}}),
    };
}

ops::AuditEvent invitation_removed(const crypto::Sha256& invitation, Time now) {
    const std::string id = identity::invitation_id(invitation);
    return {
        .at = now,
        .kind = std::string(ops::audit::invitation_removed),
        .detail = ops::audit_detail({{"id", std::string_view(id)}}),
    };
}

ops::AuditEvent recovery_codes_made(const AccountId& account, Time now) {
    return {
        .at = now,
        .kind = std::string(ops::audit::recovery_codes),
        .account = account,
    };
}

ops::AuditEvent session_began(const identity::Session& session) {
    return {
        .at = session.created_at,
        .kind = std::string(ops::audit::session_began),
        .account = session.account,
        .session = session.id,
        .address = session.address,
        .detail = ops::audit_detail(
            {{"by", identity::to_string(session.kind)},
             {"browser", std::string_view(session.browser)},
             {"system", std::string_view(session.system)}}
        ),
    };
}

ops::AuditEvent session_ended(const SessionKey& session, SessionEnd why, Time now) {
    return {
        .at = now,
        .kind = std::string(ops::audit::session_ended),
        .account = session.account,
        .session = session.id,
        .detail = ops::audit_detail({{"why", to_string(why)}}),
    };
}

ops::AuditEvent sessions_ended(
    const AccountId& account, const std::optional<SessionId>& but, std::int64_t ended, Time now
) {
    return {
        .at = now,
        .kind = std::string(ops::audit::sessions_ended),
        .account = account,
        .session = but,
        .detail = ops::audit_detail(
            {{"which", std::string_view(but ? "others" : "all")}, {"sessions_ended", ended}}
        ),
    };
}

ops::AuditEvent passkey_added(const identity::Passkey& passkey, std::string_view address) {
    ops::AuditEvent event = passkey_changed(ops::audit::passkey_added, passkey, passkey.created_at);
    event.address = address;
    return event;
}

ops::AuditEvent passkey_changed(std::string_view kind, const identity::Passkey& passkey, Time now) {
    const std::string id = base64url(passkey.credential.id);
    return {
        .at = now,
        .kind = std::string(kind),
        .account = passkey.credential.account,
        .detail = ops::audit_detail(
            {{"passkey", std::string_view(id)}, {"name", std::string_view(passkey.name)}}
        ),
    };
}

ops::AuditEvent passkey_counter(
    const identity::Credential& credential, const SessionId& session, Time now, std::string address
) {
    const std::string id = base64url(credential.id);
    return {
        .at = now,
        .kind = std::string(ops::audit::passkey_counter),
        .account = credential.account,
        .session = session,
        .address = std::move(address),
        .detail = ops::audit_detail({{"passkey", std::string_view(id)}}),
    };
}

ops::AuditEvent client_changed(std::string_view kind, const login::Client& client, Time now) {
    return {
        .at = now,
        .kind = std::string(kind),
        .client = client.number,
        .detail = ops::audit_detail(
            {{"id", std::string_view(client.id)}, {"name", std::string_view(client.name)}}
        ),
    };
}

}  // namespace latchkey::store
