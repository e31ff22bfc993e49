#include "store/ticket_rows.hpp"

namespace latchkey::store {

TicketRows::TicketRows(Connection& connection)
    : connection_(connection),
      add_(
          connection,
          "INSERT INTO tickets (hash, client, login, account, user_id, user_name, browser, system, "
          "address, approved_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
      ),
      redeem_(
          connection,
          "DELETE FROM tickets WHERE hash = ?1 AND client = ?2 AND expires_at > ?3 RETURNING "
          "login, account, user_id, user_name, browser, system, address, approved_at, expires_at"
      ),
      end_of_(connection, "DELETE FROM tickets WHERE login = ?1"),
      remove_all_of_(connection, "DELETE FROM tickets WHERE account = ?1"),
      sweep_(
          connection,
          "DELETE FROM tickets WHERE hash IN (SELECT hash FROM tickets WHERE expires_at <= ?1 "
          "LIMIT ?2)"
      ) {}

void TicketRows::add(const login::Ticket& ticket) {
    add_.run(
        ticket.hash,
        std::int64_t{ticket.client},
        ticket.login,
        ticket.account,
        ticket.user_id,
        ticket.user_name,
        ticket.browser,
        ticket.system,
        ticket.address,
        ticket.approved_at,
        ticket.expires_at
    );
}

bool TicketRows::end_of(const LoginId& login) {
    end_of_.run(login);
    return connection_.changes() > 0;
}

std::optional<login::Ticket> TicketRows::redeem(
    const crypto::Sha256& hash, std::uint32_t client, Time now
) {
    Query query = redeem_(hash, std::int64_t{client}, now);
    if (!query.next()) return std::nullopt;
    login::Ticket ticket{
        .hash = hash,
        .client = client,
        .login = query.bytes<LoginId>(0),
        .account = query.bytes<AccountId>(1),
        .user_id = query.text(2),
        .user_name = query.text(3),
        .browser = query.text(4),
        .system = query.text(5),
        .address = query.text(6),
        .approved_at = query.time(7),
        .expires_at = query.time(8),
    };
    query.next();
    return ticket;
}

void TicketRows::remove_all_of(const AccountId& account) {
    remove_all_of_.run(account);
}

std::int64_t TicketRows::sweep(Time now, std::int64_t rows_max) {
    sweep_.run(now, rows_max);
    return connection_.changes();
}

}  // namespace latchkey::store
