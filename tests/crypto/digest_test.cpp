#include "crypto/digest.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::crypto {
namespace {

std::string sha256_of(std::string_view text) {
    return hex(sha256(bytes_of(text)).view());
}
std::string sha1_of(std::string_view text) {
    return hex(sha1(bytes_of(text)).view());
}

/// HMAC fills a short key up with zeros (RFC 2104 §2), so the shorter keys of RFC 4231 fit ours.
MacKey key_of(std::string_view text) {
    MacKey key;
    std::copy(bytes_of(text).begin(), bytes_of(text).end(), key.data.begin());
    return key;
}

/// FIPS 180-4's examples.
TEST(Digest, Sha256AsPublished) {
    EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(
        sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    );
    EXPECT_EQ(
        sha256_of(std::string(1'000'000, 'a')),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    );
}

/// FIPS 180-4, and the handshake of RFC 6455 §1.3.
TEST(Digest, Sha1AsPublished) {
    EXPECT_EQ(sha1_of("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(
        base64(sha1(bytes_of("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")).view()
        ),
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    );
}

/// RFC 4231 §4.2 and §4.3.
TEST(Digest, HmacSha256AsPublished) {
    EXPECT_EQ(
        hex(Hmac(key_of(std::string(20, '\x0b')))({bytes_of("Hi There")}).view()),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    EXPECT_EQ(
        hex(Hmac(key_of("Jefe"))({bytes_of("what do ya want "), bytes_of("for nothing?")}).view()),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

/// RFC 4231 §4.3 and §4.5, whose keys have 4 and 25 bytes, and a key as long as a block.
TEST(Digest, HmacUnderAKeyUsedOnceIsTheSame) {
    EXPECT_EQ(
        hex(hmac(bytes_of("Jefe"), {bytes_of("what do ya want "), bytes_of("for nothing?")}).view()
        ),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    const auto key = from_hex("0102030405060708090a0b0c0d0e0f10111213141516171819").value();
    EXPECT_EQ(
        hex(hmac(key, {bytes_of(std::string(50, '\xcd'))}).view()),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    );
    const auto longer = key_of("one");
    EXPECT_EQ(hmac(longer.view(), {bytes_of("text")}), Hmac(longer)({bytes_of("text")}));
    EXPECT_NO_THROW(hmac(bytes_of(std::string(64, 'k')), {}));
    EXPECT_THROW(hmac(bytes_of(std::string(65, 'k')), {}), std::invalid_argument);
}

TEST(Hmac, OneUseLeavesNothingForTheNext) {
    const Hmac one(key_of("one"));
    const Mac first = one({bytes_of("text")});
    one({bytes_of("another")});

    EXPECT_EQ(one({bytes_of("text")}), first);
    EXPECT_EQ(one({bytes_of("te"), bytes_of("xt")}), first);
    EXPECT_NE(Hmac(key_of("two"))({bytes_of("text")}), first);
}

TEST(Hmac, ServesManyThreadsAtOnce) {
    const Hmac hmac(key_of("one"));
    const Mac expected = hmac({bytes_of("text")});
    std::atomic<int> wrong{0};
    constexpr std::size_t threads_count = 4;
    std::vector<std::thread> threads;
    threads.reserve(threads_count);
    for (std::size_t i = 0; i < threads_count; ++i) {
        threads.emplace_back([&] {
            for (int j = 0; j < 1000; ++j) wrong += hmac({bytes_of("text")}) == expected ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

/// The reference implementation's vector for 15 bytes, 00 01 02 …, under the key 00 … 0f.
TEST(Digest, ShortHashIsSipHash24) {
    ShortHashKey key{};
    for (std::size_t i = 0; i < key.data.size(); ++i) key.data[i] = static_cast<std::byte>(i);
    const auto message = key.view().first(15);

    EXPECT_EQ(short_hash(key, message), 0xa129ca6149be45e5U);
}

TEST(Digest, ConstantTimeComparisonComparesAll) {
    EXPECT_TRUE(equal_in_constant_time(bytes_of("same"), bytes_of("same")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("same"), bytes_of("sane")));
    EXPECT_FALSE(equal_in_constant_time(bytes_of("same"), bytes_of("same but longer")));
    EXPECT_TRUE(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace latchkey::crypto
