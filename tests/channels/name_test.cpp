/// Names of connections.
#include "channels/name.hpp"

#include <gtest/gtest.h>

namespace latchkey::channels {
namespace {

const Name example{0x0a0b0c0d, {3, 70'000, 0x80000001}, 0x0123456789abcdef};

TEST(Name, IsATextAndComesBack) {
    const std::string text = example.text();
    EXPECT_TRUE(text.starts_with("latchkey.0a0b0c0d!")) << text;
    EXPECT_EQ(Name::parse(text), example);
    EXPECT_EQ(Name::parse(Name{}.text()), Name{});
}

TEST(Name, DifferentConnectionsHaveDifferentNames) {
    Name other = example;
    ++other.nonce;
    EXPECT_NE(other.text(), example.text());
    other = example;
    ++other.place.generation;
    EXPECT_NE(other.text(), example.text());
}

TEST(Name, NothingElseIsAName) {
    const std::string good = example.text();
    for (const std::string& text :
         {std::string(),
          std::string("latchkey."),
          good + "A",
          good.substr(0, good.size() - 1),
          good.substr(1),
          "Latchkey" + good.substr(8),
          std::string("specific.0a0b0c0d!AAAAAAAAAAAAAAAAAAAAAAA"),
          std::string("latchkey.0a0b0c!AAAAAAAAAAAAAAAAAAAAAAA"),
          std::string("latchkey.0a0b0c0d!!AAAAAAAAAAAAAAAAAAAAAA"),
          good + "="}) {
        EXPECT_EQ(Name::parse(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace latchkey::channels
