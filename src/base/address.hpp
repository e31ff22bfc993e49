/// Addresses of the Internet, IPv4 and IPv6 alike.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey {

/// An IPv6 address, or an IPv4 address mapped into IPv6 (`::ffff:a.b.c.d`). All zero: unknown
/// (a Unix socket). A plain value of 16 bytes.
struct IpAddress {
    std::array<std::byte, 16> bytes{};

    bool is_v4() const;
    bool is_loopback() const;
    bool is_unspecified() const { return *this == IpAddress{}; }

    /// The part by which budgets are kept: the whole IPv4 address, or the /64
    /// of an IPv6 address (one household or one machine gets a /64).
    IpAddress budget_prefix() const;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

/// `203.0.113.7` or `2001:db8::1`, also in brackets; with nothing else around it.
std::optional<IpAddress> parse_ip(std::string_view text);
std::string to_string(const IpAddress& address);

/// A network as in `10.0.0.0/8`, `2001:db8::/32`; an address alone is a network of one.
struct IpNetwork {
    IpAddress base;
    unsigned prefix_bits = 128;  ///< counted in IPv6 bits, so an IPv4 /8 is 104

    bool contains(const IpAddress& address) const;
    friend bool operator==(const IpNetwork&, const IpNetwork&) = default;
};
std::optional<IpNetwork> parse_network(std::string_view text);

/// Whether any of `networks` contains `address`.
bool contains(const std::vector<IpNetwork>& networks, const IpAddress& address);

}  // namespace latchkey
