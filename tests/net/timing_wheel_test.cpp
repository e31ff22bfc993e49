/// Deadlines against a model that just looks at all of them.
#include "net/timing_wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

namespace latchkey::net {
namespace {

struct Links {
    std::vector<WheelLink> links = std::vector<WheelLink>(100);
    WheelLink& link(std::uint32_t number) { return links[number]; }
};

struct TimingWheelTest : testing::Test {
    Links links;
    TimingWheel<Links> wheel{links};

    std::vector<std::uint32_t> due_by(Tick now) {
        std::vector<std::uint32_t> due;
        wheel.advance(now, [&](std::uint32_t number) { due.push_back(number); });
        return due;
    }
};
using Numbers = std::vector<std::uint32_t>;

TEST_F(TimingWheelTest, GivesARecordAtItsTickAndNotBefore) {
    wheel.set(7, 10);
    EXPECT_EQ(due_by(9), Numbers{});
    EXPECT_EQ(due_by(10), Numbers{7});
    EXPECT_EQ(due_by(20'000), Numbers{});
}

TEST_F(TimingWheelTest, SettingAgainMovesIt) {
    wheel.set(7, 10);
    wheel.set(7, 30);
    EXPECT_EQ(due_by(29), Numbers{});
    EXPECT_EQ(due_by(30), Numbers{7});
}

TEST_F(TimingWheelTest, ClearedItNeverComes) {
    wheel.set(7, 10);
    wheel.clear(7);
    wheel.clear(7);
    EXPECT_FALSE(wheel.next());
    EXPECT_EQ(due_by(100), Numbers{});
}

TEST_F(TimingWheelTest, WhatLiesInThePastIsDueAtOnce) {
    due_by(1000);
    wheel.set(7, 10);
    EXPECT_TRUE(wheel.next());
    EXPECT_EQ(due_by(1001), Numbers{7});
}

TEST_F(TimingWheelTest, WhatLiesTooFarAheadComesEarlierToBeLookedAt) {
    wheel.set(7, 1'000'000);
    ASSERT_TRUE(wheel.next());
    EXPECT_LT(*wheel.next(), Tick{TimingWheel<Links>::slots});
    EXPECT_EQ(due_by(TimingWheel<Links>::slots), Numbers{7});
}

TEST_F(TimingWheelTest, WhoeverIsDueMaySetAndClearOthersAndItself) {
    wheel.set(1, 10);
    wheel.set(2, 10);
    wheel.set(3, 10);
    Numbers due;
    wheel.advance(10, [&](std::uint32_t number) {
        due.push_back(number);
        wheel.set(number, 20);
        for (const std::uint32_t other : {1U, 2U, 3U}) {
            if (other != number && links.link(other).linked() && links.link(other).at == 10) {
                wheel.clear(other);
            }
        }
    });
    EXPECT_EQ(due.size(), 1U) << "the others were cleared";
    EXPECT_EQ(due_by(20), due);
}

TEST_F(TimingWheelTest, DoesAsTheModel) {
    std::map<std::uint32_t, Tick> model;
    std::mt19937 random(5);
    Tick now = 0;
    for (int step = 0; step < 100'000; ++step) {
        const auto number = static_cast<std::uint32_t>(random() % links.links.size());
        switch (random() % 4) {
            case 0:
            case 1: {
                const Tick span = random() % 10 == 0 ? 8000 : 100;
                const Tick at = now + 1 + static_cast<Tick>(random()) % span;
                wheel.set(number, at);
                model[number] = at;
                break;
            }
            case 2:
                wheel.clear(number);
                model.erase(number);
                break;
            default: {
                now += static_cast<Tick>(random()) % (random() % 20 == 0 ? 3000 : 5);
                Numbers expected;
                for (const auto& [each, at] : model) {
                    if (at <= now) expected.push_back(each);
                }
                Numbers due = due_by(now);
                std::ranges::sort(due);
                ASSERT_EQ(due, expected);
                for (const std::uint32_t each : due) model.erase(each);
            }
        }
        std::optional<Tick> soonest;
        for (const auto& [each, at] : model) soonest = std::min(soonest.value_or(at), at);
        ASSERT_EQ(wheel.next(), soonest);
    }
}

}  // namespace
}  // namespace latchkey::net
