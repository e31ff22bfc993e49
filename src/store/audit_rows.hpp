/// The table of the audit log.
#pragma once

#include "store/audit_chain.hpp"
#include "store/sqlite.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::store {

/// On one connection's thread; writes want an open transaction. Every method may throw
/// `SqliteError`.
class AuditRows {
 public:
    explicit AuditRows(Connection& connection);

    /// Whoever begins a transaction says so, as well as that a part of it was undone: what is
    /// known of the head of the chain is forgotten, for other processes append, too.
    void forget_head() { head_.reset(); }
    /// In the transaction of what the event tells: one is never kept without the other. Nothing may
    /// refuse the job after it, or it has `Writes::as_it_goes`.
    /// Its number.
    std::int64_t append(const ops::AuditEvent& event);
    /// Counts what was appended since the last call, as the last thing before the commit.
    void count();
    /// How many were ever written: a last row that went is still counted.
    std::int64_t counted();
    struct Piece {
        std::vector<AuditRow> rows;
        std::optional<std::int64_t> broken;  ///< the number of a row that no `append` has written
    };
    /// The next `rows_max` after that number; up to the first that is broken (a value has a wrong
    /// size).
    Piece after(std::int64_t number, std::int64_t rows_max);

 private:
    struct Head {
        std::int64_t number = 0;
        crypto::Sha256 hash{};
    };
    const Head& head();

    std::optional<Head> head_;
    bool uncounted_ = false;
    Statement append_;
    Statement read_head_;
    Statement count_;
    Statement counted_;
    Statement after_;
};

}  // namespace latchkey::store
