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

    /// In the transaction of what the event tells: one is never kept without the other. Reads the
    /// head of the chain first, so it may be rolled back and other processes may append, too; some
    /// microseconds, unless it knows the head. Nothing may refuse the job after it, or it has
    /// `Writes::as_it_goes`.
    void append(const ops::AuditEvent& event);
    /// From now on the head that the last `append` left is known to the next, until this is called
    /// again: by whoever begins a transaction in which nobody else can append, and at once when a
    /// part of it is undone. Without it `append` asks each time.
    void look_for_head() {
        keeps_head_ = true;
        head_.reset();
    }
    /// How many were ever written, as SQLite has counted: a last row that went is still counted.
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
    Head read_head();

    bool keeps_head_ = false;
    std::optional<Head> head_;
    Statement append_;
    Statement read_head_;
    Statement counted_;
    Statement after_;
};

}  // namespace latchkey::store
