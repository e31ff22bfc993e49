#include "ops/audit.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace latchkey::ops {
namespace {

template <class T>
T filled(int fill) {
    T value;
    value.data.fill(static_cast<std::byte>(fill));
    return value;
}

AuditEvent whole() {
    return {
        .at = from_unix_ms(0x0102030405),
        .kind = "login.scanned",
        .account = filled<AccountId>(0xaa),
        .login = filled<LoginId>(0xbb),
        .session = filled<SessionId>(0xcc),
        .client = 7,
        .address = "::1",
        .detail = "{}",
    };
}

std::string hex_of(std::int64_t number, const AuditEvent& event) {
    return hex(canonical_bytes(number, event));
}

// Whoever checks a log with another program needs exactly these bytes.
TEST(AuditCanonical, HasEveryFieldWithItsLengthInThisOrder) {
    EXPECT_EQ(
        hex_of(258, whole()),
        "000000080000000000000102"
        "000000080000000102030405"
        "0000000d6c6f67696e2e7363616e6e6564"
        "00000010aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "0000000cbbbbbbbbbbbbbbbbbbbbbbbb"
        "00000010cccccccccccccccccccccccccccccccc"
        "0000000400000007"
        "000000033a3a31"
        "000000027b7d"
    );
}

TEST(AuditCanonical, WhatIsAbsentHasNoBytes) {
    EXPECT_EQ(
        hex_of(1, {.at = from_unix_ms(0), .kind = "x"}),
        "000000080000000000000001"
        "000000080000000000000000"
        "0000000178"
        "00000000"
        "00000000"
        "00000000"
        "0000000400000000"
        "00000000"
        "00000000"
    );
}

TEST(AuditCanonical, WhatMovesFromOneFieldToTheNextIsAnotherEvent) {
    AuditEvent one = whole();
    one.address = "ab";
    one.detail = "c";
    AuditEvent other = whole();
    other.address = "a";
    other.detail = "bc";

    EXPECT_NE(canonical_bytes(1, one), canonical_bytes(1, other));
}

TEST(AuditDetail, IsAJsonObjectOfTheFactsInTheirOrder) {
    EXPECT_EQ(
        audit_detail({{"why", "he said \"no\""}, {"sessions_ended", std::int64_t{3}}, {"a", true}}),
        R"({"why":"he said \"no\"","sessions_ended":3,"a":true})"
    );
}

TEST(AuditDetail, EscapesWhatIsNoUtf8) {
    EXPECT_EQ(audit_detail({{"name", "a\xff"}}), R"({"name":"a\\xff"})");
}

}  // namespace
}  // namespace latchkey::ops
