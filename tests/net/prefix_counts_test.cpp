/// How many connections an address prefix may have.
#include "net/shared.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

IpAddress ip(std::string_view text) {
    return parse_ip(text).value();
}

TEST(PrefixCounts, EachIPv4AddressHasItsOwn) {
    PrefixCounts counts;
    EXPECT_TRUE(counts.add(ip("203.0.113.7"), 2));
    EXPECT_TRUE(counts.add(ip("203.0.113.7"), 2));
    EXPECT_FALSE(counts.add(ip("203.0.113.7"), 2));
    EXPECT_TRUE(counts.add(ip("203.0.113.8"), 2));
    counts.remove(ip("203.0.113.7"));
    EXPECT_TRUE(counts.add(ip("203.0.113.7"), 2)) << "a place came free";
    EXPECT_FALSE(counts.add(ip("203.0.113.7"), 2)) << "what was refused did not count";
}

TEST(PrefixCounts, AnIPv6NetworkOf64BitsIsOne) {
    PrefixCounts counts;
    EXPECT_TRUE(counts.add(ip("2001:db8:1:2::1"), 2));
    EXPECT_TRUE(counts.add(ip("2001:db8:1:2:ffff:ffff:ffff:ffff"), 2));
    EXPECT_FALSE(counts.add(ip("2001:db8:1:2:3:4:5:6"), 2));
    EXPECT_TRUE(counts.add(ip("2001:db8:1:3::1"), 2));
    counts.remove(ip("2001:db8:1:2::1"));
    EXPECT_TRUE(counts.add(ip("2001:db8:1:2:3:4:5:6"), 2));
}

}  // namespace
}  // namespace latchkey::net
