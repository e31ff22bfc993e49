#include "net/forwarded.hpp"

#include "base/bytes.hpp"
#include "net/text.hpp"

#include <algorithm>

namespace latchkey::net {
namespace {

constexpr std::string_view signature("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::size_t fixed_bytes = 16;
constexpr std::uint8_t version_2 = 0x20;
constexpr std::uint8_t command_local = 0x20;
constexpr std::uint8_t command_proxy = 0x21;
constexpr std::uint8_t tcp_over_ipv4 = 0x11;
constexpr std::uint8_t tcp_over_ipv6 = 0x21;
constexpr std::size_t ipv4_bytes = 12;
constexpr std::size_t ipv6_bytes = 36;
constexpr std::uint8_t tlv_ssl = 0x20;
constexpr std::uint8_t client_ssl = 0x01;

std::string_view unquoted(std::string_view text) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        return text.substr(1, text.size() - 2);
    return text;
}

std::string_view last_of(std::string_view list) {
    const std::size_t comma = list.rfind(',');
    return trimmed(comma == std::string_view::npos ? list : list.substr(comma + 1));
}

std::string_view without_last(std::string_view list) {
    const std::size_t comma = list.rfind(',');
    return comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
}

/// `203.0.113.7`, `203.0.113.7:4711`, `[2001:db8::1]:4711`.
std::optional<IpAddress> node_address(std::string_view node) {
    node = unquoted(trimmed(node));
    if (node.starts_with('[')) return parse_ip(node.substr(0, node.find(']') + 1));
    if (std::ranges::count(node, ':') == 1) node = node.substr(0, node.find(':'));
    return parse_ip(node);
}

/// Whether `text` is `word`, which is in lower case.
bool is_word(std::string_view text, std::string_view word) {
    return std::ranges::equal(text, word, [](char a, char b) { return (a | 0x20) == b; });
}

/// Some proxies name the scheme of a WebSocket.
bool is_secure(std::string_view scheme) {
    return is_word(scheme, "https") || is_word(scheme, "wss");
}

/// The value of `name` in one element of `Forwarded` (RFC 7239 §4).
std::string_view forwarded_part(std::string_view element, std::string_view name) {
    while (!element.empty()) {
        const std::size_t end = std::min(element.find(';'), element.size());
        const std::string_view pair = trimmed(element.substr(0, end));
        element.remove_prefix(std::min(end + 1, element.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        if (is_word(pair.substr(0, equals), name)) return unquoted(pair.substr(equals + 1));
    }
    return {};
}

std::string_view node_of(std::string_view element, ForwardedBy by) {
    return by == ForwardedBy::rfc7239 ? forwarded_part(element, "for") : element;
}

IpAddress ipv4(ByteView bytes) {
    IpAddress address;
    address.bytes[10] = address.bytes[11] = std::byte{0xff};
    std::copy_n(bytes.begin(), 4, address.bytes.begin() + 12);
    return address;
}

/// Whether the proxy's own TLV says that the client came by TLS.
bool says_tls(ByteView tlvs) {
    while (tlvs.size() >= 3) {
        const auto type = static_cast<std::uint8_t>(tlvs[0]);
        const std::size_t size = get_big_endian<std::uint16_t>(tlvs.subspan<1, 2>());
        if (tlvs.size() < 3 + size) return false;
        if (type == tlv_ssl && size >= 1)
            return (static_cast<std::uint8_t>(tlvs[3]) & client_ssl) != 0;
        tlvs = tlvs.subspan(3 + size);
    }
    return false;
}

}  // namespace

Peer forwarded_peer(
    const Request& request,
    const Peer& direct,
    const std::vector<IpNetwork>& trusted,
    ForwardedBy by
) {
    const bool standard = by == ForwardedBy::rfc7239;
    // Some proxies add a field of their own behind the client's, so all of them are one list.
    const std::string list = request.header_list(standard ? "Forwarded" : "X-Forwarded-For");
    const std::string schemes = standard ? std::string() : request.header_list("X-Forwarded-Proto");
    std::string_view hops = list;
    Peer peer = direct;

    const std::string_view scheme =
        standard ? forwarded_part(last_of(hops), "proto") : last_of(schemes);
    if (!scheme.empty()) peer.secure = is_secure(scheme);

    while (!hops.empty()) {
        const auto address = node_address(node_of(last_of(hops), by));
        if (!address) break;
        peer.address = *address;
        if (!contains(trusted, *address)) break;
        hops = without_last(hops);
    }
    return peer;
}

ProxyHeader parse_proxy_v2(std::span<const char> input) {
    const ByteView bytes = std::as_bytes(input);
    const std::size_t seen = std::min(bytes.size(), signature.size());
    if (!std::equal(
            signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(seen), input.begin()
        )) {
        return {ProxyHeader::Status::fault, 0, {}};
    }
    if (bytes.size() < fixed_bytes) return {};
    const auto command = static_cast<std::uint8_t>(bytes[12]);
    const auto family = static_cast<std::uint8_t>(bytes[13]);
    const std::size_t size = get_big_endian<std::uint16_t>(bytes.subspan<14, 2>());
    const bool known = command == command_local || command == command_proxy;
    if (!known || (command & 0xf0) != version_2 || fixed_bytes + size > proxy_header_bytes_max) {
        return {ProxyHeader::Status::fault, 0, {}};
    }
    if (bytes.size() < fixed_bytes + size) return {};

    ProxyHeader header{ProxyHeader::Status::whole, fixed_bytes + size, {}};
    const ByteView rest = bytes.subspan(fixed_bytes, size);
    if (command == command_local) return header;
    if (family == tcp_over_ipv4 && size >= ipv4_bytes) {
        header.peer = Peer{ipv4(rest), says_tls(rest.subspan(ipv4_bytes))};
    } else if (family == tcp_over_ipv6 && size >= ipv6_bytes) {
        IpAddress address;
        std::copy_n(rest.begin(), address.bytes.size(), address.bytes.begin());
        header.peer = Peer{address, says_tls(rest.subspan(ipv6_bytes))};
    }
    return header;
}

}  // namespace latchkey::net
