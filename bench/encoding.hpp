#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::bench {

using Octets = std::vector<unsigned char>;

/// RFC 4648 §5, without padding.
[[nodiscard]] std::string to_base64url(const Octets& octets);
/// Empty for a text that is none.
[[nodiscard]] Octets from_base64url(std::string_view text);
/// RFC 4648 §6, without padding.
[[nodiscard]] std::string to_base32(const Octets& octets);

[[nodiscard]] Octets octets_of(std::string_view text);
[[nodiscard]] Octets sha256(const Octets& octets);

}  // namespace latchkey::bench
