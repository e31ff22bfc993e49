#include "property/play.hpp"
#include "property/steps.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <rapidcheck.h>
#include <vector>

namespace latchkey::test {
namespace {

void play_all(const std::vector<std::size_t>& browsers, const std::vector<Step>& steps) {
    Play play(browsers);
    for (const Step& step : steps) play.take(step);
    play.finish();
}

void keeps_its_promises(const std::vector<std::size_t>& browsers) {
    play_all(browsers, *any_steps(browsers.size()));
}

TEST(Interleavings, OneLoginKeepsItsPromises) {
    EXPECT_TRUE(rc::check([] { keeps_its_promises({0}); }));
}

TEST(Interleavings, TwoLoginsDoNotTouchEachOther) {
    EXPECT_TRUE(rc::check([] { keeps_its_promises({0, 1}); }));
}

TEST(Interleavings, TwoLoginsOfOneBrowserShareItsSession) {
    EXPECT_TRUE(rc::check([] { keeps_its_promises({0, 0}); }));
}

Step go(Act act, std::size_t login, int time_ms = 0) {
    return {act, login, 0, time_ms};
}

/// The session was looked up a moment before another login replaced it.
TEST(Interleavings, AReplacedSessionIsNotHandedOutAgain) {
    const std::vector<Step> steps{
        go(Act::watch_socket, 0),
        go(Act::watch_socket, 1),
        go(Act::scan, 0),
        go(Act::scan, 1),
        go(Act::approve, 0),
        go(Act::approve, 1),
        go(Act::collect_under_a, 0),
        go(Act::collect_under_a, 0),
        go(Act::collect_under_b, 1),
        go(Act::collect_under_a, 0),
    };
    EXPECT_NO_THROW(play_all({0, 0}, steps));
}

/// Random histories seldom wait for so long between a scan and what follows it.
TEST(Interleavings, NothingIsDecidedOrCollectedAfterItsEnd) {
    constexpr int login_life_ms = 600'000;
    for (const Act late : {Act::approve, Act::approve_wrong, Act::deny, Act::cancel}) {
        const std::vector<Step> steps{
            go(Act::watch_socket, 0), go(Act::scan, 0), go(Act::pass, 0, login_life_ms), go(late, 0)
        };
        EXPECT_NO_THROW(play_all({0}, steps));
    }
    for (const Act late : {Act::report, Act::end, Act::collect, Act::collect_under_a}) {
        const std::vector<Step> steps{
            go(Act::watch_socket, 0),
            go(Act::scan, 0),
            go(Act::approve, 0),
            go(Act::pass, 0, login_life_ms),
            go(late, 0)
        };
        EXPECT_NO_THROW(play_all({0}, steps));
    }
}

/// Each at each moment: what was asked for is asked for once more, and is had once.
TEST(Interleavings, WhatIsUnderWayInACrashIsDoneOrIsNotAndWhatIsAnsweredIsDone) {
    for (int moment = 0; moment < looks_max; ++moment) {
        const int kindly = 2 * moment;
        const std::vector<Step> steps{
            go(Act::watch_socket, 0),
            go(Act::crash_amid, 0, kindly),
            go(Act::watch_socket, 0),
            go(Act::scan, 0),
            go(Act::crash_amid, 0, kindly),
            go(Act::approve, 0),
            go(Act::crash_amid, 0, kindly),
            go(Act::collect_under_a, 0),
            go(Act::collect_under_b, 0),
            go(Act::watch_socket, 1),
            go(Act::scan, 1),
            go(Act::crash_amid, 1, kindly + 1),
            go(Act::approve, 1),
            go(Act::collect, 1)
        };
        EXPECT_NO_THROW(play_all({0, 0}, steps)) << moment;
    }
}

}  // namespace
}  // namespace latchkey::test
