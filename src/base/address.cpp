#include "base/address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace latchkey {
namespace {

constexpr std::array<std::byte, 12> v4_mapped_prefix = {
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0},
    std::byte{0xff},
    std::byte{0xff}
};
constexpr unsigned v4_mapped_bits = 96;

}  // namespace

bool IpAddress::is_v4() const {
    return std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), bytes.begin());
}

bool IpAddress::is_loopback() const {
    if (is_v4()) return bytes[12] == std::byte{127};
    IpAddress one;
    one.bytes[15] = std::byte{1};
    return *this == one;
}

IpAddress IpAddress::budget_prefix() const {
    if (is_v4()) return *this;
    IpAddress prefix = *this;
    std::fill(prefix.bytes.begin() + 8, prefix.bytes.end(), std::byte{0});
    return prefix;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    if (text.size() >= 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    if (text.find('\0') != std::string_view::npos) return std::nullopt;  // C would read no further
    const std::string terminated(text);
    IpAddress address;
    if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) == 1) {
        std::copy(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), address.bytes.begin());
        return address;
    }
    return std::nullopt;
}

std::string to_string(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.is_v4()) {
        // Most are of this kind, and `inet_ntop` goes through sprintf.
        char* end = text.data();
        for (std::size_t i = 12; i < address.bytes.size(); ++i) {
            if (i > 12) *end++ = '.';
            const auto byte = std::to_integer<unsigned>(address.bytes[i]);
            end = std::to_chars(end, text.data() + text.size(), byte).ptr;
        }
        return {text.data(), end};
    }
    inet_ntop(AF_INET6, address.bytes.data(), text.data(), static_cast<socklen_t>(text.size()));
    return text.data();
}

bool IpNetwork::contains(const IpAddress& address) const {
    const std::size_t whole_bytes = prefix_bits / 8;
    if (!std::equal(
            base.bytes.begin(),
            base.bytes.begin() + static_cast<std::ptrdiff_t>(whole_bytes),
            address.bytes.begin()
        )) {
        return false;
    }
    const unsigned bits_left = prefix_bits % 8;
    if (bits_left == 0) return true;
    const auto mask = static_cast<std::byte>(0xff00U >> bits_left & 0xff);
    return (base.bytes[whole_bytes] & mask) == (address.bytes[whole_bytes] & mask);
}

std::optional<IpNetwork> parse_network(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto base = parse_ip(text.substr(0, slash));
    if (!base) return std::nullopt;
    if (slash == std::string_view::npos) return IpNetwork{*base, 128};

    const std::string_view digits = text.substr(slash + 1);
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    const unsigned bits_max = base->is_v4() ? 32 : 128;
    const bool whole = end == digits.data() + digits.size();
    if (error != std::errc{} || !whole || bits > bits_max) return std::nullopt;
    return IpNetwork{*base, base->is_v4() ? v4_mapped_bits + bits : bits};
}

bool contains(const std::vector<IpNetwork>& networks, const IpAddress& address) {
    return std::ranges::any_of(networks, [&](const IpNetwork& network) {
        return network.contains(address);
    });
}

}  // namespace latchkey
