#include "store/kept_logins.hpp"

#include "contract/examples.hpp"

#include <gtest/gtest.h>

namespace latchkey::store {
namespace {

using login::Login;

TEST(KeptLogins, AreFoundAsTheyWereKeptLast) {
    KeptLogins kept;
    Login login = scanned_login(1);
    EXPECT_EQ(kept.find(login.id), nullptr);

    kept.keep(login);
    login.state = login::State::approved;
    kept.keep(login);

    ASSERT_NE(kept.find(login.id), nullptr);
    EXPECT_EQ(*kept.find(login.id), login);
}

TEST(KeptLogins, AreNeverTakenForOthersOfTheSamePlace) {
    KeptLogins kept;
    const Login first = scanned_login(1);
    Login second = first;
    second.id.data[0] ^= std::byte{1};  // the place is in the last bytes

    kept.keep(first);
    EXPECT_EQ(kept.find(second.id), nullptr);
    kept.keep(second);
    EXPECT_EQ(kept.find(first.id), nullptr);
    EXPECT_NE(kept.find(second.id), nullptr);
}

TEST(KeptLogins, CanBeForgotten) {
    KeptLogins kept;
    kept.keep(scanned_login(1));

    kept.forget_all();

    EXPECT_EQ(kept.find(scanned_login(1).id), nullptr);
}

}  // namespace
}  // namespace latchkey::store
