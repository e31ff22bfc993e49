#include "identity/cbor.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey::identity {
namespace {

using Kind = CborItem::Kind;

/// An item in words, a simple value as `#21`.
std::string shown(const CborItem& item) {
    switch (item.kind) {
        case Kind::integer:
            return std::to_string(item.integer);
        case Kind::bytes:
            return "h'" + hex(item.string) + "'";
        case Kind::text:
            return '"' + std::string(text_of(item.string)) + '"';
        case Kind::simple:
            return '#' + std::to_string(item.integer);
        case Kind::floating:
            return "float";
        case Kind::array:
        case Kind::map:
            break;
    }
    std::string all;
    for (std::size_t i = 0; i < item.items.size(); ++i) {
        const bool is_value = item.is(Kind::map) && i % 2 == 1;
        if (i > 0) all += is_value ? ": " : ", ";
        all += shown(item.items[i]);
    }
    return item.is(Kind::map) ? '{' + all + '}' : '[' + all + ']';
}

std::string read(std::string_view text) {
    const auto bytes = from_hex(text).value();
    const auto item = read_cbor(bytes);
    return item ? shown(*item) : "nothing";
}

/// RFC 8949 appendix A, as far as it is canonical and without tags.
TEST(Cbor, ReadsThePublishedExamples) {
    const std::pair<const char*, const char*> examples[] = {
        {"00", "0"},
        {"17", "23"},
        {"1818", "24"},
        {"1903e8", "1000"},
        {"1a000f4240", "1000000"},
        {"1b000000e8d4a51000", "1000000000000"},
        {"20", "-1"},
        {"3863", "-100"},
        {"3903e7", "-1000"},
        {"f4", "#20"},
        {"f5", "#21"},
        {"f6", "#22"},
        {"f7", "#23"},
        {"f8ff", "#255"},
        {"f93c00", "float"},
        {"fa47c35000", "float"},
        {"fb3ff199999999999a", "float"},
        {"40", "h''"},
        {"4401020304", "h'01020304'"},
        {"60", "\"\""},
        {"6449455446", "\"IETF\""},
        {"62c3bc", "\"\u00fc\""},
        {"80", "[]"},
        {"8301820203820405", "[1, [2, 3], [4, 5]]"},
        {"a0", "{}"},
        {"a201020304", "{1: 2, 3: 4}"},
        {"a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}"},
        {"826161a161626163", "[\"a\", {\"b\": \"c\"}]"},
    };
    for (const auto& [bytes, words] : examples) EXPECT_EQ(read(bytes), words) << bytes;
}

TEST(Cbor, ReadsIntegersThatFit64BitsWithTheirSign) {
    EXPECT_EQ(read("1b7fffffffffffffff"), std::to_string(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(read("3b7fffffffffffffff"), std::to_string(std::numeric_limits<std::int64_t>::min()));
    EXPECT_EQ(read("1b8000000000000000"), "nothing");
    EXPECT_EQ(read("1bffffffffffffffff"), "nothing");
    EXPECT_EQ(read("3b8000000000000000"), "nothing");
}

TEST(Cbor, ReadsNothingThatIsNotCanonical) {
    const std::pair<const char*, const char*> examples[] = {
        {"1817", "an integer in two bytes that fits one"},
        {"1900ff", "in three that fits two"},
        {"1a0000ffff", "in five that fits three"},
        {"1b00000000ffffffff", "in nine that fits five"},
        {"3817", "a negative one in two bytes"},
        {"580100", "the length of a byte string"},
        {"780161", "the length of a text"},
        {"980100", "the length of an array"},
        {"b8010000", "the length of a map"},
        {"f818", "a simple value in two bytes that fits one"},
        {"5f4100ff", "a byte string in pieces"},
        {"7f6161ff", "a text in pieces"},
        {"9f00ff", "an array without a length"},
        {"bf0000ff", "a map without a length"},
        {"ff", "an end of nothing"},
        {"c000", "a tag"},
        {"d9d9f700", "the tag of CBOR itself"},
        {"a200000000", "a key twice"},
        {"a2616100616101", "a text twice"},
        {"a203000100", "keys in the wrong order"},
        {"a262616100616200", "a longer text first"},
        {"a220000100", "a negative integer before another"},
        {"a2616100410000", "a text before bytes"},
        {"61ff", "a text that is not UTF-8"},
        {"1c", "a length of no form"},
        {"1f", "an integer without a length"},
    };
    for (const auto& [bytes, what] : examples) EXPECT_EQ(read(bytes), "nothing") << what;
}

TEST(Cbor, ReadsKeysInTheOrderOfCtap2) {
    EXPECT_EQ(read("a3010020002100"), "{1: 0, -1: 0, -2: 0}");
    EXPECT_EQ(read("a3617a0062616100626162f6"), "{\"z\": 0, \"aa\": 0, \"ab\": #22}");
    EXPECT_EQ(read("a40a001864002000616100"), "{10: 0, 100: 0, -1: 0, \"a\": 0}");
    EXPECT_EQ(read("a2820000008162616100"), "{[0, 0]: 0, [\"aa\"]: 0}") << "the shorter first";
    EXPECT_EQ(read("a2816261610082000000"), "nothing");
}

TEST(Cbor, ReadsNothingThatIsCutOffOrGoesOn) {
    const auto object = from_hex("a3010220816161214401020304").value();
    ASSERT_TRUE(read_cbor(object));
    for (std::size_t size = 0; size < object.size(); ++size) {
        EXPECT_FALSE(read_cbor(ByteView(object).first(size))) << size;
        EXPECT_FALSE(read_cbor_prefix(ByteView(object).first(size))) << size;
    }
}

TEST(Cbor, TellsWhereAnItemEnds) {
    const auto bytes = from_hex("a10102ff").value();
    EXPECT_FALSE(read_cbor(bytes));
    const auto prefix = read_cbor_prefix(bytes);
    ASSERT_TRUE(prefix);
    EXPECT_EQ(prefix->size, 3U);
    EXPECT_EQ(shown(prefix->item), "{1: 2}");
}

TEST(Cbor, ALengthThatIsMadeUpIsRefused) {
    for (const char* length :
         {"5bffffffffffffffff",
          "7b7fffffffffffffff",
          "9bffffffffffffffff",
          "bbffffffffffffffff",
          "9affffffff",
          "baffffffff",
          "9903e800"}) {
        EXPECT_EQ(read(length), "nothing") << length;
    }
}

TEST(Cbor, IsNestedToALimit) {
    const auto nested = [](std::string_view open, std::size_t depth) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += open;
        return text + "00";
    };
    EXPECT_NE(read(nested("81", cbor_depth_max)), "nothing");
    EXPECT_EQ(read(nested("81", cbor_depth_max + 1)), "nothing");
    EXPECT_NE(read(nested("a100", cbor_depth_max)), "nothing");
    EXPECT_EQ(read(nested("a100", cbor_depth_max + 1)), "nothing");
    EXPECT_EQ(read(nested("81", 100'000)), "nothing");
}

TEST(Cbor, HasItemsToALimit) {
    const auto array = [](std::size_t items) {
        std::string text = "99";
        std::array<std::byte, 2> length{};
        put_big_endian(std::span<std::byte, 2>(length), static_cast<std::uint16_t>(items));
        text += hex(length);
        for (std::size_t i = 0; i < items; ++i) text += "00";
        return text;
    };
    EXPECT_NE(read(array(cbor_items_max - 1)), "nothing");
    EXPECT_EQ(read(array(cbor_items_max)), "nothing");
}

TEST(Cbor, FindsTheValueOfAKey) {
    const auto bytes = from_hex("a3010220216161f5").value();
    const auto map = read_cbor(bytes);
    ASSERT_TRUE(map);
    EXPECT_EQ(shown(*map->at(1)), "2");
    EXPECT_EQ(shown(*map->at(-1)), "-2");
    EXPECT_EQ(shown(*map->at("a")), "#21");
    EXPECT_EQ(map->at(2), nullptr);
    EXPECT_EQ(map->at("b"), nullptr);
    EXPECT_EQ(map->items[1].at(1), nullptr) << "an integer has no keys";
}

}  // namespace
}  // namespace latchkey::identity
