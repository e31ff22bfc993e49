/// Signatures that others made: of RFC 6979 and RFC 8032, and RSA's of a key made for this test.

#include "crypto/signature.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::crypto {
namespace {

using Octets = std::vector<std::byte>;

Octets octets(std::string_view text) {
    return from_hex(text).value();
}

/// RFC 6979 A.2.5, over "sample" with SHA-256.
const Octets p256_x = octets("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6");
const Octets p256_y = octets("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
const Octets p256_signature = octets(
    "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d65"
    "7c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
);

/// RFC 8032 §7.1, test 2: over the byte 72.
const Octets ed25519_point =
    octets("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const Octets ed25519_signature = octets(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
    "1d8c387b2eaeb4302aeeb00d291612bb0c00"
);

const Octets rsa_modulus = octets(
    "c4fc4610534ba553e3eebe7dc9f23d198852e920c819fc4cd6292eb6f71253f54d21dc40abe81859a867ea3c"
    "b5310a3beedf077941992822be1c49c50431faabc90ea213cba56ebaf8c04ea689f94de44bdbbe69fd4d5dd8"
    "fbedb798d99e3b820dd62293a12c456a76bcdf7182fcb4b8a4b77e87b9fd7f6973019583cccd314e65389658"
    "6eb2704d6bbe5ebb3bfbc507e7c8d5d3c482cdab2177968b002372dfb953ce459f9d968c68e626b874b470aa"
    "d04e89d627a2473d88321733e9d4750e1b3cf64026891b94c52fc6ce0ca34ef9e6ba1b690e7bcd1c319bf588"
    "b99933e3cafc74bdabe67b63801e6e7114ba5e1231bf45e8968bfae672f8046271979ab7"
);
const Octets rsa_exponent = octets("010001");
/// Over "sample".
const Octets rsa_signature = octets(
    "49bd33d850874933c9fb2fdd56f7da03933be4bef63c00cc796315303e84dfb598f88f5b8bdbecc176a38985"
    "bde96372f2c496280164b435723f8cf5858ff127fe9bb998557330317bd37dd9477151d6f8480a8ccd1229b3"
    "6305f95184fe0f1af7631bbc6905d7c15f9673d5c9635c31c26eb5c448614604ae0294e04397b94d49765f16"
    "00f3940e762f3d3eae0a444893e144954a613067807f64fc6e5791b6bc881f2b3cbd0f87e653aece13e55fba"
    "0d374131b4df3c736200b56b15c74b01acce29085f03c8bde44cf9d2b2f692ca5f712199370c1f821f66368e"
    "351065de8b2f2e3f21422856ce2e30ef798f68301b45bbece27a49172685d51b47eeb8d4"
);
/// Over the same, with the other padding (RSASSA-PSS).
const Octets rsa_pss_signature = octets(
    "8a4cd4244de2b2b0a660d0ee5413d1afee98c5461ae0fd172d624a12bcd5cf7894b7c00aa16c2fcbc1e92065"
    "e6da85cffb1c2c27e756e6771db9e43594201a5ed39ad46b65aa532b3470af62ac5b075c6c0e51f9e8ce2112"
    "5bfe56950f56edb3e9801f7872c558c500198f4a0dfceea72e9f504e95e33de840883951418ff16736d4de24"
    "244a34ce44d7aa7cc864e7de06c22649304ed98c4599b75e2df22caee2fe8f97f271a9fd97706ba776782119"
    "96a0dbdd5b4115bf2ee8274636ab70b259ad03cdc69fd20dcaf4f9804b4dac25ceb2af7b18d5fb32c3f8994a"
    "f4e0a55a7c3f3dd3185ce8f34c3397d64d5ede364bc970ad5f7a68e4a8fd3b08bb0196d4"
);

struct Example {
    const char* name;
    PublicKey key;
    Octets message;
    Octets signature;
};

Octets sample() {
    const ByteView text = bytes_of("sample");
    return {text.begin(), text.end()};
}

std::vector<Example> examples() {
    return {
        {"es256", PublicKey::p256(p256_x, p256_y).value(), sample(), p256_signature},
        {"eddsa", PublicKey::ed25519(ed25519_point).value(), octets("72"), ed25519_signature},
        {"rs256", PublicKey::rsa(rsa_modulus, rsa_exponent).value(), sample(), rsa_signature},
    };
}

Octets flipped(Octets bytes, std::size_t bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    return bytes;
}

Octets joined(std::string_view front, const Octets& bytes) {
    Octets all = octets(front);
    all.insert(all.end(), bytes.begin(), bytes.end());
    return all;
}

TEST(Signature, OfThreeAlgorithmsIsKnown) {
    for (const Example& example : examples()) {
        EXPECT_TRUE(example.key.verify(example.message, example.signature)) << example.name;
    }
}

TEST(Signature, WithAnyBitFlippedIsNone) {
    for (const Example& example : examples()) {
        for (std::size_t bit = 0; bit < example.signature.size() * 8; ++bit) {
            EXPECT_FALSE(example.key.verify(example.message, flipped(example.signature, bit)))
                << example.name << ' ' << bit;
        }
        for (std::size_t bit = 0; bit < example.message.size() * 8; ++bit) {
            EXPECT_FALSE(example.key.verify(flipped(example.message, bit), example.signature))
                << example.name << ' ' << bit;
        }
    }
}

TEST(Signature, OfAnotherLengthIsNone) {
    for (const Example& example : examples()) {
        for (std::size_t size = 0; size < example.signature.size(); ++size) {
            const auto cut = ByteView(example.signature).first(size);
            EXPECT_FALSE(example.key.verify(example.message, cut)) << example.name << ' ' << size;
        }
        Octets longer = example.signature;
        longer.push_back(std::byte{0});
        EXPECT_FALSE(example.key.verify(example.message, longer)) << example.name;
    }
}

TEST(Signature, OfOneKeyIsNoneOfAnother) {
    const auto all = examples();
    for (const Example& one : all) {
        for (const Example& other : all) {
            const bool same = one.name == other.name;
            EXPECT_EQ(one.key.verify(other.message, other.signature), same)
                << one.name << ' ' << other.name;
        }
    }
}

TEST(Signature, OfRsaHasThePaddingOfRs256) {
    EXPECT_FALSE(examples()[2].key.verify(sample(), rsa_pss_signature));
}

/// Twice the length of a length, and zeros in front of a number, are not DER.
TEST(Signature, OfEs256IsDerAndNothingLooser) {
    const PublicKey key = PublicKey::p256(p256_x, p256_y).value();
    const Octets r(p256_signature.begin() + 5, p256_signature.begin() + 37);
    const Octets s(p256_signature.begin() + 40, p256_signature.end());

    Octets raw = r;
    raw.insert(raw.end(), s.begin(), s.end());
    EXPECT_FALSE(key.verify(sample(), raw));
    const Octets body(p256_signature.begin() + 2, p256_signature.end());
    EXPECT_TRUE(key.verify(sample(), joined("3046", body)));
    EXPECT_FALSE(key.verify(sample(), joined("308146", body)));

    Octets wide = joined("304702220000", r);
    const Octets rest = joined("022100", s);
    wide.insert(wide.end(), rest.begin(), rest.end());
    EXPECT_FALSE(key.verify(sample(), wide));
}

TEST(PublicKeyOfP256, IsAPointOfTheCurve) {
    for (std::size_t bit = 0; bit < 256; ++bit) {
        EXPECT_FALSE(PublicKey::p256(flipped(p256_x, bit), p256_y)) << bit;
        EXPECT_FALSE(PublicKey::p256(p256_x, flipped(p256_y, bit))) << bit;
    }
    EXPECT_FALSE(PublicKey::p256(Octets(32), Octets(32)));
    EXPECT_FALSE(PublicKey::p256(p256_y, p256_x));
}

TEST(PublicKeyOfP256, HasCoordinatesOf32Bytes) {
    EXPECT_FALSE(PublicKey::p256({}, {}));
    EXPECT_FALSE(PublicKey::p256(p256_x, {}));
    EXPECT_FALSE(PublicKey::p256(p256_x, ByteView(p256_y).first(31)));
    EXPECT_FALSE(PublicKey::p256(joined("00", p256_x), p256_y));
}

/// Where x + p fits 256 bits, too, it would be another form of the same point.
TEST(PublicKeyOfP256, HasCoordinatesBelowThePrime) {
    const Octets y = octets("459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc");
    const Octets five = octets("0000000000000000000000000000000000000000000000000000000000000005");
    const Octets more = octets("ffffffff00000001000000000000000000000001000000000000000000000004");
    EXPECT_TRUE(PublicKey::p256(five, y));
    EXPECT_FALSE(PublicKey::p256(more, y));
}

TEST(PublicKeyOfEd25519, IsACanonicalPointOfTheMainSubgroup) {
    const std::vector<std::pair<const char*, const char*>> wrong = {
        {"zero", "0100000000000000000000000000000000000000000000000000000000000000"},
        {"order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
        {"order 4", "0000000000000000000000000000000000000000000000000000000000000000"},
        {"order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
        {"y = p + 3", "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
        {"no point", "0200000000000000000000000000000000000000000000000000000000000000"},
    };
    for (const auto& [name, point] : wrong) {
        EXPECT_FALSE(PublicKey::ed25519(octets(point))) << name;
    }
}

TEST(PublicKeyOfEd25519, Has32Bytes) {
    EXPECT_FALSE(PublicKey::ed25519({}));
    EXPECT_FALSE(PublicKey::ed25519(ByteView(ed25519_point).first(31)));
    EXPECT_FALSE(PublicKey::ed25519(joined("00", ed25519_point)));
}

/// An odd number of that many bits.
Octets number_of_bits(std::size_t bits) {
    Octets number((bits + 7) / 8, std::byte{0xff});
    number.front() = std::byte{0xff} >> (number.size() * 8 - bits);
    return number;
}

TEST(PublicKeyOfRsa, HasAModulusNeitherTooSmallNorTooLarge) {
    for (const std::size_t bits : {2048U, 2049U, 3072U, 4095U, 4096U}) {
        EXPECT_TRUE(PublicKey::rsa(number_of_bits(bits), rsa_exponent)) << bits;
    }
    for (const std::size_t bits : {1U, 512U, 1024U, 2040U, 2047U, 4097U, 8192U}) {
        EXPECT_FALSE(PublicKey::rsa(number_of_bits(bits), rsa_exponent)) << bits;
    }
}

TEST(PublicKeyOfRsa, HasAnOddModulusWithoutZerosInFront) {
    EXPECT_FALSE(PublicKey::rsa({}, rsa_exponent));
    EXPECT_FALSE(PublicKey::rsa(flipped(rsa_modulus, (rsa_modulus.size() - 1) * 8), rsa_exponent));
    EXPECT_FALSE(PublicKey::rsa(joined("00", rsa_modulus), rsa_exponent));
}

TEST(PublicKeyOfRsa, HasASaneExponent) {
    for (const char* fine : {"010001", "0100000f", "ffffffff"}) {
        EXPECT_TRUE(PublicKey::rsa(rsa_modulus, octets(fine))) << fine;
    }
    for (const char* wrong :
         {"", "00", "01", "02", "03", "11", "ffff", "010000", "010002", "00010001", "0100000001"}) {
        EXPECT_FALSE(PublicKey::rsa(rsa_modulus, octets(wrong))) << wrong;
    }
}

}  // namespace
}  // namespace latchkey::crypto
