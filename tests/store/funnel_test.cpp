#include "store/funnel.hpp"

#include "contract/examples.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace latchkey::store {
namespace {

/// A log that is written event by event.
class FunnelOf : public testing::Test {
 protected:
    /// Seconds after noon; the login was made at noon.
    void happens(std::string_view kind, int login, int at_s) {
        AuditRow row;
        row.number = static_cast<std::int64_t>(rows_.size()) + 1;
        row.event.at = noon + seconds(at_s);
        row.event.kind = kind;
        row.event.login = login_id(noon, login);
        rows_.push_back(std::move(row));
    }

    std::vector<AuditRow> rows_;
};

TEST_F(FunnelOf, NothingIsEmpty) {
    EXPECT_EQ(funnel_of({}), Funnel{});
}

TEST_F(FunnelOf, LoginsIsHowFarTheyCameAndHowLongThatTook) {
    happens("login.scanned", 1, 4);
    happens("login.scanned", 2, 5);
    happens("login.scanned", 3, 9);
    happens("login.approved", 1, 10);
    happens("login.approved", 2, 6);
    happens("login.denied", 3, 11);
    happens("login.collected", 1, 13);

    const Funnel funnel = funnel_of(rows_);

    EXPECT_EQ(funnel.scanned, 3);
    EXPECT_EQ(funnel.approved, 2);
    EXPECT_EQ(funnel.collected, 1);
    EXPECT_EQ(funnel.denied, 1);
    EXPECT_EQ(funnel.shown_to_scanned, seconds(5));
    EXPECT_EQ(funnel.scanned_to_approved, seconds(1)) << "the lower one of two";
    EXPECT_EQ(funnel.approved_to_collected, seconds(3));
}

TEST_F(FunnelOf, WhatIsToldAgainCountsOnce) {
    for (const int at_s : {1, 2, 3}) happens("login.reported", 1, at_s);
    happens("login.scanned", 1, 4);
    for (const int at_s : {5, 6}) happens("login.reported", 1, at_s);

    EXPECT_EQ(funnel_of(rows_).reported, 1);
    EXPECT_EQ(funnel_of(rows_).scanned, 1);
}

TEST_F(FunnelOf, AnApprovalWithoutAScanIsBoth) {
    happens("login.approved", 1, 7);
    happens("login.collected", 1, 8);

    const Funnel funnel = funnel_of(rows_);

    EXPECT_EQ(funnel.scanned, 1);
    EXPECT_EQ(funnel.approved, 1);
    EXPECT_EQ(funnel.shown_to_scanned, seconds(7));
    EXPECT_FALSE(funnel.scanned_to_approved) << "nobody knows";
    EXPECT_EQ(funnel.approved_to_collected, seconds(1));
}

TEST_F(FunnelOf, WhatIsNoLoginOrBeganBeforeIsNotCounted) {
    happens("login.collected", 1, 1);
    AuditRow other;
    other.event.kind = "session.began";
    rows_.push_back(other);

    EXPECT_EQ(funnel_of(rows_), Funnel{});
}

}  // namespace
}  // namespace latchkey::store
