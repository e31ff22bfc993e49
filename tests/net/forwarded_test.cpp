/// Whom a request comes from, by the word of trusted proxies alone.
#include "net/forwarded.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

IpAddress ip(std::string_view text) {
    return parse_ip(text).value();
}

const std::vector trusted{*parse_network("10.0.0.0/8"), *parse_network("2001:db8:a::/48")};
const Peer proxy{ip("10.0.0.1"), false};

using Fields = std::vector<std::pair<const char*, std::string>>;

Peer peer_by(const Fields& fields, ForwardedBy by = ForwardedBy::x_forwarded) {
    Request request;
    for (const auto& [name, value] : fields) request.add_header(name, value);
    return forwarded_peer(request, proxy, trusted, by);
}

std::string address_by(const Fields& fields, ForwardedBy by = ForwardedBy::x_forwarded) {
    return to_string(peer_by(fields, by).address);
}

TEST(XForwarded, TheProxySaysWho) {
    EXPECT_EQ(address_by({{"X-Forwarded-For", "203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(address_by({{"x-forwarded-for", " 2001:db8::7 "}}), "2001:db8::7");
    EXPECT_EQ(address_by({{"X-Forwarded-For", "203.0.113.7:4711"}}), "203.0.113.7");
    EXPECT_EQ(address_by({{"X-Forwarded-For", "[2001:db8::7]:4711"}}), "2001:db8::7");
}

TEST(XForwarded, WhatTheClientWroteBeforeIsNotBelieved) {
    EXPECT_EQ(address_by({{"X-Forwarded-For", "127.0.0.1, 203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(address_by({{"X-Forwarded-For", "10.0.0.9, 203.0.113.7"}}), "203.0.113.7");
    EXPECT_EQ(address_by({{"X-Forwarded-For", "garbage, , 203.0.113.7"}}), "203.0.113.7");
}

TEST(XForwarded, AProxyMayAddAFieldOfItsOwn) {
    EXPECT_EQ(
        address_by({{"X-Forwarded-For", "1.2.3.4"}, {"X-Forwarded-For", "203.0.113.7"}}),
        "203.0.113.7"
    ) << "the client's own field comes first";
    EXPECT_TRUE(peer_by({{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Proto", "https"}}).secure);
}

TEST(XForwarded, TrustedHopsArePassedThrough) {
    EXPECT_EQ(
        address_by({{"X-Forwarded-For", "1.2.3.4, 203.0.113.7, 10.9.9.9, 2001:db8:a::1"}}),
        "203.0.113.7"
    );
    EXPECT_EQ(
        address_by({{"X-Forwarded-For", "203.0.113.7"}, {"X-Forwarded-For", "10.9.9.9"}}),
        "203.0.113.7"
    );
    EXPECT_EQ(address_by({{"X-Forwarded-For", "10.1.1.1, 10.2.2.2"}}), "10.1.1.1")
        << "all are ours";
}

TEST(XForwarded, WhatCannotBeReadLeavesTheLastThatCould) {
    for (const char* value :
         {"", "unknown", "_hidden", "203.0.113.7,", "example.org", "1.2.3.4:x:y"}) {
        EXPECT_EQ(address_by({{"X-Forwarded-For", value}}), "10.0.0.1") << value;
    }
    EXPECT_EQ(address_by({{"X-Forwarded-For", "unknown, 10.9.9.9"}}), "10.9.9.9");
    EXPECT_EQ(address_by({}), "10.0.0.1");
}

TEST(XForwarded, TheProxyNextToUsNamesTheScheme) {
    EXPECT_TRUE(peer_by({{"X-Forwarded-Proto", "https"}}).secure);
    EXPECT_TRUE(peer_by({{"X-Forwarded-Proto", "HTTPS"}}).secure);
    EXPECT_TRUE(peer_by({{"X-Forwarded-Proto", "wss"}}).secure) << "Traefik says so of WebSockets";
    EXPECT_FALSE(peer_by({{"X-Forwarded-Proto", "http"}}).secure);
    EXPECT_FALSE(peer_by({{"X-Forwarded-Proto", "https, http"}}).secure)
        << "the last is the proxy's";
    EXPECT_FALSE(peer_by({}).secure);
}

TEST(XForwarded, TheOtherHeaderIsNeverRead) {
    EXPECT_EQ(address_by({{"Forwarded", "for=203.0.113.7;proto=https"}}), "10.0.0.1");
    EXPECT_EQ(address_by({{"X-Forwarded-For", "203.0.113.7"}}, ForwardedBy::rfc7239), "10.0.0.1");
    EXPECT_FALSE(peer_by({{"X-Forwarded-Proto", "https"}}, ForwardedBy::rfc7239).secure);
}

TEST(Forwarded, TheProxySaysWhoAndHow) {
    const auto by = ForwardedBy::rfc7239;
    EXPECT_EQ(
        peer_by({{"Forwarded", "for=203.0.113.7;proto=https;by=10.0.0.1"}}, by),
        (Peer{ip("203.0.113.7"), true})
    );
    EXPECT_EQ(address_by({{"Forwarded", "By=x; FOR=\"[2001:db8::7]:4711\""}}, by), "2001:db8::7");
    EXPECT_EQ(address_by({{"Forwarded", "for=\"203.0.113.7:80\""}}, by), "203.0.113.7");
}

TEST(Forwarded, WhatTheClientWroteBeforeIsNotBelieved) {
    const auto by = ForwardedBy::rfc7239;
    EXPECT_EQ(address_by({{"Forwarded", "for=1.2.3.4, for=203.0.113.7"}}, by), "203.0.113.7");
    EXPECT_EQ(address_by({{"Forwarded", "for=\"1.2.3.4, for=203.0.113.7"}}, by), "203.0.113.7")
        << "an open quote hides nothing";
    EXPECT_EQ(
        address_by({{"Forwarded", "for=1.2.3.4"}, {"Forwarded", "for=203.0.113.7"}}, by),
        "203.0.113.7"
    );
    EXPECT_FALSE(
        peer_by({{"Forwarded", "for=1.2.3.4;proto=https, for=203.0.113.7;proto=http"}}, by).secure
    );
}

TEST(Forwarded, WhatHidesItsNameIsTheProxy) {
    const auto by = ForwardedBy::rfc7239;
    for (const char* value :
         {"for=unknown", "for=_gazonk", "for=", "for", "proto=https", ";;;", "=1.2.3.4"}) {
        EXPECT_EQ(address_by({{"Forwarded", value}}, by), "10.0.0.1") << value;
    }
}

}  // namespace
}  // namespace latchkey::net
