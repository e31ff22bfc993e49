#include "login/messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace latchkey::login {
namespace {

bool reads(std::string_view json) {
    std::array members{Member{"token"}, Member{"type"}};
    return read_members(json, members);
}

std::string token_of(std::string_view json) {
    std::array members{Member{"token"}, Member{"type"}};
    EXPECT_TRUE(read_members(json, members)) << json;
    EXPECT_TRUE(members[0].present) << json;
    return std::string(members[0].value.view());
}

TEST(ClientJson, GivesTheMembersThatAreWanted) {
    EXPECT_EQ(token_of(R"({"token":"abc"})"), "abc");
    EXPECT_EQ(token_of(" {\r\n\t\"token\" : \"abc\" } \n"), "abc");
    EXPECT_EQ(token_of(R"({"tok\u0065n":"a\u0062c"})"), "abc");
    EXPECT_EQ(token_of(R"({"token":""})"), "");
    EXPECT_EQ(token_of(R"({"token":"\u738b\ud83d\ude00"})"), "王😀");
}

TEST(ClientJson, IgnoresMembersThatNobodyWants) {
    EXPECT_EQ(
        token_of(R"({"a":1,"b":[null,{"token":7}],"c":{"token":"no"},"token":"abc"})"), "abc"
    );
    EXPECT_EQ(token_of(R"({"a":1,"a":2,"token":"abc","tokens":true,"":0})"), "abc");
}

TEST(ClientJson, MayLackAMember) {
    std::array members{Member{"token"}};
    EXPECT_TRUE(read_members("{}", members));
    EXPECT_FALSE(members[0].present);
}

TEST(ClientJson, RefusesAMemberThatComesTwice) {
    EXPECT_FALSE(reads(R"({"token":"a","token":"a"})"));
    EXPECT_FALSE(reads(R"({"token":"a","tok\u0065n":"b"})"));
}

TEST(ClientJson, RefusesAMemberOfAnotherType) {
    for (const char* value : {"1", "-1", "1.5", "true", "null", "{}", "[]", R"(["a"])"}) {
        EXPECT_FALSE(reads(R"({"token":)" + std::string(value) + "}")) << value;
    }
}

TEST(ClientJson, RefusesWhatIsNoObject) {
    for (const char* json : {"", " ", "1", "null", R"("token")", R"(["token"])", "token", "[]"}) {
        EXPECT_FALSE(reads(json)) << json;
    }
}

TEST(ClientJson, RefusesWhatIsNotWholeOrGoesOn) {
    const std::string whole = R"({"token":"abc"})";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(reads(whole.substr(0, size))) << whole.substr(0, size);
    }
    EXPECT_FALSE(reads(whole + whole));
    EXPECT_FALSE(reads(whole + ","));
    EXPECT_FALSE(reads(R"({"token":"abc",})"));
    EXPECT_FALSE(reads(R"({'token':'abc'})"));
    EXPECT_FALSE(reads(R"(/* no */{"token":"abc"})"));
}

TEST(ClientJson, RefusesLoneSurrogatesAndControlCharacters) {
    EXPECT_FALSE(reads(R"({"token":"\ud800"})"));
    EXPECT_FALSE(reads(R"({"token":"\udc00"})"));
    EXPECT_FALSE(reads(R"({"token":"\ud800\ud800"})"));
    EXPECT_FALSE(reads(R"({"x":"\ud800"})"));
    EXPECT_FALSE(reads("{\"token\":\"a\nb\"}"));
    EXPECT_FALSE(reads("{\"token\":\"\xff\"}"));
    EXPECT_FALSE(reads("{\"token\":\"\xed\xa0\x80\"}"));
}

TEST(ClientJson, IsNotDeep) {
    const auto nested = [](std::size_t depth) {
        return R"({"x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
    };
    EXPECT_TRUE(reads(nested(json_depth_max)));
    EXPECT_FALSE(reads(nested(json_depth_max + 1)));
    EXPECT_FALSE(reads(std::string(1'000'000, '[')));
}

TEST(ClientJson, CutsNoValueShort) {
    EXPECT_EQ(token_of(R"({"token":")" + std::string(63, 'a') + R"("})"), std::string(63, 'a'));
    EXPECT_EQ(token_of(R"({"token":")" + std::string(64, 'a') + R"("})"), "");
    EXPECT_EQ(token_of(R"({"token":")" + std::string(5'000, 'a') + R"("})"), "");
}

TEST(Frames, AreThoseOfTheProtocol) {
    EXPECT_EQ(
        frames::hello(30'000, 600'000),
        R"({"type":"hello","seq":0,"v":1,"heartbeat_ms":30000,"resume_ms":600000})"
    );
    EXPECT_EQ(frames::plain("waiting", 1), R"({"type":"waiting","seq":1})");
    EXPECT_EQ(frames::scanned(2, "Ada", ""), R"({"type":"scanned","seq":2,"name":"Ada"})");
    EXPECT_EQ(frames::scanned(2, "\"\\<王", ""), R"({"type":"scanned","seq":2,"name":"\"\\<王"})");
    EXPECT_EQ(frames::denied(3, "declined"), R"({"type":"denied","seq":3,"reason":"declined"})");
    EXPECT_EQ(frames::reconnect(4, 250), R"({"type":"reconnect","seq":4,"after_ms":250})");
}

}  // namespace
}  // namespace latchkey::login
