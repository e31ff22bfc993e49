#include "identity/cose_key.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace latchkey::identity {
namespace {

// Of the examples in Web Authentication Level 3 §16.
const std::string es256_x = "582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d";
const std::string es256_y = "5820cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e";
// RFC 8032 §7.1, test 2.
const std::string ed25519_x =
    "58203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
/// 2048 bits, all of them set.
const std::string rsa_n = "590100" + std::string(512, 'f');

const std::string es256 = "a501020326200121" + es256_x + "22" + es256_y;
const std::string eddsa = "a401010327200621" + ed25519_x;
const std::string rs256 = "a401030339010020" + rsa_n + "2143010001";

/// What the key is for, or why it is none.
std::string kind_of(const std::string& text) {
    const auto bytes = from_hex(text);
    if (!bytes) return "no hex";
    const auto item = read_cbor(*bytes);
    if (!item) return "no CBOR";
    const auto key = read_cose_key(*item);
    if (!key) return "none";
    switch (key->algorithm()) {
        case crypto::SignatureAlgorithm::es256:
            return "ES256";
        case crypto::SignatureAlgorithm::eddsa:
            return "EdDSA";
        case crypto::SignatureAlgorithm::rs256:
            return "RS256";
    }
    return "unknown";
}

TEST(CoseKey, IsOfOneOfThreeKinds) {
    EXPECT_EQ(kind_of(es256), "ES256");
    EXPECT_EQ(kind_of(eddsa), "EdDSA");
    EXPECT_EQ(kind_of(rs256), "RS256");
}

TEST(CoseKey, HasAllParametersOfItsKindAndNoOthers) {
    const std::pair<const char*, std::string> examples[] = {
        {"no map", "80"},
        {"nothing", "a0"},
        {"ES256 without alg", "a40102200121" + es256_x + "22" + es256_y},
        {"ES256 without kty", "a40326200121" + es256_x + "22" + es256_y},
        {"ES256 without crv", "a40102032621" + es256_x + "22" + es256_y},
        {"ES256 without x", "a401020326200122" + es256_y},
        {"ES256 without y", "a401020326200121" + es256_x},
        {"ES256 with a key id", "a601020241010326200121" + es256_x + "22" + es256_y},
        {"ES256 with a parameter to come", "a601020326200121" + es256_x + "22" + es256_y + "616100"
        },
        {"ES256 with a compressed point", "a501020326200121" + es256_x + "22f5"},
        {"ES256 with coordinates changed over", "a501020326200121" + es256_y + "22" + es256_x},
        {"ES256 on P-384", "a501020326200221" + es256_x + "22" + es256_y},
        {"ES256 with a curve in a text", "a5010203262065502d32353621" + es256_x + "22" + es256_y},
        {"ES256 as an octet key pair", "a501010326200121" + es256_x + "22" + es256_y},
        {"ES256 with an x in a text", "a5010203262001217820" + std::string(64, '6') + "22" + es256_y
        },
        {"ES384 on P-256", "a50102033822200121" + es256_x + "22" + es256_y},
        {"EdDSA without crv", "a30101032721" + ed25519_x},
        {"EdDSA without x", "a3010103272006"},
        {"EdDSA on Ed448", "a401010327200721" + ed25519_x},
        {"EdDSA on X25519", "a401010327200421" + ed25519_x},
        {"EdDSA with a private key", "a501010327200621" + ed25519_x + "23" + ed25519_x},
        {"EdDSA with two coordinates", "a501010327200621" + ed25519_x + "22" + es256_y},
        {"EdDSA of kind EC2", "a401020327200621" + ed25519_x},
        {"RS256 without n", "a30103033901002143010001"},
        {"RS256 without e", "a301030339010020" + rsa_n},
        {"RS256 with a private key", "a501030339010020" + rsa_n + "21430100012243010001"},
        {"RS256 with e = 3", "a401030339010020" + rsa_n + "214103"},
        {"RS256 of kind EC2", "a401020339010020" + rsa_n + "2143010001"},
        {"PS256 of the same key", "a4010303382420" + rsa_n + "2143010001"},
        {"RS256 with the key of ES256", "a5010203390100200121" + es256_x + "22" + es256_y},
        {"ES256 with the key of RS256", "a40103032620" + rsa_n + "2143010001"},
        {"alg in a text", "a5010203654553323536200121" + es256_x + "22" + es256_y},
    };
    for (const auto& [what, text] : examples) EXPECT_EQ(kind_of(text), "none") << what;
}

TEST(CoseKey, TellsItsAlgorithmAlsoWhenItIsNoneOfOurs) {
    const auto algorithm_of = [](const char* text) {
        const auto bytes = from_hex(text).value();
        return cose_algorithm(read_cbor(bytes).value());
    };
    EXPECT_EQ(algorithm_of("a10326"), -7);
    EXPECT_EQ(algorithm_of("a1033822"), -35);
    EXPECT_EQ(algorithm_of("a103390100"), -257);
    EXPECT_EQ(algorithm_of("a10326").value(), static_cast<std::int64_t>(CoseAlgorithm::es256));
    EXPECT_EQ(algorithm_of("a0"), std::nullopt);
    EXPECT_EQ(algorithm_of("a103654553323536"), std::nullopt);
    EXPECT_EQ(algorithm_of("8126"), std::nullopt);
}

}  // namespace
}  // namespace latchkey::identity
