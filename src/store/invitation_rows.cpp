#include "store/invitation_rows.hpp"

#include "store/account_rows.hpp"

namespace latchkey::store {
namespace {

identity::Invitation invitation_in(const Query& query) {
    return {
        .hash = query.bytes<crypto::Sha256>(0),
        .role = role_in(query.number(1)),
        .created_at = query.time(2),
        .expires_at = query.time(3),
    };
}

}  // namespace

InvitationRows::InvitationRows(Connection& connection)
    : connection_(connection),
      add_(
          connection,
          "INSERT INTO invitations (hash, role, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)"
      ),
      find_(
          connection,
          "SELECT hash, role, created_at, expires_at FROM invitations WHERE hash = ?1 AND "
          "expires_at > ?2"
      ),
      all_(
          connection,
          "SELECT hash, role, created_at, expires_at FROM invitations WHERE expires_at > ?1 ORDER "
          "BY created_at DESC, hash"
      ),
      remove_(connection, "DELETE FROM invitations WHERE hash = ?1 AND expires_at > ?2"),
      sweep_(
          connection,
          "DELETE FROM invitations WHERE hash IN (SELECT hash FROM invitations WHERE expires_at <= "
          "?1 LIMIT ?2)"
      ) {}

void InvitationRows::add(const identity::Invitation& invitation) {
    add_.run(
        invitation.hash,
        static_cast<std::int64_t>(invitation.role),
        invitation.created_at,
        invitation.expires_at
    );
}

std::optional<identity::Invitation> InvitationRows::find(const crypto::Sha256& hash, Time now) {
    Query query = find_(hash, now);
    if (!query.next()) return std::nullopt;
    return invitation_in(query);
}

std::vector<identity::Invitation> InvitationRows::all(Time now) {
    std::vector<identity::Invitation> invitations;
    Query query = all_(now);
    while (query.next()) invitations.push_back(invitation_in(query));
    return invitations;
}

bool InvitationRows::remove(const crypto::Sha256& hash, Time now) {
    remove_.run(hash, now);
    return connection_.changes() == 1;
}

std::int64_t InvitationRows::sweep(Time now, std::int64_t rows_max) {
    sweep_.run(now, rows_max);
    return connection_.changes();
}

}  // namespace latchkey::store
