#include "store/audit_chain.hpp"

#include "base/encoding.hpp"
#include "contract/examples.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace latchkey::store {
namespace {

using What = AuditFault::What;

ops::AuditEvent event(int number) {
    return {.at = noon + seconds(number), .kind = "login.scanned", .account = ada.id};
}

std::vector<AuditRow> log_of(int events) {
    std::vector<AuditRow> rows;
    crypto::Sha256 last;
    for (int i = 1; i <= events; ++i) {
        last = chained(last, i, event(i));
        rows.push_back({i, event(i), last});
    }
    return rows;
}

std::optional<AuditFault> fault_in(const std::vector<AuditRow>& rows, std::int64_t counted) {
    ChainCheck check;
    for (const AuditRow& row : rows) {
        if (const auto fault = check.next(row)) return fault;
    }
    return check.end(counted);
}

// Computed by another program (Python's hashlib) from docs/security.md.
TEST(AuditChain, BeginsWithThirtyTwoZeroBytes) {
    const ops::AuditEvent first{.at = from_unix_ms(0), .kind = "x"};

    EXPECT_EQ(
        hex(chained({}, 1, first).view()),
        "f35d002759dc45f58b342c93b2e8f3ae5c5347583f89d22d09e9ab805f60d71a"
    );
    EXPECT_EQ(
        hex(chained(chained({}, 1, first), 2, first).view()),
        "4f1ac9f55a11ea9b4396ac0bc1e39d4864bb03af05900474e25056a34cb48b48"
    );
}

TEST(AuditChain, AWholeLogIsIntact) {
    EXPECT_EQ(fault_in(log_of(5), 5), std::nullopt);
    EXPECT_EQ(fault_in({}, 0), std::nullopt);
}

TEST(AuditChain, AFaultIsNamedByTheFirstEventItConcerns) {
    auto changed = log_of(5);
    changed[2].event.address = "203.0.113.9";
    EXPECT_EQ(fault_in(changed, 5), (AuditFault{3, What::changed}));

    auto gone = log_of(5);
    gone.erase(gone.begin() + 1);
    EXPECT_EQ(fault_in(gone, 5), (AuditFault{2, What::missing}));

    EXPECT_EQ(fault_in(log_of(4), 6), (AuditFault{5, What::missing}));
    EXPECT_EQ(fault_in(log_of(4), 3), (AuditFault{4, What::uncounted}));
}

TEST(AuditChain, ALogThatBeginsAnewIsNotTheOldOne) {
    auto rows = log_of(3);
    auto others = log_of(3);
    others[0].event.account = ben.id;
    others[0].hash = chained({}, 1, others[0].event);

    rows[0] = others[0];

    EXPECT_EQ(fault_in(rows, 3), (AuditFault{2, What::changed}));
}

}  // namespace
}  // namespace latchkey::store
