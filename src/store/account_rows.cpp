#include "store/account_rows.hpp"

namespace latchkey::store {
namespace {

identity::Account account_in(const Query& query) {
    return {
        .id = query.bytes<AccountId>(0),
        .name = query.text(1),
        .password_hash = query.text(2),
        .disabled = query.number(3) != 0,
        .created_at = query.time(4),
        .shown_as = shown_as_in(query.number(5)),
        .role = role_in(query.number(6)),
    };
}

}  // namespace

identity::ShownAs shown_as_in(std::int64_t stored) {
    using identity::ShownAs;
    for (const ShownAs one : {ShownAs::name, ShownAs::initials}) {
        if (static_cast<std::int64_t>(one) == stored) return one;
    }
    return ShownAs::nothing;
}

identity::Role role_in(std::int64_t stored) {
    using identity::Role;
    return stored == static_cast<std::int64_t>(Role::admin) ? Role::admin : Role::person;
}

AccountRows::AccountRows(Connection& connection)
    : connection_(connection),
      add_(
          connection,
          "INSERT INTO accounts (id, name, folded_name, password_hash, disabled, created_at, "
          "shown_as, role) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (folded_name) DO "
          "NOTHING"
      ),
      any_(connection, "SELECT 1 FROM accounts LIMIT 1"),
      named_(
          connection,
          "SELECT id, name, password_hash, disabled, created_at, shown_as, role FROM accounts "
          "WHERE "
          "folded_name = "
          "?1"
      ),
      find_(
          connection,
          "SELECT id, name, password_hash, disabled, created_at, shown_as, role FROM accounts "
          "WHERE id = "
          "?1"
      ),
      all_(
          connection,
          "SELECT id, name, password_hash, disabled, created_at, shown_as, role FROM accounts "
          "ORDER BY "
          "folded_name"
      ),
      set_password_(connection, "UPDATE accounts SET password_hash = ?2 WHERE id = ?1"),
      replace_hash_(
          connection, "UPDATE accounts SET password_hash = ?3 WHERE id = ?1 AND password_hash = ?2"
      ),
      set_disabled_(connection, "UPDATE accounts SET disabled = ?2 WHERE id = ?1"),
      set_shown_as_(connection, "UPDATE accounts SET shown_as = ?2 WHERE id = ?1"),
      set_role_(connection, "UPDATE accounts SET role = ?2 WHERE id = ?1"),
      remove_(connection, "DELETE FROM accounts WHERE id = ?1"),
      other_admins_(
          connection, "SELECT 1 FROM accounts WHERE role = ?2 AND disabled = 0 AND id <> ?1 LIMIT 1"
      ),
      denied_at_(connection, "SELECT denied_at FROM accounts WHERE id = ?1"),
      set_denied_at_(connection, "UPDATE accounts SET denied_at = ?2 WHERE id = ?1"),
      scanning_(
          connection,
          "SELECT denied_at, EXISTS (SELECT 1 FROM passkeys WHERE account = ?1) FROM accounts "
          "WHERE "
          "id = ?1"
      ) {}

bool AccountRows::add(const identity::Account& account) {
    add_.run(
        account.id,
        account.name,
        identity::folded_name(account.name),
        account.password_hash,
        account.disabled,
        account.created_at,
        static_cast<std::int64_t>(account.shown_as),
        static_cast<std::int64_t>(account.role)
    );
    return connection_.changes() == 1;
}

bool AccountRows::any() {
    return any_().next();
}

std::optional<identity::Account> AccountRows::named(std::string_view name) {
    Query query = named_(identity::folded_name(name));
    if (!query.next()) return std::nullopt;
    return account_in(query);
}

std::optional<identity::Account> AccountRows::find(const AccountId& id) {
    Query query = find_(id);
    if (!query.next()) return std::nullopt;
    return account_in(query);
}

std::vector<identity::Account> AccountRows::all() {
    std::vector<identity::Account> accounts;
    Query query = all_();
    while (query.next()) accounts.push_back(account_in(query));
    return accounts;
}

bool AccountRows::set_password(const AccountId& id, std::string_view hash) {
    set_password_.run(id, hash);
    return connection_.changes() == 1;
}

bool AccountRows::replace_hash(const AccountId& id, std::string_view seen, std::string_view hash) {
    replace_hash_.run(id, seen, hash);
    return connection_.changes() == 1;
}

bool AccountRows::set_disabled(const AccountId& id, bool disabled) {
    set_disabled_.run(id, disabled);
    return connection_.changes() == 1;
}

bool AccountRows::set_shown_as(const AccountId& id, identity::ShownAs shown_as) {
    set_shown_as_.run(id, static_cast<std::int64_t>(shown_as));
    return connection_.changes() == 1;
}

bool AccountRows::set_role(const AccountId& id, identity::Role role) {
    set_role_.run(id, static_cast<std::int64_t>(role));
    return connection_.changes() == 1;
}

void AccountRows::remove(const AccountId& id) {
    remove_.run(id);
}

bool AccountRows::has_admin_beside(const AccountId& id) {
    return other_admins_(id, static_cast<std::int64_t>(identity::Role::admin)).next();
}

Time AccountRows::denied_at(const AccountId& id) {
    Query query = denied_at_(id);
    return query.next() ? query.time(0) : Time{};
}

AccountRows::Scanning AccountRows::scanning(const AccountId& id) {
    Query query = scanning_(id);
    if (!query.next()) return {};
    return {query.time(0), query.number(1) != 0};
}

void AccountRows::set_denied_at(const AccountId& id, Time at) {
    set_denied_at_.run(id, at);
}

}  // namespace latchkey::store
