#include "identity/challenges.hpp"

#include "identity/people.hpp"

#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

class OfChallenges : public testing::Test {
 protected:
    static ChallengeFor adding(int account, int session) {
        return {Ceremony::registration, filled<AccountId>(account), filled<SessionId>(session)};
    }
    Challenges challenges{keys_of_challenges(), counted_random()};
};

TEST_F(OfChallenges, OneOpensForWhatItWasMadeForUntilItsTimeIsOver) {
    const Octets made = challenges.make({}, noon);

    EXPECT_EQ(made.size(), Challenges::size);
    EXPECT_TRUE(challenges.open(made, {}, noon));
    EXPECT_TRUE(challenges.open(made, {}, noon + challenge_life - milliseconds(1)));
    EXPECT_EQ(challenges.open(made, {}, noon + challenge_life).error(), Errc::challenge_expired);
}

TEST_F(OfChallenges, WhatIsSpentIsKeptForAsLongAsItCouldBeUsed) {
    const Octets made = challenges.make({}, noon);

    const auto spent = challenges.open(made, {}, noon).value();
    EXPECT_EQ(spent.hash, crypto::sha256(made));
    EXPECT_GT(spent.expires_at, noon + challenge_life);
}

TEST_F(OfChallenges, EachIsAnother) {
    EXPECT_NE(challenges.make({}, noon), challenges.make({}, noon));
}

TEST_F(OfChallenges, OneIsGoodForNothingElse) {
    const Octets signing_in = challenges.make({}, noon);
    const Octets of_ada = challenges.make(adding(1, 1), noon);

    EXPECT_TRUE(challenges.open(of_ada, adding(1, 1), noon));
    EXPECT_FALSE(challenges.open(signing_in, adding(1, 1), noon));
    EXPECT_FALSE(challenges.open(of_ada, {}, noon));
    EXPECT_FALSE(challenges.open(of_ada, adding(2, 1), noon)) << "another account";
    EXPECT_FALSE(challenges.open(of_ada, adding(1, 2), noon)) << "another session";
}

TEST_F(OfChallenges, NoBitOfItCanBeChanged) {
    const Octets made = challenges.make({}, noon);

    for (std::size_t bit = 0; bit < made.size() * 8; ++bit) {
        Octets other = made;
        other[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(challenges.open(other, {}, noon)) << bit;
    }
}

TEST_F(OfChallenges, AnotherSizeOpensNothing) {
    Octets made = challenges.make({}, noon);
    EXPECT_FALSE(challenges.open({}, {}, noon));
    EXPECT_FALSE(challenges.open(ByteView(made).first(31), {}, noon));
    made.push_back(std::byte{0});
    EXPECT_FALSE(challenges.open(made, {}, noon));
}

TEST_F(OfChallenges, ANodeWhoseClockIsBehindOpensIt) {
    const Octets made = challenges.make({}, noon);

    EXPECT_TRUE(challenges.open(made, {}, noon - seconds(30)));
    EXPECT_FALSE(challenges.open(made, {}, noon - seconds(31)));
}

}  // namespace
}  // namespace latchkey::identity
