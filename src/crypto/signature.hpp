/// Signatures of others, checked with their public keys: what a passkey signs with. Nothing here
/// signs.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace latchkey::crypto {

enum class SignatureAlgorithm : std::uint8_t {
    es256,  ///< ECDSA on P-256 with SHA-256 (FIPS 186-5)
    eddsa,  ///< Ed25519 (RFC 8032)
    rs256,  ///< RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2)
};

inline constexpr std::size_t rsa_bits_min = 2048;
/// A larger modulus only makes each check slower.
inline constexpr std::size_t rsa_bits_max = 4096;
/// In bytes. Nobody needs a large exponent, and each of its bits costs time.
inline constexpr std::size_t rsa_exponent_bytes_max = 4;
inline constexpr std::uint64_t rsa_exponent_min = 65'537;

/// Somebody's public key, checked when it was made: it always fits its algorithm. Thread-safe.
class PublicKey {
 public:
    /// The point (x, y) of P-256, 32 bytes each, big-endian. Nothing unless it is on the curve.
    static std::optional<PublicKey> p256(ByteView x, ByteView y);
    /// The 32 bytes of RFC 8032 §5.1.5. Nothing unless they are the canonical form of a point of
    /// the main subgroup other than its zero: under any other key signatures prove little.
    static std::optional<PublicKey> ed25519(ByteView point);
    /// Big-endian, without zeros in front. Nothing unless the modulus is odd and has `rsa_bits_min`
    /// to `rsa_bits_max` bits, and the exponent is odd, `rsa_exponent_min` or larger and no longer
    /// than `rsa_exponent_bytes_max`.
    static std::optional<PublicKey> rsa(ByteView modulus, ByteView exponent);

    SignatureAlgorithm algorithm() const { return algorithm_; }

    /// Whether `signature` is this key's over `message`. ES256: a DER Ecdsa-Sig-Value (RFC 3279
    /// §2.2.3) without anything after it; EdDSA: 64 bytes; RS256: as long as the modulus.
    bool verify(ByteView message, ByteView signature) const;

 private:
    struct Key;
    PublicKey(SignatureAlgorithm algorithm, std::shared_ptr<const Key> key);

    SignatureAlgorithm algorithm_;
    std::shared_ptr<const Key> key_;
};

}  // namespace latchkey::crypto
