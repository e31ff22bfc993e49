#include "store/browser_rows.hpp"

namespace latchkey::store {

BrowserRows::BrowserRows(Connection& connection)
    : connection_(connection),
      known_marks_(connection, "SELECT mark FROM browsers WHERE account = ?1 LIMIT ?2"),
      seen_(connection, "SELECT last_at FROM browsers WHERE account = ?1 AND mark = ?2"),
      touch_(connection, "UPDATE browsers SET last_at = ?3 WHERE account = ?1 AND mark = ?2"),
      add_(
          connection,
          "INSERT INTO browsers (account, mark, first_at, last_at) VALUES (?1, ?2, ?3, ?3)"
      ),
      drop_oldest_(
          connection,
          "DELETE FROM browsers WHERE account = ?1 AND mark IN (SELECT mark FROM browsers WHERE "
          "account = ?1 AND mark <> ?2 ORDER BY last_at DESC, mark LIMIT -1 OFFSET ?3)"
      ),
      forget_(connection, "DELETE FROM browsers WHERE account = ?1 AND mark = ?2"),
      forget_all_of_(connection, "DELETE FROM browsers WHERE account = ?1"),
      seen_of_(
          connection,
          "SELECT first_at, last_at FROM browsers WHERE account = ?1 ORDER BY last_at DESC, mark"
      ) {}

std::vector<BrowserMark> BrowserRows::known_marks(const AccountId& account) {
    std::vector<BrowserMark> marks;
    Query query = known_marks_(account, browsers_max);
    while (query.next()) marks.push_back(query.bytes<BrowserMark>(0));
    return marks;
}

std::optional<Time> BrowserRows::seen(const AccountId& account, const BrowserMark& mark) {
    Query query = seen_(account, mark);
    return query.next() ? std::optional(query.time(0)) : std::nullopt;
}

/// Nearly always the account knows it, and then none are too many.
void BrowserRows::add(const AccountId& account, const BrowserMark& mark, Time now) {
    if (const auto last = seen(account, mark)) {
        if (now >= *last + browser_seen_precision) touch_.run(account, mark, now);
        return;
    }
    add_.run(account, mark, now);
    drop_oldest_.run(account, mark, browsers_max - 1);
}

bool BrowserRows::forget(const AccountId& account, const BrowserMark& mark) {
    forget_.run(account, mark);
    return connection_.changes() == 1;
}

void BrowserRows::forget_all_of(const AccountId& account) {
    forget_all_of_.run(account);
}

std::vector<BrowserRows::Seen> BrowserRows::seen_of(const AccountId& account) {
    std::vector<Seen> seen;
    Query query = seen_of_(account);
    while (query.next()) seen.push_back({query.time(0), query.time(1)});
    return seen;
}

}  // namespace latchkey::store
