#include "base/address.hpp"

#include <gtest/gtest.h>

namespace latchkey {
namespace {

IpAddress ip(std::string_view text) {
    return parse_ip(text).value();
}

TEST(Address, ReadsAndWritesBothFamilies) {
    for (const char* text : {"203.0.113.7", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::1"}) {
        EXPECT_EQ(to_string(ip(text)), text);
    }
}

TEST(Address, TakesBracketsOffAndShortensIpv6) {
    EXPECT_EQ(to_string(ip("[2001:DB8:0:0::0001]")), "2001:db8::1");
}

TEST(Address, MappedIpv4IsIpv4) {
    EXPECT_EQ(ip("::ffff:203.0.113.7"), ip("203.0.113.7"));
    EXPECT_TRUE(ip("::ffff:203.0.113.7").is_v4());
    EXPECT_FALSE(ip("2001:db8::1").is_v4());
}

TEST(Address, RefusesWhatIsNoAddress) {
    for (const char* text :
         {"",
          " 1.2.3.4",
          "1.2.3",
          "1.2.3.4.5",
          "1.2.3.256",
          "1.2.3.4 ",
          "1.2.3.4:80",
          "example.org",
          "[]",
          "[1",
          "2001:db8:::1",
          "fe80::1%eth0",
          "0x7f.1"}) {
        EXPECT_FALSE(parse_ip(text)) << text;
    }
}

TEST(Address, RefusesANulAndWhatHidesBehindIt) {
    using namespace std::string_view_literals;
    EXPECT_FALSE(parse_ip("1.2.3.4\0.evil"sv));
    EXPECT_FALSE(parse_ip("1.2.3.4\0"sv));
}

TEST(Address, KnowsLoopback) {
    EXPECT_TRUE(ip("127.0.0.1").is_loopback());
    EXPECT_TRUE(ip("127.8.9.10").is_loopback());
    EXPECT_TRUE(ip("::1").is_loopback());
    EXPECT_FALSE(ip("128.0.0.1").is_loopback());
    EXPECT_FALSE(ip("::2").is_loopback());
    EXPECT_FALSE(IpAddress{}.is_loopback());
}

TEST(Address, BudgetsAreKeptByIpv4AddressAndIpv6Slash64) {
    EXPECT_EQ(ip("203.0.113.7").budget_prefix(), ip("203.0.113.7"));
    EXPECT_EQ(ip("2001:db8:1:2:3:4:5:6").budget_prefix(), ip("2001:db8:1:2::"));
    EXPECT_NE(ip("2001:db8:1:3::1").budget_prefix(), ip("2001:db8:1:2::1").budget_prefix());
}

TEST(Network, ContainsItsAddressesAndNoOthers) {
    struct Case {
        const char* network;
        const char* address;
        bool inside;
    };
    for (const Case& c : std::initializer_list<Case>{
             {"10.0.0.0/8", "10.255.0.1", true},
             {"10.0.0.0/8", "11.0.0.0", false},
             {"192.168.4.0/22", "192.168.7.255", true},
             {"192.168.4.0/22", "192.168.8.0", false},
             {"0.0.0.0/0", "203.0.113.7", true},
             {"0.0.0.0/0", "2001:db8::1", false},
             {"203.0.113.7", "203.0.113.7", true},
             {"203.0.113.7", "203.0.113.6", false},
             {"203.0.113.7/32", "203.0.113.7", true},
             {"2001:db8::/32", "2001:db8:ffff::1", true},
             {"2001:db8::/33", "2001:db8:8000::", false},
             {"::/0", "2001:db8::1", true},
             {"::1/128", "::1", true},
         }) {
        EXPECT_EQ(parse_network(c.network).value().contains(ip(c.address)), c.inside)
            << c.network << " " << c.address;
    }
}

TEST(Network, RefusesWhatIsNoNetwork) {
    for (const char* text :
         {"",
          "/8",
          "10.0.0.0/",
          "10.0.0.0/33",
          "10.0.0.0/-1",
          "10.0.0.0/8x",
          "10.0.0.0/+8",
          "::/129",
          "10.0.0.0/99999999999",
          "10.0.0.0/8/8"}) {
        EXPECT_FALSE(parse_network(text)) << text;
    }
}

TEST(Network, AnyOfSeveralWillDo) {
    const std::vector networks{*parse_network("10.0.0.0/8"), *parse_network("::1")};
    EXPECT_TRUE(contains(networks, ip("10.1.1.1")));
    EXPECT_TRUE(contains(networks, ip("::1")));
    EXPECT_FALSE(contains(networks, ip("192.0.2.1")));
    EXPECT_FALSE(contains({}, ip("10.1.1.1")));
}

}  // namespace
}  // namespace latchkey
