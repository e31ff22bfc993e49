/// Bytes as text and back: base64url and base32 (RFC 4648, both without padding) and hex.
/// Decoding is strict: one text for one value. A character outside the alphabet, a length that no
/// value has, or bits left over that are not zero give nothing.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

std::string base64url(ByteView bytes);
std::optional<std::vector<std::byte>> from_base64url(std::string_view text);

/// Standard base64 with padding, as the WebSocket handshake has it (RFC 6455 §4.2.2).
std::string base64(ByteView bytes);

/// Upper case. Reading takes lower case too, as people and mail programs change it.
std::string base32(ByteView bytes);
std::optional<std::vector<std::byte>> from_base32(std::string_view text);

/// Lower case.
std::string hex(ByteView bytes);
std::optional<std::vector<std::byte>> from_hex(std::string_view text);

/// A value of exactly `T::size` bytes from its text, with one of the readers above.
template <class T, class Reader>
std::optional<T> bytes_from(std::string_view text, Reader reader) {
    const auto read = reader(text);
    if (!read || read->size() != T::size) return std::nullopt;
    T value;
    std::copy(read->begin(), read->end(), value.data.begin());
    return value;
}

/// `application/x-www-form-urlencoded` and query values: `%XX` and `+`. Nothing for a broken
/// escape.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace latchkey
