#include "store/sqlite_joining.hpp"

#include "store/audit_events.hpp"

#include <utility>

namespace latchkey::store {
namespace {

using identity::Errc;
using identity::Invitation;
using identity::RecoveryCodes;

}  // namespace

Async<Result<void>> SqliteInvitations::add_invitation(Invitation invitation) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [invitation](Rows& rows) -> Result<void> {
            rows.invitations.add(invitation);
            rows.audit.append(invitation_added(invitation));
            return {};
        }
    );
}

Async<Result<std::optional<Invitation>>> SqliteInvitations::invitation(
    crypto::Sha256 hash, Time now
) {
    return readers_.read<std::optional<Invitation>>(
        Errc::unavailable,
        [hash, now](Rows& rows) -> Result<std::optional<Invitation>> {
            return rows.invitations.find(hash, now);
        }
    );
}

Async<Result<std::vector<Invitation>>> SqliteInvitations::invitations(Time now) {
    return readers_.read<std::vector<Invitation>>(
        Errc::unavailable,
        [now](Rows& rows) -> Result<std::vector<Invitation>> { return rows.invitations.all(now); }
    );
}

Async<Result<void>> SqliteInvitations::remove_invitation(crypto::Sha256 hash, Time now) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [hash, now](Rows& rows) -> Result<void> {
            if (!rows.invitations.remove(hash, now)) return Errc::invitation_unknown;
            rows.audit.append(invitation_removed(hash, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteRecovery::replace_codes(
    identity::Actor actor, std::vector<crypto::Sha256> hashes, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [actor, hashes = std::move(hashes), now](Rows& rows) -> Result<void> {
            const AccountId& account = actor.account;
            if (!rows.accounts.find(account)) return Errc::account_unknown;
            if (!rows.sessions.may_act(actor)) return Errc::not_signed_in;
            rows.recovery_codes.remove_all_of(account);
            for (const crypto::Sha256& hash : hashes) rows.recovery_codes.add(account, hash, now);
            rows.audit.append(recovery_codes_made(account, now));
            return {};
        }
    );
}

Async<Result<RecoveryCodes>> SqliteRecovery::codes_of(AccountId account) {
    return readers_.read<RecoveryCodes>(
        Errc::unavailable,
        [account](Rows& rows) -> Result<RecoveryCodes> { return rows.recovery_codes.of(account); }
    );
}

Async<Result<void>> SqliteRecovery::sign_in_by_code(identity::RecoverySignIn wanted) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [wanted = std::move(wanted)](Rows& rows) -> Result<void> {
            const identity::Session& session = wanted.session;
            if (!rows.recovery_codes.use(session.account, wanted.code)) {
                return Errc::recovery_refused;
            }
            std::optional<SessionKey> ended;
            if (wanted.replaces) ended = rows.sessions.end_by_hash(*wanted.replaces);
            if (!rows.sessions.add(session)) return Errc::recovery_refused;
            const Time now = session.created_at;
            if (ended) rows.audit.append(session_ended(*ended, SessionEnd::replaced, now));
            rows.audit.append(session_began(session));
            return {};
        }
    );
}

}  // namespace latchkey::store
