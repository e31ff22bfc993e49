#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::bench {

/// The code that a page of the v1 wire shows: base32 (RFC 4648, without padding) of the login, the
/// field and the first 8 bytes of HMAC-SHA-256 over both under the page's key. `login` and `key`
/// are base64url, as the server gives them. Empty when one of them is not.
[[nodiscard]] std::string moving_code(
    std::string_view login, std::string_view key, std::uint16_t field
);

}  // namespace latchkey::bench
