#include "store/session_rows.hpp"

#include "store/account_rows.hpp"

namespace latchkey::store {
namespace {

/// SELECT of a session's columns, in the order in which `session_in` reads them, and what follows
/// them.
std::string select_sessions(std::string_view rest) {
    return "SELECT s.account, s.id, s.token_hash, s.kind, s.created_at, s.seen_at, s.expires_at, "
           "s.browser, "
           "s.system, s.address, s.approved_by, s.browser_mark" +
           std::string(rest);
}

identity::Session session_in(const Query& query) {
    identity::Session session{
        .id = query.bytes<SessionId>(1),
        .account = query.bytes<AccountId>(0),
        .token_hash = query.bytes<crypto::Sha256>(2),
        .kind = static_cast<identity::SessionKind>(query.number(3)),
        .created_at = query.time(4),
        .seen_at = query.time(5),
        .expires_at = query.time(6),
        .browser = query.text(7),
        .system = query.text(8),
        .address = query.text(9),
        .approved_by = std::nullopt,
    };
    if (!query.is_null(10)) session.approved_by = query.bytes<SessionId>(10);
    if (!query.is_null(11)) session.browser_mark = query.bytes<BrowserMark>(11);
    return session;
}

}  // namespace

SessionRows::SessionRows(Connection& connection, seconds idle_max)
    : connection_(connection),
      idle_max_(idle_max),
      add_(
          connection,
          "INSERT INTO sessions (account, id, token_hash, kind, created_at, seen_at, expires_at, "
          "browser, "
          "system, address, approved_by, browser_mark) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
          "?10, ?11, ?12 FROM accounts "
          "WHERE id = ?1 AND disabled = 0 AND (?13 IS NULL OR password_hash = ?13)"
      ),
      signed_in_(
          connection,
          select_sessions(
              ", a.name, a.shown_as, a.role FROM sessions s JOIN accounts a ON a.id = s.account "
              "WHERE "
              "s.token_hash "
              "= ?1 "
              "AND s.expires_at > ?2 AND s.seen_at > ?3 AND a.disabled = 0"
          )
      ),
      find_(connection, select_sessions(" FROM sessions s WHERE s.account = ?1 AND s.id = ?2")),
      exists_(connection, "SELECT 1 FROM sessions WHERE account = ?1 AND id = ?2"),
      of_(connection,
          select_sessions(
              " FROM sessions s WHERE s.account = ?1 AND s.expires_at > ?2 AND s.seen_at > ?3 "
              "ORDER BY s.created_at DESC, s.id"
          )),
      end_(connection, "DELETE FROM sessions WHERE account = ?1 AND id = ?2"),
      end_by_hash_(connection, "DELETE FROM sessions WHERE token_hash = ?1 RETURNING account, id"),
      end_all_of_(connection, "DELETE FROM sessions WHERE account = ?1 AND id IS NOT ?2"),
      end_of_browser_(connection, "DELETE FROM sessions WHERE account = ?1 AND browser_mark = ?2"),
      marks_of_(
          connection,
          "SELECT DISTINCT browser_mark FROM sessions WHERE account = ?1 AND browser_mark IS NOT "
          "NULL"
      ),
      touch_(
          connection,
          "UPDATE sessions SET seen_at = ?3 WHERE account = ?1 AND id = ?2 AND seen_at < ?3"
      ),
      scan_(
          connection,
          "SELECT account, id, expires_at, seen_at FROM sessions WHERE (account, id) > (?1, ?2) "
          "ORDER BY account, id LIMIT ?3"
      ),
      remove_dead_(
          connection,
          "DELETE FROM sessions WHERE account = ?1 AND id = ?2 AND (expires_at <= ?3 OR seen_at <= "
          "?4)"
      ) {}

bool SessionRows::add(
    const identity::Session& session, std::optional<std::string_view> proven_hash
) {
    add_.run(
        session.account,
        session.id,
        session.token_hash,
        static_cast<std::int64_t>(session.kind),
        session.created_at,
        session.seen_at,
        session.expires_at,
        session.browser,
        session.system,
        session.address,
        session.approved_by,
        session.browser_mark,
        proven_hash
    );
    return connection_.changes() == 1;
}

std::optional<identity::SignedIn> SessionRows::signed_in(
    const crypto::Sha256& token_hash, Time now
) {
    Query query = signed_in_(token_hash, now, now - idle_max_);
    if (!query.next()) return std::nullopt;
    return identity::SignedIn{
        session_in(query), query.text(12), shown_as_in(query.number(13)), role_in(query.number(14))
    };
}

std::optional<identity::Session> SessionRows::find(const SessionKey& key) {
    Query query = find_(key.account, key.id);
    if (!query.next()) return std::nullopt;
    return session_in(query);
}

bool SessionRows::exists(const SessionKey& key) {
    return exists_(key.account, key.id).next();
}

bool SessionRows::may_act(const identity::Actor& actor) {
    return !actor.session || exists({actor.account, *actor.session});
}

std::vector<identity::Session> SessionRows::of(const AccountId& account, Time now) {
    std::vector<identity::Session> sessions;
    Query query = of_(account, now, now - idle_max_);
    while (query.next()) sessions.push_back(session_in(query));
    return sessions;
}

bool SessionRows::end(const SessionKey& key) {
    end_.run(key.account, key.id);
    return connection_.changes() == 1;
}

std::optional<SessionKey> SessionRows::end_by_hash(const crypto::Sha256& token_hash) {
    Query query = end_by_hash_(token_hash);
    if (!query.next()) return std::nullopt;
    const SessionKey ended{query.bytes<AccountId>(0), query.bytes<SessionId>(1)};
    query.next();
    return ended;
}

std::int64_t SessionRows::end_all_of(
    const AccountId& account, const std::optional<SessionId>& but
) {
    end_all_of_.run(account, but);
    return connection_.changes();
}

std::int64_t SessionRows::end_of_browser(const AccountId& account, const BrowserMark& mark) {
    end_of_browser_.run(account, mark);
    return connection_.changes();
}

std::vector<BrowserMark> SessionRows::marks_of(const AccountId& account) {
    std::vector<BrowserMark> marks;
    Query query = marks_of_(account);
    while (query.next()) marks.push_back(query.bytes<BrowserMark>(0));
    return marks;
}

void SessionRows::touch(const SessionKey& key, Time seen_at) {
    touch_.run(key.account, key.id, seen_at);
}

SessionScan SessionRows::scan(
    const std::optional<SessionKey>& from, Time now, std::int64_t rows_max
) {
    const SessionKey start = from.value_or(SessionKey{});
    SessionScan scan;
    std::int64_t seen = 0;
    Query query = scan_(start.account, start.id, rows_max);
    while (query.next()) {
        scan.last = {query.bytes<AccountId>(0), query.bytes<SessionId>(1)};
        const bool dead = query.time(2) <= now || query.time(3) <= now - idle_max_;
        if (dead) scan.dead.push_back(*scan.last);
        ++seen;
    }
    if (seen < rows_max) scan.last.reset();
    return scan;
}

bool SessionRows::remove_dead(const SessionKey& key, Time now) {
    remove_dead_.run(key.account, key.id, now, now - idle_max_);
    return connection_.changes() == 1;
}

}  // namespace latchkey::store
