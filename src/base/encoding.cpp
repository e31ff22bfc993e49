#include "base/encoding.hpp"

#include <array>

namespace latchkey {
namespace {

constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view plain_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view hex_alphabet = "0123456789abcdef";

constexpr std::uint8_t not_a_digit = 0xff;
using Digits = std::array<std::uint8_t, 256>;

constexpr Digits digits_of(std::string_view alphabet, bool any_case) {
    Digits digits{};
    digits.fill(not_a_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        const auto c = static_cast<unsigned char>(alphabet[i]);
        digits[c] = static_cast<std::uint8_t>(i);
        if (any_case && c >= 'A' && c <= 'Z') digits[c + 32U] = static_cast<std::uint8_t>(i);
        if (any_case && c >= 'a' && c <= 'z') digits[c - 32U] = static_cast<std::uint8_t>(i);
    }
    return digits;
}

constexpr Digits url_digits = digits_of(url_alphabet, false);
constexpr Digits base32_digits = digits_of(base32_alphabet, true);
constexpr Digits hex_digits = digits_of(hex_alphabet, true);

std::string encoded(ByteView bytes, std::string_view alphabet, unsigned bits) {
    const std::size_t characters = (bytes.size() * 8 + bits - 1) / bits;
    std::string text;
    text.reserve(characters + 2);
    text.resize(characters);
    char* out = text.data();
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    const std::uint32_t mask = (1U << bits) - 1;
    for (const std::byte byte : bytes) {
        held = (held << 8 | static_cast<std::uint8_t>(byte)) & 0xffff;
        held_bits += 8;
        while (held_bits >= bits) {
            held_bits -= bits;
            *out++ = alphabet[held >> held_bits & mask];
        }
    }
    if (held_bits > 0) *out = alphabet[held << (bits - held_bits) & mask];
    return text;
}

std::optional<std::vector<std::byte>> decoded(
    std::string_view text, const Digits& digits, unsigned bits
) {
    std::vector<std::byte> bytes;
    bytes.reserve(text.size() * bits / 8);
    std::uint32_t held = 0;
    unsigned held_bits = 0;
    for (const char c : text) {
        const std::uint8_t digit = digits[static_cast<unsigned char>(c)];
        if (digit == not_a_digit) return std::nullopt;
        held = (held << bits | digit) & 0xffff;
        held_bits += bits;
        if (held_bits >= 8) {
            held_bits -= 8;
            bytes.push_back(static_cast<std::byte>(held >> held_bits & 0xff));
        }
    }
    const bool whole_digits_left = held_bits >= bits;
    const bool bits_left = (held & ((1U << held_bits) - 1)) != 0;
    if (whole_digits_left || bits_left) return std::nullopt;
    return bytes;
}

}  // namespace

std::string base64url(ByteView bytes) {
    return encoded(bytes, url_alphabet, 6);
}

std::optional<std::vector<std::byte>> from_base64url(std::string_view text) {
    return decoded(text, url_digits, 6);
}

std::string base64(ByteView bytes) {
    std::string text = encoded(bytes, plain_alphabet, 6);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::string base32(ByteView bytes) {
    return encoded(bytes, base32_alphabet, 5);
}

std::optional<std::vector<std::byte>> from_base32(std::string_view text) {
    return decoded(text, base32_digits, 5);
}

std::string hex(ByteView bytes) {
    return encoded(bytes, hex_alphabet, 4);
}

std::optional<std::vector<std::byte>> from_hex(std::string_view text) {
    return decoded(text, hex_digits, 4);
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            plain += ' ';
        } else if (text[i] != '%') {
            plain += text[i];
        } else {
            const auto byte = from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1) return std::nullopt;
            plain += static_cast<char>(byte->front());
            i += 2;
        }
    }
    return plain;
}

}  // namespace latchkey
