/// The table of accounts.
#pragma once

#include "identity/identity.hpp"
#include "store/sqlite.hpp"

#include <optional>
#include <string>
#include <vector>

namespace latchkey::store {

/// What that number says; one that is none of ours shows nothing.
identity::ShownAs shown_as_in(std::int64_t stored);
/// The same of a role; one that is none of ours lets nobody administer.
identity::Role role_in(std::int64_t stored);

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class AccountRows {
 public:
    explicit AccountRows(Connection& connection);

    /// False, and nothing written, when the name is taken.
    bool add(const identity::Account& account);
    bool any();
    std::optional<identity::Account> named(std::string_view name);
    std::optional<identity::Account> find(const AccountId& id);
    std::vector<identity::Account> all();
    /// These five are false when there is no such account (or it has another hash).
    bool set_password(const AccountId& id, std::string_view hash);
    bool replace_hash(const AccountId& id, std::string_view seen, std::string_view hash);
    bool set_disabled(const AccountId& id, bool disabled);
    bool set_shown_as(const AccountId& id, identity::ShownAs shown_as);
    bool set_role(const AccountId& id, identity::Role role);
    /// What refers to it must be gone.
    void remove(const AccountId& id);
    /// Whether another account, which is not disabled, administers.
    bool has_admin_beside(const AccountId& id);
    /// When a login of that account was denied last; zero when none was, or it is not there.
    Time denied_at(const AccountId& id);
    void set_denied_at(const AccountId& id, Time at);
    /// That, and whether it has a passkey, in one look.
    struct Scanning {
        Time denied_at{};
        bool has_passkey = false;
    };
    Scanning scanning(const AccountId& id);

 private:
    Connection& connection_;
    Statement add_;
    Statement any_;
    Statement named_;
    Statement find_;
    Statement all_;
    Statement set_password_;
    Statement replace_hash_;
    Statement set_disabled_;
    Statement set_shown_as_;
    Statement set_role_;
    Statement remove_;
    Statement other_admins_;
    Statement denied_at_;
    Statement set_denied_at_;
    Statement scanning_;
};

}  // namespace latchkey::store
