#include "base/encoding.hpp"

#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <random>

namespace latchkey {
namespace {

std::optional<std::string> plain(const std::optional<std::vector<std::byte>>& bytes) {
    if (!bytes) return std::nullopt;
    return std::string(text_of(*bytes));
}

// RFC 4648 §10, without padding where our form has none.
TEST(Encoding, KeepsTheVectorsOfTheRfc) {
    struct Vector {
        const char* text;
        const char* base64;
        const char* base64url;
        const char* base32;
        const char* hex;
    };
    for (const Vector& v : std::initializer_list<Vector>{
             {"", "", "", "", ""},
             {"f", "Zg==", "Zg", "MY", "66"},
             {"fo", "Zm8=", "Zm8", "MZXQ", "666f"},
             {"foo", "Zm9v", "Zm9v", "MZXW6", "666f6f"},
             {"foob", "Zm9vYg==", "Zm9vYg", "MZXW6YQ", "666f6f62"},
             {"fooba", "Zm9vYmE=", "Zm9vYmE", "MZXW6YTB", "666f6f6261"},
             {"foobar", "Zm9vYmFy", "Zm9vYmFy", "MZXW6YTBOI", "666f6f626172"},
         }) {
        EXPECT_EQ(base64(bytes_of(v.text)), v.base64);
        EXPECT_EQ(base64url(bytes_of(v.text)), v.base64url);
        EXPECT_EQ(base32(bytes_of(v.text)), v.base32);
        EXPECT_EQ(hex(bytes_of(v.text)), v.hex);
        EXPECT_EQ(plain(from_base64url(v.base64url)), v.text);
        EXPECT_EQ(plain(from_base32(v.base32)), v.text);
        EXPECT_EQ(plain(from_hex(v.hex)), v.text);
    }
}

TEST(Encoding, AnyBytesComeBack) {
    std::mt19937 random(7);
    for (std::size_t size = 0; size < 200; ++size) {
        std::string text(size, '\0');
        for (char& c : text) c = static_cast<char>(random());
        EXPECT_EQ(plain(from_base64url(base64url(bytes_of(text)))), text);
        EXPECT_EQ(plain(from_base32(base32(bytes_of(text)))), text);
        EXPECT_EQ(plain(from_hex(hex(bytes_of(text)))), text);
    }
}

TEST(Encoding, Base64UrlUsesDashAndUnderscore) {
    EXPECT_EQ(base64url(bytes_of("\xfb\xff\xbf")), "-_-_");
    EXPECT_FALSE(from_base64url("+/+/"));
}

TEST(Encoding, PeopleMayChangeTheCaseOfBase32AndHex) {
    EXPECT_EQ(plain(from_base32("mzxw6ytboi")), "foobar");
    EXPECT_EQ(plain(from_hex("666F6F")), "foo");
}

TEST(Encoding, OneTextForOneValue) {
    EXPECT_FALSE(from_base64url("Zg==")) << "padding";
    EXPECT_FALSE(from_base64url("Zh")) << "bits left over";
    EXPECT_FALSE(from_base64url("Z")) << "no value has that length";
    EXPECT_FALSE(from_base64url("Zm9vY"));
    EXPECT_FALSE(from_base64url("Zm9v\n"));
    EXPECT_FALSE(from_base32("MZ")) << "bits left over";
    for (const char* text : {"M", "MZX", "MZXW6Y"}) EXPECT_FALSE(from_base32(text)) << text;
    for (const char* text : {"M0", "M1", "M8", "MY======"}) EXPECT_FALSE(from_base32(text)) << text;
    EXPECT_FALSE(from_hex("6"));
    EXPECT_FALSE(from_hex("6g"));
}

TEST(Encoding, ValuesOfAFixedSizeTakeThatSizeOnly) {
    struct Tag;
    using Four = Bytes<Tag, 4>;
    EXPECT_TRUE(bytes_from<Four>("00010203", from_hex));
    EXPECT_FALSE(bytes_from<Four>("000102", from_hex));
    EXPECT_FALSE(bytes_from<Four>("0001020304", from_hex));
}

TEST(Encoding, FormsArePercentEncoded) {
    EXPECT_EQ(percent_decoded("a+b%20c%2B%C3%A9"), "a b c+\xc3\xa9");
    EXPECT_EQ(percent_decoded(""), "");
    EXPECT_EQ(percent_decoded("%00"), std::string(1, '\0'));
    for (const char* text : {"%", "%4", "%zz", "a%", "a%4", "%+1", "% 1"}) {
        EXPECT_FALSE(percent_decoded(text)) << text;
    }
}

TEST(Bytes, IntegersAreBigEndian) {
    std::array<std::byte, 8> bytes{};
    put_big_endian(std::span(bytes), std::uint64_t{0x0102030405060708});
    EXPECT_EQ(hex(bytes), "0102030405060708");
    EXPECT_EQ(
        get_big_endian<std::uint64_t>(std::span<const std::byte, 8>(bytes)), 0x0102030405060708
    );
    EXPECT_EQ(
        get_big_endian<std::uint16_t>(std::span<const std::byte, 2>(bytes.data(), 2)), 0x0102
    );
}

}  // namespace
}  // namespace latchkey
