/// The table of tickets.
#pragma once

#include "login/ticket.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class TicketRows {
 public:
    explicit TicketRows(Connection& connection);

    void add(const login::Ticket& ticket);
    /// Takes it out of the table: a ticket is redeemed once. Nothing, and nothing written, when
    /// there is none that lives at `now`, or it is another client's.
    std::optional<login::Ticket> redeem(const crypto::Sha256& hash, std::uint32_t client, Time now);
    /// Those of one login are no good any more. False when there was none.
    bool end_of(const LoginId& login);
    /// Looks through the whole table, which holds those of the last minutes.
    void remove_all_of(const AccountId& account);
    /// Removes at most `rows_max` that are past their time; says how many.
    std::int64_t sweep(Time now, std::int64_t rows_max);

 private:
    Connection& connection_;
    Statement add_;
    Statement redeem_;
    Statement end_of_;
    Statement remove_all_of_;
    Statement sweep_;
};

}  // namespace latchkey::store
