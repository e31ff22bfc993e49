#include "main/pending.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

namespace latchkey {
namespace {

enum class Chore : std::uint8_t { first, second, third };
using Chores = Pending<Chore, 3>;

TEST(Pending, WhatIsAskedForAgainAndAgainKeepsNothingElseOut) {
    Chores chores;
    for (int i = 0; i < 100'000; ++i) chores.ask(Chore::third);
    chores.ask(Chore::first);

    EXPECT_EQ(chores.take(), Chore::first);
    EXPECT_EQ(chores.take(), Chore::third);
    chores.ask(Chore::second);
    EXPECT_EQ(chores.take(), Chore::second) << "the third was asked for often and is done once";
}

TEST(Pending, CanBeAskedForAgainOnceTaken) {
    Chores chores;
    for (int i = 0; i < 3; ++i) {
        chores.ask(Chore::second);
        EXPECT_EQ(chores.take(), Chore::second);
    }
}

TEST(Pending, WaitsForAnotherThread) {
    Chores chores;
    std::thread other([&] { chores.ask(Chore::second); });
    EXPECT_EQ(chores.take(), Chore::second);
    other.join();
}

}  // namespace
}  // namespace latchkey
