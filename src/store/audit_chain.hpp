/// Each event of the audit log vouches for all before it. Pure.
#pragma once

#include "crypto/digest.hpp"
#include "ops/audit.hpp"

#include <cstdint>
#include <optional>

namespace latchkey::store {

/// One event as it is stored.
struct AuditRow {
    std::int64_t number = 0;  ///< from 1, without a gap
    ops::AuditEvent event;
    crypto::Sha256 hash;
};

/// The hash of the event with that number: SHA-256 of the hash before it (32 zero bytes before the
/// first) and its `ops::canonical_bytes`.
crypto::Sha256 chained(
    const crypto::Sha256& previous, std::int64_t number, const ops::AuditEvent& event
);

/// What is wrong with a log, and where it begins.
struct AuditFault {
    enum class What : std::uint8_t {
        changed,    ///< not as it was written, or put in another's place
        missing,    ///< there is none with that number
        uncounted,  ///< more events are there than were ever counted
        unproven,   ///< its approval was to be signed, and what it was signed with does not hold
    };
    std::int64_t number = 0;
    What what = What::changed;

    friend bool operator==(const AuditFault&, const AuditFault&) = default;
};

/// Looks through a log, from its first event to its last. What follows the first fault proves
/// nothing.
class ChainCheck {
 public:
    /// The next row by number.
    std::optional<AuditFault> next(const AuditRow& row);
    /// The next row cannot be read as an event.
    std::optional<AuditFault> next_is_broken(std::int64_t number) const;
    /// There are no further rows, and `counted` were ever written.
    std::optional<AuditFault> end(std::int64_t counted) const;

    std::int64_t intact() const { return last_; }         ///< events, so far
    const crypto::Sha256& hash() const { return hash_; }  ///< of the last of them

 private:
    std::int64_t last_ = 0;
    crypto::Sha256 hash_;
};

}  // namespace latchkey::store
