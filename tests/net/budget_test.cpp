/// How much one address may ask for, at given times.
#include "net/budget.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace latchkey::net {
namespace {

using namespace std::chrono_literals;

void fixed_random(std::span<std::byte> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i);
}

constexpr SteadyTime start{1h};
const IpAddress alice = parse_ip("203.0.113.7").value();
const IpAddress bob = parse_ip("203.0.113.8").value();

IpAddress stranger(unsigned number) {
    IpAddress address = alice;
    for (std::size_t i = 0; i < 4; ++i) address.bytes[i] = static_cast<std::byte>(number >> 8 * i);
    return address;
}

TEST(Budget, GivesABurstAtOnceAndThenTheRate) {
    Budget budget(10, 3, fixed_random);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(budget.take(alice, start), 0ms);
    EXPECT_GT(budget.take(alice, start), 0ms);
    EXPECT_GT(budget.take(alice, start + 99ms), 0ms);
    EXPECT_EQ(budget.take(alice, start + 100ms), 0ms);
    EXPECT_GT(budget.take(alice, start + 100ms), 0ms);
}

TEST(Budget, SaysHowLongToWaitAndKeepsItsWord) {
    Budget budget(2, 1, fixed_random);
    EXPECT_EQ(budget.take(alice, start), 0ms);
    const milliseconds wait = budget.take(alice, start);
    EXPECT_GE(wait, 500ms);
    EXPECT_LE(wait, 501ms);
    EXPECT_EQ(budget.take(alice, start + wait), 0ms);
}

TEST(Budget, ARefusalCostsNothing) {
    Budget budget(10, 1, fixed_random);
    EXPECT_EQ(budget.take(alice, start), 0ms);
    for (int i = 0; i < 1000; ++i) budget.take(alice, start + 50ms);
    EXPECT_EQ(budget.take(alice, start + 100ms), 0ms);
}

TEST(Budget, NobodySavesMoreThanABurst) {
    Budget budget(10, 3, fixed_random);
    EXPECT_EQ(budget.take(alice, start), 0ms);
    const SteadyTime later = start + 24h;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(budget.take(alice, later), 0ms);
    EXPECT_GT(budget.take(alice, later), 0ms);
}

TEST(Budget, LookingTakesNothing) {
    Budget budget(1, 1, fixed_random);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(budget.wait(alice, start), 0ms);
    EXPECT_EQ(budget.take(alice, start), 0ms);
    EXPECT_GT(budget.wait(alice, start), 0ms);
    EXPECT_EQ(budget.wait(alice, start + 1s), 0ms);
}

TEST(Budget, EachHasTheirOwn) {
    Budget budget(1, 1, fixed_random);
    EXPECT_EQ(budget.take(alice, start), 0ms);
    EXPECT_EQ(budget.take(bob, start), 0ms);
    EXPECT_EQ(budget.take(std::uint64_t{42}, start), 0ms);
    EXPECT_EQ(budget.take(std::uint64_t{0}, start), 0ms);
    EXPECT_GT(budget.take(std::uint64_t{42}, start), 0ms);
    EXPECT_GT(budget.take(std::uint64_t{0}, start), 0ms);
    EXPECT_GT(budget.take(alice, start), 0ms);
}

TEST(Budget, LiftedItNeverRefuses) {
    Budget budget(1, 1, fixed_random);
    budget.lift();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(budget.take(alice, start), 0ms);
    EXPECT_EQ(budget.wait(alice, start), 0ms);
}

TEST(Budget, AFloodOfStrangersDoesNotMakeItForgetWhoOwesMost) {
    Budget budget(1, 100, fixed_random);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(budget.take(alice, start), 0ms);
    for (unsigned i = 0; i < 200'000; ++i) budget.take(stranger(i), start);
    EXPECT_GT(budget.take(alice, start), 0ms);
}

TEST(Budget, HasAPlaceForEverybodyWhateverTheFlood) {
    Budget budget(1, 2, fixed_random);
    for (unsigned i = 0; i < 200'000; ++i) {
        ASSERT_EQ(budget.take(stranger(i), start), 0ms)
            << "the table is of a fixed size, so it forgets";
    }
}

TEST(Budget, ThreadsShareIt) {
    Budget budget(1, 1000, fixed_random);
    std::atomic<int> given{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 500; ++k) given += budget.take(alice, start) == 0ms;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(given, 1000);
}

}  // namespace
}  // namespace latchkey::net
