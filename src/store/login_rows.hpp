/// The table of logins.
#pragma once

#include "login/login.hpp"
#include "login/values.hpp"
#include "store/sqlite.hpp"

#include <functional>
#include <optional>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class LoginRows {
 public:
    explicit LoginRows(Connection& connection);

    std::optional<login::Login> find(const LoginId& id);
    /// It must not be there.
    void add(const login::Login& login);
    /// Saves what the moves change: it is there, and what was scanned stays as it was.
    void move(const login::Login& login);
    /// Calls with the id of every login that is stored.
    void each_id(const std::function<void(const LoginId&)>& act);
    /// Nothing in them says any more whose they were; what was under way is denied. The rows stay
    /// until they are swept: without them their codes would be good again. Looks through the whole
    /// table, which holds those of the last minutes.
    void forget_account(const AccountId& account);
    /// Removes at most `rows_max` logins that can never be scanned, decided or collected again;
    /// says how many.
    std::int64_t sweep(Time now, std::int64_t rows_max);

 private:
    Connection& connection_;
    Statement find_;
    Statement add_;
    Statement move_;
    Statement forget_account_;
    Statement sweep_;
};

}  // namespace latchkey::store
