#include "store/sqlite_accounts.hpp"

#include "store/audit_events.hpp"

namespace latchkey::store {
namespace {

using identity::Account;
using identity::Errc;

constexpr Errc unavailable = Errc::unavailable;

}  // namespace

Async<Result<void>> SqliteAccounts::add_account(Account account) {
    return writer_.write<void>(
        Writes::as_it_goes,
        unavailable,
        [account = std::move(account)](Rows& rows) -> Result<void> {
            if (!rows.accounts.add(account)) return Errc::name_taken;
            rows.audit.append(account_added(account));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::add_first_account(Account account, identity::Session session) {
    return writer_.write<void>(
        Writes::as_it_goes,
        unavailable,
        [account = std::move(account), session = std::move(session)](Rows& rows) -> Result<void> {
            if (rows.accounts.any()) return Errc::setup_closed;
            rows.accounts.add(account);
            rows.sessions.add(session);
            rows.audit.append(account_added(account));
            rows.audit.append(session_began(session));
            return {};
        }
    );
}

Async<Result<std::optional<Account>>> SqliteAccounts::account_named(std::string name) {
    return readers_.read<std::optional<Account>>(
        unavailable,
        [name = std::move(name)](Rows& rows) -> Result<std::optional<Account>> {
            return rows.accounts.named(name);
        }
    );
}

Async<Result<std::optional<Account>>> SqliteAccounts::account(AccountId id) {
    return readers_.read<std::optional<Account>>(
        unavailable,
        [id](Rows& rows) -> Result<std::optional<Account>> { return rows.accounts.find(id); }
    );
}

Async<Result<std::vector<Account>>> SqliteAccounts::accounts() {
    return readers_.read<std::vector<Account>>(
        unavailable, [](Rows& rows) -> Result<std::vector<Account>> { return rows.accounts.all(); }
    );
}

Async<Result<bool>> SqliteAccounts::has_accounts() {
    return readers_.read<bool>(unavailable, [](Rows& rows) -> Result<bool> {
        return rows.accounts.any();
    });
}

Async<Result<void>> SqliteAccounts::set_password(
    AccountId id, std::string password_hash, Time now
) {
    return writer_.write<void>(
        Writes::as_it_goes,
        unavailable,
        [id, hash = std::move(password_hash), now](Rows& rows) -> Result<void> {
            if (!rows.accounts.set_password(id, hash)) return Errc::account_unknown;
            const std::int64_t ended = rows.sessions.end_all_of(id);
            rows.audit.append(account_changed(ops::audit::account_password, id, ended, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::replace_hash(
    AccountId id, std::string seen_hash, std::string password_hash
) {
    return writer_.write<void>(
        Writes::at_the_end,
        unavailable,
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
        unavailable,
        [id, disabled, now](Rows& rows) -> Result<void> {
            if (!rows.accounts.set_disabled(id, disabled)) return Errc::account_unknown;
            const std::int64_t ended = disabled ? rows.sessions.end_all_of(id) : 0;
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
        unavailable,
        [id, shown_as, now](Rows& rows) -> Result<void> {
            if (!rows.accounts.set_shown_as(id, shown_as)) return Errc::account_unknown;
            rows.audit.append(account_shown_as(id, shown_as, now));
            return {};
        }
    );
}

Async<Result<void>> SqliteAccounts::set_role(AccountId id, identity::Role role, Time now) {
    return writer_
        .write<void>(Writes::as_it_goes, unavailable, [id, role, now](Rows& rows) -> Result<void> {
            const auto account = rows.accounts.find(id);
            if (!account) return Errc::account_unknown;
            if (account->role == role) return {};
            if (role != identity::Role::admin && !rows.accounts.has_admin_beside(id)) {
                return Errc::last_admin;
            }
            rows.accounts.set_role(id, role);
            rows.audit.append(account_role(id, role, now));
            return {};
        });
}

}  // namespace latchkey::store
