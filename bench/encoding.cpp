#include "encoding.hpp"

#include <openssl/sha.h>

namespace latchkey::bench {
namespace {

constexpr std::string_view base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Each `bits_each` bits are one letter; what is left over gets zeros behind it.
std::string encoded(const Octets& octets, std::string_view letters, unsigned bits_each) {
    std::string text;
    const unsigned mask = (1U << bits_each) - 1;
    unsigned bits = 0;
    unsigned value = 0;
    for (const unsigned char octet : octets) {
        value = (value << 8U | octet) & 0xffffU;
        bits += 8;
        for (; bits >= bits_each; bits -= bits_each) {
            text.push_back(letters[value >> (bits - bits_each) & mask]);
        }
    }
    if (bits > 0) text.push_back(letters[value << (bits_each - bits) & mask]);
    return text;
}

}  // namespace

std::string to_base64url(const Octets& octets) {
    return encoded(octets, base64url, 6);
}

std::string to_base32(const Octets& octets) {
    return encoded(octets, base32, 5);
}

Octets from_base64url(std::string_view text) {
    Octets octets;
    unsigned bits = 0;
    unsigned value = 0;
    for (const char c : text) {
        const auto digit = base64url.find(c);
        if (digit == std::string_view::npos) return {};
        value = (value << 6U | static_cast<unsigned>(digit)) & 0xffffU;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        octets.push_back(static_cast<unsigned char>(value >> bits));
    }
    return octets;
}

Octets octets_of(std::string_view text) {
    return {text.begin(), text.end()};
}

Octets sha256(const Octets& octets) {
    Octets digest(SHA256_DIGEST_LENGTH);
    SHA256(octets.data(), octets.size(), digest.data());
    return digest;
}

}  // namespace latchkey::bench
