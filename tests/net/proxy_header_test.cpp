/// PROXY protocol version 2 (HAProxy's proxy-protocol.txt, §2.2).
#include "net/forwarded.hpp"
#include "net/proxy_headers.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;
using Status = ProxyHeader::Status;

Peer peer(std::string_view address, bool secure = false) {
    return {parse_ip(address).value(), secure};
}

TEST(ProxyHeader, NamesAnIpv4Client) {
    const std::string bytes = proxy_v4("203.0.113.7");
    const ProxyHeader header = parse_proxy_v2(bytes + "GET / HTTP/1.1\r\n");
    EXPECT_EQ(header.status, Status::whole);
    EXPECT_EQ(header.bytes, bytes.size()) << "what follows is not its";
    EXPECT_EQ(header.peer, peer("203.0.113.7"));
}

TEST(ProxyHeader, NamesAnIpv6Client) {
    const ProxyHeader header = parse_proxy_v2(proxy_v6("2001:db8::7"));
    EXPECT_EQ(header.status, Status::whole);
    EXPECT_EQ(header.peer, peer("2001:db8::7"));
}

TEST(ProxyHeader, WaitsUntilItIsWhole) {
    const std::string bytes = proxy_v4("203.0.113.7", tlv(0x04, "padding"));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(parse_proxy_v2(std::string(bytes, 0, size)).status, Status::need_more) << size;
    }
    EXPECT_EQ(parse_proxy_v2(bytes).status, Status::whole);
}

TEST(ProxyHeader, AnotherBeginningIsAFaultAtOnce) {
    for (const char* bytes : {"G", "PROXY TCP4 1.2.3.4", "\r\n\r\nGET", "\x16\x03\x01"}) {
        EXPECT_EQ(parse_proxy_v2(std::string_view(bytes)).status, Status::fault) << bytes;
    }
}

TEST(ProxyHeader, OtherVersionsAndCommandsAreFaults) {
    for (const int byte : {0x01, 0x11, 0x31, 0x22, 0x2f}) {
        std::string bytes = proxy_v4("203.0.113.7");
        bytes[12] = static_cast<char>(byte);
        EXPECT_EQ(parse_proxy_v2(bytes).status, Status::fault) << byte;
    }
}

TEST(ProxyHeader, TheProxysOwnConnectionsNameNobody) {
    const ProxyHeader header = parse_proxy_v2(proxy_header(0x20, 0x00, {}));
    EXPECT_EQ(header.status, Status::whole);
    EXPECT_EQ(header.peer, std::nullopt);
    EXPECT_EQ(parse_proxy_v2(proxy_header(0x20, 0x11, std::string(12, 'x'))).peer, std::nullopt);
}

TEST(ProxyHeader, FamiliesThatHaveNoAddressNameNobody) {
    for (const std::uint8_t family :
         std::vector<std::uint8_t>{0x00, 0x12, 0x22, 0x31, 0x32, 0xff}) {
        const ProxyHeader header =
            parse_proxy_v2(proxy_header(0x21, family, std::string(216, 'x')));
        EXPECT_EQ(header.status, Status::whole);
        EXPECT_EQ(header.peer, std::nullopt) << int{family};
    }
}

TEST(ProxyHeader, AddressesCutShortNameNobody) {
    EXPECT_EQ(parse_proxy_v2(proxy_header(0x21, 0x11, std::string(11, 'x'))).peer, std::nullopt);
    EXPECT_EQ(parse_proxy_v2(proxy_header(0x21, 0x21, std::string(35, 'x'))).peer, std::nullopt);
}

TEST(ProxyHeader, TooLongIsAFaultBeforeItComes) {
    const std::string whole =
        proxy_header(0x21, 0x11, std::string(proxy_header_bytes_max - 16, 'x'));
    EXPECT_EQ(parse_proxy_v2(whole).status, Status::whole);
    const std::string longer =
        proxy_header(0x21, 0x11, std::string(proxy_header_bytes_max - 15, 'x'));
    EXPECT_EQ(parse_proxy_v2(longer.substr(0, 16)).status, Status::fault);
}

TEST(ProxyHeader, TheProxySaysWhetherTheClientUsedTls) {
    const std::string with_tls = tlv(0x20, std::string("\x01\x00\x00\x00\x00", 5));
    const std::string without = tlv(0x20, std::string("\x00\x00\x00\x00\x00", 5));
    EXPECT_EQ(parse_proxy_v2(proxy_v4("203.0.113.7", with_tls)).peer, peer("203.0.113.7", true));
    EXPECT_EQ(parse_proxy_v2(proxy_v4("203.0.113.7", without)).peer, peer("203.0.113.7"));
    EXPECT_EQ(
        parse_proxy_v2(proxy_v6("2001:db8::7", tlv(0x01, "h2") + with_tls + tlv(0x03, "crc4")))
            .peer,
        peer("2001:db8::7", true)
    );
}

TEST(ProxyHeader, BrokenTlvsSayNothing) {
    for (const std::string& tlvs :
         {std::string("\x20"),
          std::string("\x20\x00", 2),
          std::string("\x20\x00\x05\x01", 4),
          std::string("\x20\xff\xff\x01", 4),
          tlv(0x20, ""),
          tlv(0x01, "") + std::string("\x20", 1)}) {
        EXPECT_EQ(parse_proxy_v2(proxy_v4("203.0.113.7", tlvs)).peer, peer("203.0.113.7"));
    }
}

}  // namespace
}  // namespace latchkey::net
