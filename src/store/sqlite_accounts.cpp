#include "store/sqlite_accounts.hpp"

#include "store/audit_events.hpp"
#include "store/put_out.hpp"

namespace latchkey::store {
namespace {

using identity::Account;
using identity::Errc;

using identity::Admission;

/// Uses the invitation up where there is one.
bool is_admitted(Rows& rows, const Admission& admission, Time now) {
    switch (admission.by) {
        case Admission::By::setup:
            return !rows.accounts.any();
        case Admission::By::invitation:
            return admission.invitation && rows.invitations.remove(*admission.invitation, now);
        case Admission::By::open:
            return true;
    }
    return false;
}

}  // namespace

Async<Result<void>> SqliteAccounts::add_account(Account account) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [account = std::move(account)](Rows& rows) -> Result<void> {
            if (!rows.accounts.add(account)) return Errc::name_taken;
            rows.audit.append(account_added(account));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::found_account(
    identity::NewAccount wanted, Admission admission
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [wanted = std::move(wanted), admission](Rows& rows) -> Result<void> {
            const Account& account = wanted.account;
            const Time now = account.created_at;
            if (!is_admitted(rows, admission, now)) return Errc::invitation_unknown;
            // First, since the answer to it is of one account: who sends it again makes none.
            if (wanted.challenge && !rows.passkeys.spend(*wanted.challenge)) {
                return Errc::challenge_expired;
            }
            if (!rows.accounts.add(account)) return Errc::name_taken;
            rows.audit.append(account_added(account));
            if (admission.invitation) {
                rows.audit.append(invitation_used(*admission.invitation, account.id, now));
            }
            if (wanted.passkey) {
                if (!rows.passkeys.add(*wanted.passkey)) return Errc::passkey_known;
                rows.audit.append(passkey_added(*wanted.passkey, wanted.session.address));
            }
            if (wanted.replaces) {
                const auto ended = rows.sessions.end_by_hash(*wanted.replaces);
                if (ended) rows.audit.append(session_ended(*ended, SessionEnd::replaced, now));
            }
            rows.sessions.add(wanted.session);
            rows.audit.append(session_began(wanted.session));
            return {};
        }
    );
}

Async<Result<std::optional<Account>>> SqliteAccounts::account_named(std::string name) {
    return readers_.read<std::optional<Account>>(
        Errc::unavailable,
        [name = std::move(name)](Rows& rows) -> Result<std::optional<Account>> {
            return rows.accounts.named(name);
        }
    );
}

Async<Result<std::optional<Account>>> SqliteAccounts::account(AccountId id) {
    return readers_.read<std::optional<Account>>(
        Errc::unavailable,
        [id](Rows& rows) -> Result<std::optional<Account>> { return rows.accounts.find(id); }
    );
}

Async<Result<std::vector<Account>>> SqliteAccounts::accounts() {
    return readers_.read<std::vector<Account>>(
        Errc::unavailable,
        [](Rows& rows) -> Result<std::vector<Account>> { return rows.accounts.all(); }
    );
}

Async<Result<bool>> SqliteAccounts::has_accounts() {
    return readers_.read<bool>(Errc::unavailable, [](Rows& rows) -> Result<bool> {
        return rows.accounts.any();
    });
}

Async<Result<void>> SqliteAccounts::set_password(
    identity::Actor actor, std::string password_hash, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [actor, hash = std::move(password_hash), now](Rows& rows) -> Result<void> {
            const AccountId& id = actor.account;
            if (!rows.accounts.set_password(id, hash)) return Errc::account_unknown;
            if (!rows.sessions.may_act(actor)) return Errc::not_signed_in;
            const std::int64_t ended = put_out_all(rows, id, actor.session);
            rows.audit.append(account_changed(ops::audit::account_password, id, ended, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::drop_password(identity::Actor actor, Time now) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [actor, now](Rows& rows) -> Result<void> {
            const AccountId& id = actor.account;
            if (!rows.accounts.find(id)) return Errc::account_unknown;
            if (!rows.sessions.may_act(actor)) return Errc::not_signed_in;
            if (rows.passkeys.count(id) == 0) return Errc::last_way_in;
            rows.accounts.set_password(id, {});
            const std::int64_t ended = put_out_all(rows, id, actor.session);
            rows.audit.append(password_dropped(id, ended, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::replace_hash(
    AccountId id, std::string seen_hash, std::string password_hash
) {
    return writer_.write<void>(
        Writes::at_the_end,
        Errc::unavailable,
        [id, seen = std::move(seen_hash), hash = std::move(password_hash)](Rows& rows
        ) -> Result<void> {
            rows.accounts.replace_hash(id, seen, hash);
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::set_disabled(AccountId id, bool disabled, Time now) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [id, disabled, now](Rows& rows) -> Result<void> {
            if (!rows.accounts.set_disabled(id, disabled)) return Errc::account_unknown;
            const std::int64_t ended = disabled ? put_out_all(rows, id, std::nullopt) : 0;
            const auto kind = disabled ? ops::audit::account_disabled : ops::audit::account_enabled;
            rows.audit.append(account_changed(kind, id, ended, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::set_shown_as(
    AccountId id, identity::ShownAs shown_as, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [id, shown_as, now](Rows& rows) -> Result<void> {
            if (!rows.accounts.set_shown_as(id, shown_as)) return Errc::account_unknown;
            rows.audit.append(account_shown_as(id, shown_as, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::set_role(AccountId id, identity::Role role, Time now) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [id, role, now](Rows& rows) -> Result<void> {
            const auto account = rows.accounts.find(id);
            if (!account) return Errc::account_unknown;
            if (account->role == role) return {};
            if (role != identity::Role::admin && !rows.accounts.has_admin_beside(id)) {
                return Errc::last_admin;
            }
            rows.accounts.set_role(id, role);
            const std::int64_t ended = rows.sessions.end_all_of(id);
            rows.audit.append(account_role(id, role, ended, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::remove_account(identity::Actor actor, Time now) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [actor, now](Rows& rows) -> Result<void> {
            const AccountId& id = actor.account;
            const auto account = rows.accounts.find(id);
            if (!account) return Errc::account_unknown;
            if (!rows.sessions.may_act(actor)) return Errc::not_signed_in;
            const bool administers = account->role == identity::Role::admin && !account->disabled;
            if (administers && !rows.accounts.has_admin_beside(id)) return Errc::last_admin;
            rows.sessions.end_all_of(id);
            rows.passkeys.remove_all_of(id);
            rows.recovery_codes.remove_all_of(id);
            rows.browsers.forget_all_of(id);
            rows.tickets.remove_all_of(id);
            rows.kept_logins.forget_all();
            rows.logins.forget_account(id);
            rows.accounts.remove(id);
            rows.audit.append(account_deleted(*account, now));
            return {};
        }
    );
}

}  // namespace latchkey::store
