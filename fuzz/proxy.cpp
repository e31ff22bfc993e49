/// PROXY headers and forwarded fields. Whatever comes: no crash, a header is read the same when
/// more follows it, waits only as long as it is incomplete, and a proxy that adds its own word is
/// believed over whatever the client wrote before.

#include "net/forwarded.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace latchkey;
using namespace latchkey::net;
using Status = ProxyHeader::Status;

void require(bool fine) {
    if (!fine) std::abort();
}

void proxy_v2(std::string bytes) {
    const ProxyHeader header = parse_proxy_v2(bytes);
    if (header.status == Status::need_more) require(bytes.size() < proxy_header_bytes_max);
    if (header.status != Status::whole) return;
    require(header.bytes <= bytes.size());
    for (const std::size_t size : {header.bytes - 1, header.bytes / 2, std::size_t{0}}) {
        require(parse_proxy_v2(bytes.substr(0, size)).status == Status::need_more);
    }
    const ProxyHeader longer = parse_proxy_v2(bytes + "GET /");
    require(longer.status == Status::whole && longer.bytes == header.bytes);
    require(longer.peer == header.peer);
}

void forwarded(std::string_view text, ForwardedBy by) {
    const bool standard = by == ForwardedBy::rfc7239;
    const char* const name = standard ? "Forwarded" : "X-Forwarded-For";
    const std::string ours = standard ? "for=203.0.113.7;proto=http" : "203.0.113.7";
    const Peer proxy{parse_ip("10.0.0.1").value(), false};
    const std::vector trusted{parse_network("10.0.0.0/8").value()};

    Request alone;
    alone.add_header(name, text);
    alone.add_header("X-Forwarded-Proto", text);
    (void)forwarded_peer(alone, proxy, trusted, by);

    Request appended;
    appended.add_header(name, std::string(text) + ", " + ours);
    require(forwarded_peer(appended, proxy, trusted, by).address == parse_ip("203.0.113.7"));
    Request added;
    added.add_header(name, text);
    added.add_header(name, ours);
    require(forwarded_peer(added, proxy, trusted, by).address == parse_ip("203.0.113.7"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    proxy_v2(bytes);
    forwarded(bytes, ForwardedBy::x_forwarded);
    forwarded(bytes, ForwardedBy::rfc7239);
    return 0;
}
