/// What a screen shows of a name. web/test/pure.test.ts has the same examples.

#include "identity/shown_as.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace latchkey::identity {
namespace {

TEST(ShownAs, InitialsAreOfTheFirstAndTheLastWord) {
    const std::pair<const char*, const char*> examples[] = {
        {"Ada Lovelace", "AL"},
        {"ada", "A"},
        {"李雷", "李"},
        {"", "?"},
        {"  Jean  Luc Picard ", "JP"},
        {"王\u3000小明", "王小"},
        {"élodie du Pré", "éP"},
        {"😀 b", "😀B"},
        {"a\u00a0b", "AB"},
    };
    for (const auto& [name, letters] : examples) EXPECT_EQ(initials(name), letters) << name;
}

TEST(ShownAs, ShowsNoMoreThanTheAccountAllows) {
    EXPECT_EQ(shown_name("Ada Lovelace", ShownAs::name), "Ada Lovelace");
    EXPECT_EQ(shown_name("Ada Lovelace", ShownAs::initials), "AL");
    EXPECT_EQ(shown_name("Ada Lovelace", ShownAs::nothing), "");
}

TEST(ShownAs, IsReadAsItIsWritten) {
    for (const ShownAs one : {ShownAs::name, ShownAs::initials, ShownAs::nothing}) {
        EXPECT_EQ(parse_shown_as(to_string(one)), one);
    }
    for (const char* other : {"", "Name", "name ", "unknown"}) {
        EXPECT_FALSE(parse_shown_as(other)) << other;
    }
}

}  // namespace
}  // namespace latchkey::identity
