/// How far logins came, and how long they took, by what the audit log tells. Pure.
#pragma once

#include "store/audit_chain.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace latchkey::store {

/// Of the logins that were scanned in a time. One of which the approval is the first that is told
/// (as on the classic wire, where both are one) was scanned at that moment.
struct Funnel {
    std::int64_t scanned = 0;
    std::int64_t approved = 0;
    std::int64_t collected = 0;
    std::int64_t denied = 0;    ///< declined, or the wrong number
    std::int64_t reported = 0;  ///< "this wasn't me", also after the approval
    /// Medians; none when there was none. The first is known to the second.
    std::optional<milliseconds> shown_to_scanned{};
    std::optional<milliseconds> scanned_to_approved{};
    std::optional<milliseconds> approved_to_collected{};

    friend bool operator==(const Funnel&, const Funnel&) = default;
};

/// `rows` in the order of their numbers.
Funnel funnel_of(const std::vector<AuditRow>& rows);

}  // namespace latchkey::store
