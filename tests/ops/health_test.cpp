#include "ops/health.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::ops {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Health, IsReadyOnlyWhileItServes) {
    Health health;
    EXPECT_THAT(health.reasons(), ElementsAre("starting"));
    health.serving();
    EXPECT_THAT(health.reasons(), IsEmpty());
    health.draining();
    EXPECT_THAT(health.reasons(), ElementsAre("draining"));
}

TEST(Health, ADrainIsForGood) {
    Health health;
    health.draining();
    health.serving();
    EXPECT_THAT(health.reasons(), ElementsAre("draining"));
}

TEST(Health, EveryCheckThatFailsIsNamed) {
    Health health;
    std::string trouble = "the disk is full";
    health.require("database", [&] { return trouble; });
    health.require("bus", [] { return std::string(); });
    health.serving();

    EXPECT_THAT(health.reasons(), ElementsAre("database: the disk is full"));
    trouble.clear();
    EXPECT_THAT(health.reasons(), IsEmpty());
}

}  // namespace
}  // namespace latchkey::ops
