#include "moving_code.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <vector>

namespace latchkey::bench {
namespace {

using Octets = std::vector<unsigned char>;

constexpr std::string_view base64url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t mac_octets = 8;

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

std::string to_base32(const Octets& octets) {
    std::string text;
    unsigned bits = 0;
    unsigned value = 0;
    for (const unsigned char octet : octets) {
        value = (value << 8U | octet) & 0xffffU;
        bits += 8;
        for (; bits >= 5; bits -= 5) text.push_back(base32[value >> (bits - 5) & 31U]);
    }
    if (bits > 0) text.push_back(base32[value << (5 - bits) & 31U]);
    return text;
}

}  // namespace

std::string moving_code(std::string_view login, std::string_view key, std::uint16_t field) {
    Octets code = from_base64url(login);
    const Octets secret = from_base64url(key);
    if (code.empty() || secret.empty()) return {};
    code.push_back(static_cast<unsigned char>(field >> 8U));
    code.push_back(static_cast<unsigned char>(field & 0xffU));

    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    HMAC(
        EVP_sha256(),
        secret.data(),
        static_cast<int>(secret.size()),
        code.data(),
        code.size(),
        mac.data(),
        nullptr
    );
    code.insert(code.end(), mac.begin(), mac.begin() + mac_octets);
    return to_base32(code);
}

}  // namespace latchkey::bench
