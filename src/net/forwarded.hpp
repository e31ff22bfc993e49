/// What trusted proxies say of the far end. Pure; whether the proxy is trusted is the caller's to
/// know.
#pragma once

#include "net/http.hpp"

#include <optional>
#include <span>
#include <vector>

namespace latchkey::net {

/// Which header the trusted proxy sets. The other one is what a stranger may have sent, so it is
/// never read.
enum class ForwardedBy : std::uint8_t {
    x_forwarded,  ///< X-Forwarded-For, X-Forwarded-Proto
    rfc7239,      ///< Forwarded
};

/// The far end by the proxy's word: the last hop in the list that is not itself a trusted proxy,
/// and the scheme the proxy next to us names. Anything unreadable leaves what `direct` says.
Peer forwarded_peer(
    const Request& request,
    const Peer& direct,
    const std::vector<IpNetwork>& trusted,
    ForwardedBy by
);

/// The result of looking for a PROXY protocol version 2 header.
struct ProxyHeader {
    enum class Status : std::uint8_t { need_more, whole, fault };
    Status status = Status::need_more;
    std::size_t bytes = 0;  ///< of the header, when whole
    std::optional<Peer>
        peer;  ///< nothing for LOCAL (the proxy's own health check) and unknown families
};

/// The longest header read: 16 bytes and what a proxy may append.
inline constexpr std::size_t proxy_header_bytes_max = 2048;

ProxyHeader parse_proxy_v2(std::span<const char> input);

}  // namespace latchkey::net
