#include "store/known_logins.hpp"

#include <gtest/gtest.h>

namespace latchkey::store {
namespace {

LoginId login(std::uint32_t created_s, std::uint64_t random) {
    LoginId id;
    put_big_endian(std::span(id.data).first<4>(), created_s);
    put_big_endian(std::span(id.data).last<8>(), random);
    return id;
}

constexpr std::uint32_t noon = 1'700'000'000;
constexpr std::uint32_t long_time = 3'600;

TEST(KnownLogins, AreAllAbsentAtFirst) {
    EXPECT_TRUE(KnownLogins().surely_absent(login(noon, 7)));
}

TEST(KnownLogins, NeverCallAStoredLoginAbsent) {
    KnownLogins known;
    for (std::uint64_t i = 0; i < 5'000; ++i)
        known.add(login(noon + static_cast<std::uint32_t>(i), i * i));

    for (std::uint64_t i = 0; i < 5'000; ++i) {
        EXPECT_FALSE(known.surely_absent(login(noon + static_cast<std::uint32_t>(i), i * i))) << i;
    }
}

TEST(KnownLogins, CallOthersAbsent) {
    KnownLogins known;
    known.add(login(noon, 7));

    EXPECT_TRUE(known.surely_absent(login(noon, 8)));
    EXPECT_TRUE(known.surely_absent(login(noon + long_time, 7)));
}

TEST(KnownLogins, AreNotSureOfThoseTooOldToRemember) {
    KnownLogins known;
    known.add(login(noon, 7));
    known.add(login(noon + long_time, 8));

    EXPECT_FALSE(known.surely_absent(login(noon, 7)));
    EXPECT_FALSE(known.surely_absent(login(noon, 9)));
    EXPECT_TRUE(known.surely_absent(login(noon + long_time, 9)));
}

TEST(KnownLogins, TakeTheZeroRandomForWhatItIs) {
    KnownLogins known;
    known.add(login(noon, 0));

    EXPECT_FALSE(known.surely_absent(login(noon, 0)));
}

TEST(KnownLogins, AddingTwiceChangesNothing) {
    KnownLogins known;
    for (int i = 0; i < 1'000; ++i) known.add(login(noon, 7));

    EXPECT_FALSE(known.surely_absent(login(noon, 7)));
    EXPECT_TRUE(known.surely_absent(login(noon, 8)));
}

}  // namespace
}  // namespace latchkey::store
