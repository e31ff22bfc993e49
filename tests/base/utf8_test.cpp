#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey {
namespace {

/// UTF-8 of any value by the table of RFC 3629 §3, also where it is forbidden.
std::string encoded(std::uint32_t value, int bytes) {
    if (bytes == 1) return {static_cast<char>(value)};
    std::string text;
    const int lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    text += static_cast<char>(static_cast<std::uint32_t>(lead[bytes]) | value >> 6 * (bytes - 1));
    for (int i = bytes - 2; i >= 0; --i) text += static_cast<char>(0x80 | (value >> 6 * i & 0x3f));
    return text;
}

TEST(Utf8, EveryCodePointAndNothingElse) {
    for (std::uint32_t value = 0; value <= 0x1fffff; ++value) {
        const bool surrogate = value >= 0xd800 && value <= 0xdfff;
        const int shortest = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
        for (int bytes = shortest; bytes <= 4; ++bytes) {
            const bool valid = bytes == shortest && !surrogate && value <= 0x10ffff;
            ASSERT_EQ(is_utf8(encoded(value, bytes)), valid) << value << " in " << bytes;
        }
    }
}

TEST(Utf8, AnUnfinishedCharacterIsNotWhole) {
    for (const char* text : {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "abc\xe2"}) {
        Utf8Checker checker;
        EXPECT_TRUE(checker.feed(text)) << "it could still be mended";
        EXPECT_FALSE(checker.complete());
        EXPECT_FALSE(is_utf8(text));
    }
}

TEST(Utf8, PiecesAreJudgedAsTheWhole) {
    const std::string text = "\xce\xba\xe1\xbd\xb9\xcf\x83\xf0\x9f\x98\x80 z";
    for (std::size_t at = 0; at <= text.size(); ++at) {
        Utf8Checker checker;
        EXPECT_TRUE(checker.feed(text.substr(0, at)));
        EXPECT_TRUE(checker.feed(text.substr(at)));
        EXPECT_TRUE(checker.complete());
    }
}

TEST(Utf8, FailsAtTheFirstByteThatNothingCouldMend) {
    struct Case {
        const char* good;  ///< could still be mended
        const char* bad;   ///< and could not after this byte
    };
    for (const Case& c : std::initializer_list<Case>{
             {"", "\x80"},
             {"", "\xc0"},
             {"", "\xc1"},
             {"", "\xf5"},
             {"", "\xff"},
             {"\xc3", "A"},
             {"\xe0", "\x9f"},
             {"\xed", "\xa0"},
             {"\xf0", "\x8f"},
             {"\xf4", "\x90"},
             {"\xe2\x82", "\xc2"},
             {"\xf0\x9f\x98", "\x7f"},
         }) {
        Utf8Checker checker;
        EXPECT_TRUE(checker.feed(c.good));
        EXPECT_FALSE(checker.feed(c.bad));
        EXPECT_FALSE(checker.feed("fine")) << "wrong stays wrong";
        EXPECT_FALSE(checker.complete());
    }
}

TEST(Utf8, TextOfPeopleHasNoControlCharacters) {
    EXPECT_TRUE(is_printable("Ada \xe6\x9d\x8e"));
    EXPECT_TRUE(is_printable("\xc2\xa0"));
    for (const char* text :
         {"a\nb", "\x1b[2J", "\x7f", "\xc2\x80", "\xc2\x9f", "\xed\xa0\x80", "\xff"}) {
        EXPECT_FALSE(is_printable(text)) << text;
    }
}

TEST(Utf8, CountsCharactersNotBytes) {
    EXPECT_EQ(code_points(""), 0U);
    EXPECT_EQ(code_points("Ada"), 3U);
    EXPECT_EQ(code_points("\xe6\x9d\x8e\xf0\x9f\x98\x80"), 2U);
}

}  // namespace
}  // namespace latchkey
