#include "property/play.hpp"
#include "property/steps.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <rapidcheck.h>
#include <vector>

namespace latchkey::test {
namespace {

void keeps_its_promises(const std::vector<std::size_t>& browsers) {
    const auto steps = *any_steps(browsers.size());
    Play play(browsers);
    for (const Step& step : steps) play.take(step);
    play.finish();
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

}  // namespace
}  // namespace latchkey::test
