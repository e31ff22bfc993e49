#include "login/user_code.hpp"

#include "login/examples.hpp"
#include "login/values.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace latchkey::login {
namespace {

using namespace test;

constexpr std::uint64_t last = user_code_count - 1;

TEST(UserCode, IsShownAsTwoGroupsOfFourLetters) {
    EXPECT_EQ(to_text(UserCode{0}), "BBBB-BBBB");
    EXPECT_EQ(to_text(UserCode{1}), "BBBB-BBBC");
    EXPECT_EQ(to_text(UserCode{20}), "BBBB-BBCB");
    EXPECT_EQ(to_text(UserCode{last}), "ZZZZ-ZZZZ");
}

TEST(UserCode, IsReadAsItIsShown) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{19}, std::uint64_t{20}, last}) {
        EXPECT_EQ(read_user_code(to_text(UserCode{value})), UserCode{value});
    }
}

TEST(UserCode, IsReadInAnyCaseWithDashesAndSpacesAnywhere) {
    for (const char* typed :
         {"WDJBMJHT", "wdjb-mjht", " WdJb MjHt ", "W-D-J-B-M-J-H-T", "--wdjb  mjht--"}) {
        EXPECT_EQ(read_user_code(typed), read_user_code("WDJB-MJHT").value()) << typed;
    }
}

TEST(UserCode, IsNoOtherText) {
    for (const char* typed :
         {"",
          "--------",
          "WDJB-MJH",
          "WDJB-MJHTT",
          "ADJB-MJHT",
          "WDJB_MJHT",
          "WDJB.MJHT",
          "WDJB\tMJHT",
          "WDJB-MJH0",
          "WDJB-MJH\xc3\x84",
          "WDJB\xe2\x80\x93MJHT",
          "/s/WDJB-MJHT"}) {
        EXPECT_FALSE(read_user_code(typed)) << typed;
    }
    EXPECT_FALSE(read_user_code(std::string(8, '\0')));
    EXPECT_FALSE(read_user_code("WDJB" + std::string(100'000, '-') + "MJHT"));
}

TEST(UserCode, IsOneForALoginAndAnotherForAnother) {
    const SealingKeys keys(sealing_key(1));
    std::set<std::uint64_t> codes;
    for (int number = 0; number < 200; ++number) {
        const auto login = login_made_at(noon, static_cast<std::uint8_t>(number));
        codes.insert(keys.user_code(login).value);
        EXPECT_LT(keys.user_code(login).value, user_code_count);
    }
    EXPECT_EQ(codes.size(), 200U);
}

TEST(UserCode, HasATopicOfItsOwn) {
    EXPECT_EQ(topic_of(UserCode{7}), topic_of(UserCode{7}));
    std::set<std::uint64_t> first_bytes;
    for (std::uint64_t value = 0; value < 1000; ++value) {
        first_bytes.insert(topic_of(UserCode{value}) >> 56);
    }
    EXPECT_GT(first_bytes.size(), 200U) << "neighbours lie far apart";
}

}  // namespace
}  // namespace latchkey::login
