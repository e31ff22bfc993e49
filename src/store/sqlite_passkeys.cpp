#include "store/sqlite_passkeys.hpp"

#include "store/audit_events.hpp"

#include <utility>

namespace latchkey::store {
namespace {

using identity::CredentialId;
using identity::Errc;
using identity::Passkey;
using identity::WaysLeft;

bool has(WaysLeft left, Rows& rows, const AccountId& account) {
    if (left == WaysLeft::none || rows.passkeys.count(account) > 0) return true;
    if (left == WaysLeft::passkey) return false;
    const auto found = rows.accounts.find(account);
    return found && !found->password_hash.empty();
}

}  // namespace

Async<Result<void>> SqlitePasskeys::add_passkey(identity::NewPasskey wanted) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [wanted = std::move(wanted)](Rows& rows) -> Result<void> {
            const AccountId& account = wanted.passkey.credential.account;
            if (!rows.passkeys.spend(wanted.challenge)) return Errc::challenge_expired;
            if (!rows.sessions.exists({account, wanted.session})) return Errc::not_signed_in;
            if (rows.passkeys.count(account) >= identity::passkeys_max) {
                return Errc::too_many_passkeys;
            }
            if (!rows.passkeys.add(wanted.passkey)) return Errc::passkey_known;
            rows.audit.append(passkey_added(wanted.passkey, wanted.address));
            return {};
        }
    );
}

Async<Result<std::optional<identity::FoundPasskey>>> SqlitePasskeys::passkey(CredentialId id) {
    using Found = std::optional<identity::FoundPasskey>;
    return readers_.read<Found>(
        Errc::unavailable,
        [id = std::move(id)](Rows& rows) -> Result<Found> {
            auto passkey = rows.passkeys.find(id);
            if (!passkey) return Found();
            auto account = rows.accounts.find(passkey->credential.account);
            if (!account) return Found();
            return Found({std::move(*passkey), std::move(account->name), account->disabled});
        }
    );
}

Async<Result<std::vector<Passkey>>> SqlitePasskeys::passkeys_of(AccountId account) {
    return readers_.read<std::vector<Passkey>>(
        Errc::unavailable,
        [account](Rows& rows) -> Result<std::vector<Passkey>> { return rows.passkeys.of(account); }
    );
}

Async<Result<Passkey>> SqlitePasskeys::rename_passkey(
    AccountId account, CredentialId id, std::string name, Time now
) {
    return writer_.write<Passkey>(
        Writes::as_it_goes,
        Errc::unavailable,
        [account, id = std::move(id), name = std::move(name), now](Rows& rows) -> Result<Passkey> {
            if (!rows.passkeys.rename(account, id, name)) return Errc::passkey_unknown;
            auto renamed = rows.passkeys.find(id);
            if (!renamed) return Errc::passkey_unknown;
            rows.audit.append(passkey_changed(ops::audit::passkey_renamed, *renamed, now));
            return std::move(*renamed);
        }
    );
}

Async<Result<void>> SqlitePasskeys::remove_passkey(
    identity::Actor actor, CredentialId id, WaysLeft left, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [actor, id = std::move(id), left, now](Rows& rows) -> Result<void> {
            const AccountId& account = actor.account;
            if (!rows.sessions.may_act(actor)) return Errc::not_signed_in;
            const auto passkey = rows.passkeys.find(id);
            if (!rows.passkeys.remove(account, id)) return Errc::passkey_unknown;
            if (!has(left, rows, account)) return Errc::last_way_in;
            rows.audit.append(passkey_changed(ops::audit::passkey_removed, *passkey, now));
            return {};
        }
    );
}

Async<Result<void>> SqlitePasskeys::sign_in_by_passkey(identity::PasskeySignIn wanted) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [wanted = std::move(wanted)](Rows& rows) -> Result<void> {
            const Time now = wanted.session.created_at;
            if (!rows.passkeys.spend(wanted.challenge)) return Errc::challenge_expired;
            if (!rows.passkeys.used(wanted.credential, now)) return Errc::passkey_unknown;
            std::optional<SessionKey> ended;
            if (wanted.replaces) ended = rows.sessions.end_by_hash(*wanted.replaces);
            if (!rows.sessions.add(wanted.session)) return Errc::passkey_unknown;
            if (ended) rows.audit.append(session_ended(*ended, SessionEnd::replaced, now));
            rows.audit.append(session_began(wanted.session));
            if (wanted.counter_went_back) {
                const identity::Session& session = wanted.session;
                rows.audit.append(
                    passkey_counter(wanted.credential, session.id, now, session.address)
                );
            }
            return {};
        }
    );
}

}  // namespace latchkey::store
