/// The audit log, for whoever looks into it.
#pragma once

#include "login/ports.hpp"
#include "store/audit_chain.hpp"
#include "store/readers.hpp"
#include "store/writer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::store {

/// An event, and what people call those in it.
struct AuditEntry {
    AuditRow row;
    std::string account_name;  ///< empty when there is no such account
    std::string client_id;     ///< these two: empty when there is no such client
    std::string client_name;
    std::optional<login::ApprovalSignature> evidence{};  ///< only where it was asked for
};

/// What became of looking through the whole log.
struct AuditVerdict {
    std::int64_t intact = 0;  ///< events, from the first one on
    crypto::Sha256 hash;      ///< of the last of those
    std::optional<AuditFault> fault;
};

/// Thread-safe. Errors of every method: `identity::Errc::unavailable`.
class AuditLog {
 public:
    /// Both must outlive it.
    AuditLog(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    /// For what changes nothing else in the database; all else is told where it is done.
    Async<Result<void>> append(ops::AuditEvent event);

    struct Piece {
        std::vector<AuditEntry> entries;     ///< none: there are no further ones
        std::optional<std::int64_t> broken;  ///< the number of the event after these, if it is none
    };
    enum class Evidence : bool { left_out, included };
    /// The events after that number, in order, `piece_events_max` at most.
    Async<Result<Piece>> after(std::int64_t number, Evidence evidence = Evidence::left_out);
    static constexpr std::int64_t piece_events_max = 1'000;

    /// Looks at the whole log as it is in one moment, also at every signature of an approval: a
    /// second for some hundred thousand events, or for some ten thousand signatures.
    /// For a process of its own, since it keeps one reader busy.
    Async<Result<AuditVerdict>> verify();

 private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace latchkey::store
