#include "login/tally.hpp"

#include "contract/examples.hpp"

#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

TEST(TallyOf, AnHourIsWhatHappenedWithinIt) {
    Tally tally;
    EXPECT_EQ(tally.lately(noon), 0);
    tally.count(noon);
    tally.count(noon + seconds(59));
    tally.count(noon + seconds(60));

    EXPECT_EQ(tally.lately(noon + seconds(60)), 3);
    EXPECT_EQ(tally.lately(noon + std::chrono::minutes(60)), 1);
    EXPECT_EQ(tally.lately(noon + std::chrono::minutes(61)), 0);
}

TEST(TallyOf, AnHourForgetsTheOneBefore) {
    Tally tally;
    for (int i = 0; i < 5; ++i) tally.count(noon);
    const Time later = noon + std::chrono::minutes(Tally::minutes);
    tally.count(later);

    EXPECT_EQ(tally.lately(later), 1);
    EXPECT_EQ(tally.lately(noon - seconds(1)), 0) << "a clock was set back";
}

}  // namespace
}  // namespace latchkey::login
