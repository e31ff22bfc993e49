#include "store/overview_rows.hpp"

#include "identity/identity.hpp"

namespace latchkey::store {

OverviewRows::OverviewRows(Connection& connection, seconds session_idle_max)
    : session_idle_max_(session_idle_max),
      counts_(
          connection,
          "SELECT (SELECT count(*) FROM accounts), "
          "(SELECT count(*) FROM accounts WHERE disabled = 1), "
          "(SELECT count(*) FROM sessions WHERE expires_at > ?1 AND seen_at > ?2), "
          "(SELECT count(*) FROM passkeys), "
          "(SELECT count(*) FROM clients WHERE removed_at IS NULL), "
          "(SELECT count(*) FROM clients WHERE removed_at IS NULL AND stopped_at IS NOT NULL)"
      ),
      logins_(
          connection, "SELECT state, count(*) FROM logins WHERE expires_at > ?1 GROUP BY state"
      ),
      accounts_(
          connection,
          "SELECT id, name, role, disabled, created_at, "
          "(SELECT count(*) FROM sessions s WHERE s.account = a.id AND s.expires_at > ?3 AND "
          "s.seen_at > ?4), "
          "(SELECT count(*) FROM passkeys p WHERE p.account = a.id), "
          "(SELECT max(seen_at) FROM sessions s WHERE s.account = a.id) "
          "FROM accounts a WHERE folded_name > ?2 AND (?1 = '' OR instr(folded_name, ?1) > 0) "
          "ORDER BY folded_name LIMIT ?5"
      ),
      events_(
          connection,
          "SELECT seq FROM audit WHERE seq < ?1 AND seq >= ?2 "
          "AND (?3 = '' OR substr(kind, 1, length(?3)) = ?3) "
          "AND (?4 IS NULL OR account = ?4) "
          "AND (?5 = '' OR instr(address, ?5) > 0 OR instr(detail, ?5) > 0 OR client IN "
          "(SELECT number FROM clients WHERE instr(name, ?5) > 0 OR id = ?5)) "
          "ORDER BY seq DESC LIMIT ?6"
      ),
      last_event_(connection, "SELECT coalesce(max(seq), 0) FROM audit") {}

Counts OverviewRows::counts(Time now) {
    Query query = counts_(now, now - session_idle_max_);
    query.next();
    return {
        .accounts = query.number(0),
        .disabled = query.number(1),
        .sessions = query.number(2),
        .passkeys = query.number(3),
        .clients = query.number(4),
        .stopped = query.number(5),
    };
}

LoginsByState OverviewRows::logins(Time now) {
    LoginsByState counted{};
    Query query = logins_(now);
    while (query.next()) {
        const std::int64_t state = query.number(0);
        const bool is_one = state >= 0 && state < static_cast<std::int64_t>(counted.size());
        if (is_one) counted.at(static_cast<std::size_t>(state)) = query.number(1);
    }
    return counted;
}

std::vector<AccountLine> OverviewRows::accounts(
    std::string_view text, std::string_view after, Time now, std::int64_t rows_max
) {
    std::vector<AccountLine> lines;
    Query query = accounts_(text, after, now, now - session_idle_max_, rows_max);
    while (query.next()) {
        lines.push_back({
            .id = query.bytes<AccountId>(0),
            .name = query.text(1),
            .is_admin = query.number(2) == static_cast<std::int64_t>(identity::Role::admin),
            .disabled = query.number(3) != 0,
            .created_at = query.time(4),
            .sessions = query.number(5),
            .passkeys = query.number(6),
        });
        if (!query.is_null(7)) lines.back().seen_at = query.time(7);
    }
    return lines;
}

std::vector<std::int64_t> OverviewRows::events(
    const AuditSearch& search, std::int64_t before, std::int64_t from, std::int64_t rows_max
) {
    std::vector<std::int64_t> numbers;
    Query query = events_(before, from, search.kind, search.account, search.text, rows_max);
    while (query.next()) numbers.push_back(query.number(0));
    return numbers;
}

std::int64_t OverviewRows::last_event() {
    Query query = last_event_();
    query.next();
    return query.number(0);
}

}  // namespace latchkey::store
