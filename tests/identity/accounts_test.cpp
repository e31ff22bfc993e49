#include "identity/accounts.hpp"

#include "identity/people.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::StartsWith;

class AccountsOf : public testing::Test {
 protected:
    Result<Account> prove(std::string name, std::string password) {
        return await(people.accounts.prove(std::move(name), Secret(std::move(password))));
    }
    People people;
};

TEST_F(AccountsOf, ANameAndItsPasswordProveWhoOneIs) {
    const Account added = people.add("Ada", "correct horse");

    EXPECT_EQ(prove("Ada", "correct horse")->id, added.id);
    EXPECT_EQ(prove(" aDA ", "correct horse")->id, added.id);
    EXPECT_EQ(prove("Ada", "Correct horse").error(), Errc::wrong_credentials);
}

TEST_F(AccountsOf, AnUnknownNameCostsOneCheckAsAKnownOneDoes) {
    people.add("Ada", "correct horse");

    EXPECT_EQ(prove("Ada", "wrong password").error(), Errc::wrong_credentials);
    EXPECT_EQ(prove("Eve", "wrong password").error(), Errc::wrong_credentials);
    EXPECT_EQ(prove("no name \x01 at all", "wrong password").error(), Errc::wrong_credentials);

    EXPECT_THAT(
        people.plain.checked,
        ElementsAre(StartsWith("plain:"), StartsWith("dummy:"), StartsWith("dummy:"))
    );
}

TEST_F(AccountsOf, ADisabledAccountIsCheckedAndRefusedLikeAWrongPassword) {
    const Account ada = people.add("Ada", "correct horse");
    await(people.accounts.set_disabled(ada.id, true, noon)).value();

    EXPECT_EQ(prove("Ada", "correct horse").error(), Errc::wrong_credentials);
    EXPECT_THAT(people.plain.checked, SizeIs(1));

    await(people.accounts.set_disabled(ada.id, false, noon)).value();
    EXPECT_TRUE(prove("Ada", "correct horse"));
}

TEST_F(AccountsOf, APasswordThatNoAccountCanHaveIsNotHashed) {
    EXPECT_EQ(prove("Ada", std::string(1025, 'p')).error(), Errc::wrong_credentials);
    EXPECT_THAT(people.plain.checked, SizeIs(0));
}

TEST_F(AccountsOf, AHashOfAnOldCostIsReplacedAtTheNextSignIn) {
    const Account ada = people.add("Ada", "correct horse");
    const Minted phone = people.sign_in(ada);
    people.plain.cost = "costlier:";

    const auto proven = prove("Ada", "correct horse");

    EXPECT_EQ(proven->password_hash, "costlier:correct horse");
    EXPECT_EQ(people.store.all_accounts.front().password_hash, "costlier:correct horse");
    EXPECT_TRUE(people.who(phone)) << "the password is the same, so sessions go on";
    EXPECT_EQ(prove("Ada", "wrong password").error(), Errc::wrong_credentials);
}

TEST_F(AccountsOf, RefusesBadNamesWeakPasswordsAndTakenNames) {
    people.add("Ada", "correct horse");

    const auto error = [&](std::string name, std::string password) {
        return await(people.accounts.add(
                         std::move(name), Secret(std::move(password)), Role::person, noon
                     ))
            .error();
    };
    EXPECT_EQ(error("\t", "correct horse"), Errc::invalid_name);
    EXPECT_EQ(error("Ben", "short"), Errc::weak_password);
    EXPECT_EQ(error("ADA", "correct horse"), Errc::name_taken);
}

TEST_F(AccountsOf, ANewPasswordEndsSessionsAtOnceDespiteTheCache) {
    const Account ada = people.add("Ada", "correct horse");
    const Minted phone = people.sign_in(ada);
    ASSERT_TRUE(people.who(phone));

    await(people.accounts.set_password(ada.id, Secret("battery staple"), noon)).value();

    EXPECT_FALSE(people.who(phone));
    EXPECT_FALSE(prove("Ada", "correct horse"));
    EXPECT_TRUE(prove("Ada", "battery staple"));
}

TEST_F(AccountsOf, DisablingEndsSessionsAtOnceDespiteTheCache) {
    const Account ada = people.add("Ada", "correct horse");
    const Minted phone = people.sign_in(ada);
    ASSERT_TRUE(people.who(phone));

    await(people.accounts.set_disabled(ada.id, true, noon)).value();

    EXPECT_FALSE(people.who(phone));
}

TEST_F(AccountsOf, ABrokenStoreIsNotAWrongPassword) {
    people.store.broken = true;

    EXPECT_EQ(prove("Ada", "correct horse").error(), Errc::unavailable);
}

}  // namespace
}  // namespace latchkey::identity
