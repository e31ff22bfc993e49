#include "crypto/password.hpp"

#include <gtest/gtest.h>

namespace latchkey::crypto {
namespace {

const Secret right("correct horse");

TEST(Password, IsArgon2idOfTwoPassesOver19MiB) {
    EXPECT_TRUE(hash_password(right).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST(Password, VerifiesTheRightOneAlone) {
    const std::string hash = hash_password(right);

    EXPECT_TRUE(verify_password(hash, right));
    EXPECT_FALSE(verify_password(hash, Secret("Correct horse")));
    EXPECT_FALSE(verify_password(hash, Secret("")));
}

TEST(Password, IsSaltedSoThatEqualOnesDoNotShow) {
    EXPECT_NE(hash_password(right), hash_password(right));
}

TEST(Password, MayHoldAnyBytes) {
    const Secret odd(std::string("\0\xff line\n end", 12));
    const std::string hash = hash_password(odd);

    EXPECT_TRUE(verify_password(hash, odd));
    EXPECT_FALSE(verify_password(hash, Secret(std::string("\0", 1))));
}

TEST(Password, NothingVerifiesAgainstWhatIsNoHash) {
    EXPECT_FALSE(verify_password("", right));
    EXPECT_FALSE(verify_password("correct horse", right));
    EXPECT_FALSE(verify_password("$argon2id$v=19$m=19456,t=2,p=1$", right));
}

/// From the tests of Argon2's reference implementation: 2 passes over 256 KiB.
TEST(Password, VerifiesHashesOfOtherCostsAndKnowsThemAsOutdated) {
    const std::string cheap =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    EXPECT_TRUE(verify_password(cheap, Secret("password")));
    EXPECT_FALSE(verify_password(cheap, right));
    EXPECT_TRUE(needs_rehash(cheap));
    EXPECT_TRUE(needs_rehash("no hash at all"));
    EXPECT_FALSE(needs_rehash(hash_password(right)));
    const PasswordCost dear{.passes = 1, .memory_bytes = std::size_t{32} * 1024 * 1024};
    EXPECT_TRUE(needs_rehash(hash_password(right), dear));
    EXPECT_FALSE(needs_rehash(hash_password(right, dear), dear));
    EXPECT_TRUE(verify_password(hash_password(right, dear), right));
}

TEST(Password, TheDummyCostsWhatARealOneCostsAndNothingFitsIt) {
    const std::string hash = hash_of_unknown_password();

    EXPECT_FALSE(needs_rehash(hash));
    EXPECT_FALSE(verify_password(hash, right));
    EXPECT_FALSE(verify_password(hash, Secret("")));
}

}  // namespace
}  // namespace latchkey::crypto
