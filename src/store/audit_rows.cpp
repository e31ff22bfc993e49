#include "store/audit_rows.hpp"

#include <algorithm>
#include <limits>

namespace latchkey::store {
namespace {

template <class T>
std::optional<T> bytes_or_none(const Query& query, int column) {
    if (query.is_null(column)) return std::nullopt;
    return query.bytes<T>(column);
}

/// Throws `SqliteError` when a value is none that an event has.
AuditRow row_in(const Query& query) {
    const std::int64_t client = query.number(6);
    if (client < 0 || client > std::numeric_limits<std::uint32_t>::max()) {
        throw SqliteError(0, "a stored client has a wrong number");
    }
    return {
        .number = query.number(0),
        .event =
            {
                .at = query.time(1),
                .kind = query.text(2),
                .account = bytes_or_none<AccountId>(query, 3),
                .login = bytes_or_none<LoginId>(query, 4),
                .session = bytes_or_none<SessionId>(query, 5),
                .client = static_cast<std::uint32_t>(client),
                .address = query.text(7),
                .detail = query.text(8),
            },
        .hash = query.bytes<crypto::Sha256>(9),
    };
}

}  // namespace

/// A number is never used twice: a last row that somebody took away leaves a gap.
AuditRows::AuditRows(Connection& connection)
    : append_(
          connection,
          "INSERT INTO audit (seq, at, kind, account, login, session, client, address, detail, "
          "hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
      ),
      read_head_(
          connection,
          "SELECT max(coalesce((SELECT seq FROM audit_head), 0), "
          "coalesce((SELECT max(seq) FROM audit), 0)), "
          "(SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)"
      ),
      count_(
          connection,
          "INSERT INTO audit_head (only, seq) VALUES (1, ?1) "
          "ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE seq < excluded.seq"
      ),
      counted_(connection, "SELECT seq FROM audit_head"),
      after_(
          connection,
          "SELECT seq, at, kind, account, login, session, client, address, detail, hash FROM audit "
          "WHERE seq > ?1 ORDER BY seq LIMIT ?2"
      ) {}

const AuditRows::Head& AuditRows::head() {
    if (head_) return *head_;
    Query query = read_head_();
    query.next();
    Head head{.number = query.number(0)};
    if (!query.is_null(1)) head.hash = query.bytes<crypto::Sha256>(1);
    return head_.emplace(head);
}

std::int64_t AuditRows::append(const ops::AuditEvent& event) {
    const Head& last = head();
    const std::int64_t number = last.number + 1;
    const crypto::Sha256 hash = chained(last.hash, number, event);
    append_.run(
        number,
        event.at,
        event.kind,
        event.account,
        event.login,
        event.session,
        std::int64_t{event.client},
        event.address,
        event.detail,
        hash
    );
    head_ = Head{number, hash};
    uncounted_ = true;
    return number;
}

/// Once a transaction, not once an event.
void AuditRows::count() {
    if (!uncounted_) return;
    count_.run(head().number);
    uncounted_ = false;
}

std::int64_t AuditRows::counted() {
    Query query = counted_();
    return query.next() ? query.number(0) : 0;
}

AuditRows::Piece AuditRows::after(std::int64_t number, std::int64_t rows_max) {
    Piece piece;
    Query query = after_(number, rows_max);
    while (query.next()) {
        try {
            piece.rows.push_back(row_in(query));
        } catch (const SqliteError&) {
            piece.broken = query.number(0);
            break;
        }
    }
    return piece;
}

}  // namespace latchkey::store
