#include "store/audit_log.hpp"

#include "store/audit_entries.hpp"
#include "store/evidence.hpp"

#include <limits>
#include <utility>

namespace latchkey::store {
namespace {

using identity::Errc;

/// While it lives, the connection sees the database as it was at the first read.
class Snapshot {
 public:
    explicit Snapshot(Connection& connection) : connection_(connection) {
        connection_.execute("BEGIN");
    }
    ~Snapshot() {
        try {
            if (connection_.in_transaction()) connection_.execute("ROLLBACK");
        } catch (const SqliteError& fault) {
            note_failed_read(fault.what());
        }
    }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

 private:
    Connection& connection_;
};

/// Whether the signature of an approval is there and holds.
bool is_proven(Rows& rows, const AuditRow& row) {
    const bool named = !evidence_named(row.event).empty();
    const auto evidence = rows.evidence.find(row.number);
    if (!named) return !evidence && !wants_evidence(row.event);
    return evidence && holds(*evidence, row.event);
}

std::optional<AuditFault> first_fault(Rows& rows, ChainCheck& check) {
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (;;) {
        const AuditRows::Piece piece = rows.audit.after(last, AuditLog::piece_events_max);
        for (const AuditRow& row : piece.rows) {
            if (auto fault = check.next(row)) return fault;
            if (!is_proven(rows, row)) return AuditFault{row.number, AuditFault::What::unproven};
            last = row.number;
        }
        if (piece.broken) return check.next_is_broken(*piece.broken);
        if (piece.rows.empty()) return check.end(rows.audit.counted());
    }
}

}  // namespace

Async<Result<void>> AuditLog::append(ops::AuditEvent event) {
    return writer_.write<void>(
        Writes::as_it_goes,
        Errc::unavailable,
        [event = std::move(event)](Rows& rows) -> Result<void> {
            rows.audit.append(event);
            return {};
        }
    );
}

Async<Result<AuditLog::Piece>> AuditLog::after(std::int64_t number, Evidence evidence) {
    return readers_.read<Piece>(Errc::unavailable, [number, evidence](Rows& rows) -> Result<Piece> {
        AuditRows::Piece stored = rows.audit.after(number, piece_events_max);
        Piece piece;
        piece.broken = stored.broken;
        for (AuditRow& row : stored.rows) {
            AuditEntry& entry = piece.entries.emplace_back(entry_of(std::move(row), rows));
            if (evidence == Evidence::included)
                entry.evidence = rows.evidence.find(entry.row.number);
        }
        return piece;
    });
}

Async<Result<AuditVerdict>> AuditLog::verify() {
    return readers_.read<AuditVerdict>(Errc::unavailable, [](Rows& rows) -> Result<AuditVerdict> {
        const Snapshot snapshot(rows.connection);
        ChainCheck check;
        const auto fault = first_fault(rows, check);
        return AuditVerdict{check.intact(), check.hash(), fault};
    });
}

}  // namespace latchkey::store
