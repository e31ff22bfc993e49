#include "store/audit_chain.hpp"

#include <vector>

namespace latchkey::store {

using What = AuditFault::What;

crypto::Sha256 chained(
    const crypto::Sha256& previous, std::int64_t number, const ops::AuditEvent& event
) {
    const std::vector<std::byte> canonical = ops::canonical_bytes(number, event);
    return crypto::sha256(previous.view(), canonical);
}

std::optional<AuditFault> ChainCheck::next(const AuditRow& row) {
    if (row.number > last_ + 1) return AuditFault{last_ + 1, What::missing};
    const bool follows = row.number == last_ + 1;
    if (!follows || row.hash != chained(hash_, row.number, row.event)) {
        return AuditFault{row.number, What::changed};
    }
    last_ = row.number;
    hash_ = row.hash;
    return std::nullopt;
}

std::optional<AuditFault> ChainCheck::next_is_broken(std::int64_t number) const {
    if (number > last_ + 1) return AuditFault{last_ + 1, What::missing};
    return AuditFault{number, What::changed};
}

std::optional<AuditFault> ChainCheck::end(std::int64_t counted) const {
    if (counted > last_) return AuditFault{last_ + 1, What::missing};
    if (counted < last_) return AuditFault{counted + 1, What::uncounted};
    return std::nullopt;
}

}  // namespace latchkey::store
