/// What the tables come to, for administrators.
#pragma once

#include "login/login.hpp"
#include "store/audit_chain.hpp"
#include "store/sqlite.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::store {

/// How many there are.
struct Counts {
    std::int64_t accounts = 0;
    std::int64_t disabled = 0;  ///< of those
    std::int64_t sessions = 0;  ///< that live
    std::int64_t passkeys = 0;
    std::int64_t clients = 0;
    std::int64_t stopped = 0;  ///< of those
};

/// Logins whose time is not over, by state.
using LoginsByState =
    std::array<std::int64_t, static_cast<std::size_t>(login::State::reported) + 1>;

/// An account as a list shows it.
struct AccountLine {
    AccountId id;
    std::string name;
    bool is_admin = false;
    bool disabled = false;
    Time created_at;
    std::int64_t sessions = 0;  ///< that live
    std::int64_t passkeys = 0;
    std::optional<Time> seen_at{};  ///< by any of its sessions that are stored
};

/// Which events of the audit log are wanted; what is empty is not asked.
struct AuditSearch {
    std::string kind{};  ///< its beginning, as `login.`
    std::optional<AccountId> account{};
    std::string text{};  ///< in the address, the detail, or what the client is called
};

/// On one connection's thread, reading only. Every method may throw `SqliteError`.
class OverviewRows {
 public:
    OverviewRows(Connection& connection, seconds session_idle_max);

    Counts counts(Time now);
    LoginsByState logins(Time now);
    /// By name, those after `after` (a folded name) whose name holds `text`.
    std::vector<AccountLine> accounts(
        std::string_view text, std::string_view after, Time now, std::int64_t rows_max
    );
    /// Numbers of events below `before` and not below `from`, the newest first.
    std::vector<std::int64_t> events(
        const AuditSearch& search, std::int64_t before, std::int64_t from, std::int64_t rows_max
    );
    std::int64_t last_event();

 private:
    const seconds session_idle_max_;
    Statement counts_;
    Statement logins_;
    Statement accounts_;
    Statement events_;
    Statement last_event_;
};

}  // namespace latchkey::store
