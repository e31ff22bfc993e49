/// An authenticator and its browser, of which every part can be made wrong.
#pragma once

#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "identity/webauthn.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <sodium.h>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::identity::test {

inline Octets octets(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}
inline Octets octets(std::string_view text) {
    return octets(bytes_of(text));
}
inline Octets joined(std::initializer_list<ByteView> parts) {
    Octets all;
    for (const ByteView part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// CBOR, written as it must be.
namespace cbor {

inline Octets head(unsigned major, std::uint16_t length) {
    const auto byte = [](unsigned value) { return static_cast<std::byte>(value); };
    if (length < 24) return {byte(major << 5U | length)};
    if (length < 256) return {byte(major << 5U | 24U), byte(length)};
    return {byte(major << 5U | 25U), byte(length >> 8U), byte(length & 0xffU)};
}
inline Octets integer(int value) {
    return value < 0 ? head(1, static_cast<std::uint16_t>(-1 - value))
                     : head(0, static_cast<std::uint16_t>(value));
}
inline Octets bytes(ByteView value) {
    return joined({head(2, static_cast<std::uint16_t>(value.size())), value});
}
inline Octets text(std::string_view value) {
    return joined({head(3, static_cast<std::uint16_t>(value.size())), bytes_of(value)});
}
/// Of the parts one after another: two for each member of a map.
inline Octets array(std::initializer_list<ByteView> items) {
    return joined({head(4, static_cast<std::uint16_t>(items.size())), joined(items)});
}
inline Octets map(std::initializer_list<ByteView> items) {
    return joined({head(5, static_cast<std::uint16_t>(items.size() / 2)), joined(items)});
}

}  // namespace cbor

// The flags of §6.1.
inline constexpr unsigned up = 0x01;
inline constexpr unsigned uv = 0x04;
inline constexpr unsigned be = 0x08;
inline constexpr unsigned bs = 0x10;
inline constexpr unsigned at = 0x40;
inline constexpr unsigned ed = 0x80;

/// Ed25519, from a seed of that byte over and over.
struct SigningKey {
    explicit SigningKey(unsigned seed) {
        std::array<unsigned char, crypto_sign_SEEDBYTES> bytes{};
        bytes.fill(static_cast<unsigned char>(seed));
        crypto_sign_seed_keypair(point.data(), secret.data(), bytes.data());
    }
    Octets cose() const {
        return cbor::map(
            {cbor::integer(1),
             cbor::integer(1),
             cbor::integer(3),
             cbor::integer(-8),
             cbor::integer(-1),
             cbor::integer(6),
             cbor::integer(-2),
             cbor::bytes(std::as_bytes(std::span(point)))}
        );
    }
    Octets sign(ByteView message) const {
        std::array<unsigned char, crypto_sign_BYTES> signature{};
        const auto* data = reinterpret_cast<const unsigned char*>(message.data());
        crypto_sign_detached(signature.data(), nullptr, data, message.size(), secret.data());
        return octets(std::as_bytes(std::span(signature)));
    }

    std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> point{};
    std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret{};
};

/// What a browser writes (§5.8.1.1).
struct Browser {
    std::string type;
    Octets challenge = Octets(32, std::byte{0xc4});
    std::string origin = "https://example.org";
    std::string more = R"(,"crossOrigin":false)";  ///< behind the members that there always are

    Octets client_data() const {
        return octets(
            R"({"type":")" + type + R"(","challenge":")" + base64url(challenge) +
            R"(","origin":")" + origin + R"(")" + more + "}"
        );
    }
};

/// Authenticator data, part by part.
struct Authenticator {
    SigningKey key{7};
    std::string rp_id = "example.org";
    unsigned flags = up | uv;
    std::uint32_t sign_count = 0;
    Octets aaguid = Octets(16, std::byte{0xaa});
    Octets id = Octets(20, std::byte{0x1d});
    Octets public_key = key.cose();
    Octets behind{};  ///< extensions, or what should not be there

    /// As `flags` says; the credential with `at`.
    Octets data(unsigned more = 0) const {
        const auto all_flags = static_cast<std::byte>(flags | more);
        std::array<std::byte, 4> count{};
        put_big_endian(std::span<std::byte, 4>(count), sign_count);
        Octets all =
            joined({crypto::sha256(bytes_of(rp_id)).view(), ByteView(&all_flags, 1), count});
        if (((flags | more) & at) != 0) {
            std::array<std::byte, 2> length{};
            put_big_endian(std::span<std::byte, 2>(length), static_cast<std::uint16_t>(id.size()));
            all = joined({all, aaguid, length, id, public_key});
        }
        return joined({all, behind});
    }

    Octets sign(ByteView authenticator_data, ByteView client_data) const {
        return key.sign(signed_message(authenticator_data, crypto::sha256(client_data)));
    }
};

inline Octets attestation_object(std::string_view format, ByteView statement, ByteView data) {
    return cbor::map(
        {cbor::text("fmt"),
         cbor::text(format),
         cbor::text("attStmt"),
         statement,
         cbor::text("authData"),
         cbor::bytes(data)}
    );
}

inline Octets no_statement() {
    return cbor::map({});
}

/// Self attestation (§8.2).
inline Octets self_statement(ByteView signature, int algorithm = -8) {
    return cbor::map(
        {cbor::text("alg"), cbor::integer(algorithm), cbor::text("sig"), cbor::bytes(signature)}
    );
}

inline Octets flipped(Octets bytes, std::size_t bit) {
    bytes[bit / 8] ^= std::byte{1} << (bit % 8);
    return bytes;
}

}  // namespace latchkey::identity::test
