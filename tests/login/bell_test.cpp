#include "login/bell.hpp"

#include "login/examples.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;

const LoginId id = login_made_at(noon);

TEST(Ring, GoesOverALayerAndBack) {
    for (const Ring& ring :
         {Ring{id, State::scanned, "", "Ada 王"},
          Ring{id, State::scanned, "07", "Ada 王"},
          Ring{id, State::approved},
          Ring{id, State::denied, "declined"},
          Ring{id, State::denied, "wrong-number"},
          Ring{id, State::reported},
          Ring{id, State::cancelled},
          Ring{id, State::collected}}) {
        EXPECT_EQ(parse_event(to_event(ring)), ring) << to_event(ring);
    }
}

TEST(Ring, SaysWhatAPageMayShow) {
    Login login;
    login.id = id;
    login.confirm = Confirm::number;
    login.number = 7;
    EXPECT_EQ(ring_of(login, "Ada"), (Ring{id, State::scanned, "07", "Ada"}));
    login.confirm = Confirm::tap;
    EXPECT_EQ(ring_of(login, "Ada"), (Ring{id, State::scanned, "", "Ada"}));
    login.state = State::denied;
    login.denial = Denial::wrong_number;
    EXPECT_EQ(ring_of(login, ""), (Ring{id, State::denied, "wrong-number", ""}));
}

TEST(Ring, IsReadWithCare) {
    const std::string good = to_event({id, State::scanned, "07", "Ada"});
    ASSERT_TRUE(parse_event(good));
    EXPECT_FALSE(parse_event(""));
    for (std::size_t size = 0; size < good.size() - 3; ++size) {
        EXPECT_FALSE(parse_event(good.substr(0, size))) << size;
    }
    EXPECT_FALSE(parse_event(good.substr(1)));
    EXPECT_FALSE(parse_event(good + "\n"));
    EXPECT_FALSE(parse_event(good + "\xff"));
    EXPECT_FALSE(parse_event(good + std::string(1'000, 'a')));
    const std::string of_it = good.substr(0, 17);
    EXPECT_FALSE(parse_event(of_it + "signed-in - Ada"));
    EXPECT_FALSE(parse_event(of_it + "scanned 7 Ada"));
    EXPECT_FALSE(parse_event(of_it + "approved 07 Ada"));
    EXPECT_FALSE(parse_event(of_it + "denied - Ada"));
    EXPECT_FALSE(parse_event(of_it + "denied reported Ada"));
}

TEST(Ring, GathersUnderTheRandomPartOfTheLogin) {
    EXPECT_EQ(topic_of(login_made_at(noon, 7)), 0x0707'0707'0707'0707U);
    EXPECT_EQ(topic_of(login_made_at(noon + seconds(9), 7)), topic_of(login_made_at(noon, 7)));
}

}  // namespace
}  // namespace latchkey::login
