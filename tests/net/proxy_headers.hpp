/// PROXY protocol version 2, as proxies write it.
#pragma once

#include "base/address.hpp"
#include "base/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace latchkey::net::test {

inline std::string proxy_header(std::uint8_t command, std::uint8_t family, std::string_view rest) {
    std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
    bytes += static_cast<char>(command);
    bytes += static_cast<char>(family);
    bytes += static_cast<char>(rest.size() >> 8);
    bytes += static_cast<char>(rest.size());
    return bytes.append(rest);
}

inline std::string tlv(std::uint8_t type, std::string_view value) {
    std::string bytes{
        static_cast<char>(type),
        static_cast<char>(value.size() >> 8),
        static_cast<char>(value.size())
    };
    return bytes.append(value);
}

/// From `client` to 192.0.2.1, port 443.
inline std::string proxy_v4(std::string_view client, std::string_view tlvs = {}) {
    const IpAddress address = parse_ip(client).value();
    std::string rest(text_of(address.bytes).substr(12));
    rest.append("\xc0\x00\x02\x01\x12\x34\x01\xbb", 8);
    return proxy_header(0x21, 0x11, rest.append(tlvs));
}

inline std::string proxy_v6(std::string_view client, std::string_view tlvs = {}) {
    const IpAddress address = parse_ip(client).value();
    std::string rest(text_of(address.bytes));
    rest += std::string(16, '\x01') + "\x12\x34\x01\xbb";
    return proxy_header(0x21, 0x21, rest.append(tlvs));
}

}  // namespace latchkey::net::test
