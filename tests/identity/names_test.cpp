#include "identity/identity.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::identity {
namespace {

TEST(Names, KeepWhatThePersonWroteWithoutSpaceAround) {
    EXPECT_EQ(valid_name("  Ada Lovelace\n").value(), "Ada Lovelace");
    EXPECT_EQ(valid_name("李雷").value(), "李雷");
    EXPECT_EQ(valid_name("ada@example.org").value(), "ada@example.org");
}

TEST(Names, HaveOneTo64CharactersHoweverManyBytes) {
    EXPECT_EQ(valid_name("").error(), Errc::invalid_name);
    EXPECT_EQ(valid_name(" \t ").error(), Errc::invalid_name);
    EXPECT_TRUE(valid_name(std::string(64, 'a')));
    EXPECT_FALSE(valid_name(std::string(65, 'a')));

    std::string clefs;
    for (int i = 0; i < 64; ++i) clefs += "\U0001D11E";
    EXPECT_TRUE(valid_name(clefs));
    EXPECT_FALSE(valid_name(clefs + "a"));
}

TEST(Names, CanBeSeen) {
    for (const std::string_view hidden :
         {std::string_view("a\nb"),
          std::string_view("a\0b", 3),
          std::string_view("a\x7f"),
          std::string_view("a\u0085b"),
          std::string_view("a\u200bb"),
          std::string_view("\u202Eabc"),
          std::string_view("\ufeff"),
          std::string_view("a\xff"),
          std::string_view("\xed\xa0\x80")}) {
        EXPECT_EQ(valid_name(hidden).error(), Errc::invalid_name) << hidden;
    }
}

TEST(Names, AreComparedWithoutRegardToTheCaseOfAsciiLetters) {
    EXPECT_EQ(folded_name("ADA Lovelace 9"), "ada lovelace 9");
    EXPECT_EQ(folded_name("ÉMILE"), "Émile");
    EXPECT_EQ(folded_name("李雷"), "李雷");
}

TEST(Passwords, Have8To1024Bytes) {
    EXPECT_EQ(valid_password(Secret("1234567")).error(), Errc::weak_password);
    EXPECT_TRUE(valid_password(Secret("12345678")));
    EXPECT_TRUE(valid_password(Secret(std::string(1024, 'p'))));
    EXPECT_EQ(valid_password(Secret(std::string(1025, 'p'))).error(), Errc::weak_password);
}

TEST(Errors, SayWhatAPersonCanDo) {
    for (int value = static_cast<int>(Errc::not_signed_in);
         value <= static_cast<int>(Errc::unavailable);
         ++value) {
        EXPECT_NE(meaning(static_cast<Errc>(value)), "unknown") << value;
    }
    EXPECT_EQ(make_error_code(Errc::busy).category().name(), std::string("identity"));
}

}  // namespace
}  // namespace latchkey::identity
