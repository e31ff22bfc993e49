#include "crypto/aead.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::crypto {
namespace {

const auto key = bytes_from<AeadKey>(
                     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", from_hex
)
                     .value();
const auto nonce =
    bytes_from<AeadNonce>("404142434445464748494a4b4c4d4e4f5051525354555657", from_hex).value();
const auto beside = from_hex("50515253c0c1c2c3c4c5c6c7").value();
constexpr std::string_view plain =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";

std::string opened(const AeadKey& with, const AeadNonce& once, ByteView box, ByteView and_beside) {
    const auto bytes = aead_open(with, once, box, and_beside);
    return bytes ? std::string(text_of(*bytes)) : "nothing";
}

/// draft-irtf-cfrg-xchacha-03 A.3.1.
TEST(Aead, SealsAsPublished) {
    EXPECT_EQ(
        hex(aead_seal(key, nonce, bytes_of(plain), beside)),
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4e"
        "da7e"
        "39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
        "6"
        "5d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    );
}

TEST(Aead, OpensWhatItSealed) {
    EXPECT_EQ(opened(key, nonce, aead_seal(key, nonce, bytes_of(plain), beside), beside), plain);
    EXPECT_EQ(opened(key, nonce, aead_seal(key, nonce, {}, {}), {}), "");
    EXPECT_EQ(aead_seal(key, nonce, {}, {}).size(), aead_tag_bytes);
}

TEST(Aead, OpensNothingOfWhichAnyBitIsAnother) {
    const auto box = aead_seal(key, nonce, bytes_of(plain), beside);
    const auto flip = [](auto& bytes, std::size_t bit) {
        bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    };
    for (std::size_t bit = 0; bit < box.size() * 8; ++bit) {
        auto forged = box;
        flip(forged, bit);
        EXPECT_EQ(opened(key, nonce, forged, beside), "nothing") << bit;
    }
    for (std::size_t bit = 0; bit < AeadKey::size * 8; ++bit) {
        AeadKey other = key;
        flip(other.data, bit);
        EXPECT_EQ(opened(other, nonce, box, beside), "nothing") << bit;
    }
    for (std::size_t bit = 0; bit < AeadNonce::size * 8; ++bit) {
        AeadNonce other = nonce;
        flip(other.data, bit);
        EXPECT_EQ(opened(key, other, box, beside), "nothing") << bit;
    }
    for (std::size_t bit = 0; bit < beside.size() * 8; ++bit) {
        auto other = beside;
        flip(other, bit);
        EXPECT_EQ(opened(key, nonce, box, other), "nothing") << bit;
    }
}

TEST(Aead, OpensNothingThatIsCutOff) {
    const auto box = aead_seal(key, nonce, bytes_of(plain), beside);
    for (std::size_t size = 0; size < box.size(); ++size) {
        EXPECT_EQ(opened(key, nonce, ByteView(box).first(size), beside), "nothing") << size;
    }
}

}  // namespace
}  // namespace latchkey::crypto
