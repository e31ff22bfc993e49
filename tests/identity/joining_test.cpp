#include "identity/joining.hpp"

#include "identity/people.hpp"

#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

class FirstAccount : public testing::Test {
 protected:
    Result<Joining::Done> finish(
        std::string token, std::string name = "Ada", std::string password = "correct horse"
    ) {
        return await(people.joining.with_password(
            std::move(token),
            std::move(name),
            Secret(std::move(password)),
            {{"Safari", "iOS", ""}, std::nullopt},
            noon
        ));
    }
    People people;
};

TEST_F(FirstAccount, MakesTheFirstAccountAndSignsItIn) {
    const auto done = finish(people.joining.open_setup());

    ASSERT_TRUE(done);
    EXPECT_EQ(done->account.name, "Ada");
    EXPECT_EQ(done->account.role, Role::admin);
    EXPECT_EQ(done->minted.session.kind, SessionKind::setup);
    EXPECT_EQ(people.who(done->minted)->account_name, "Ada");
    EXPECT_TRUE(await(people.accounts.prove("ada", Secret("correct horse"))));
}

TEST_F(FirstAccount, WorksOnce) {
    const std::string token = people.joining.open_setup();
    finish(token).value();

    EXPECT_FALSE(people.joining.setup_is_open());
    EXPECT_EQ(finish(token, "Ben").error(), Errc::invitation_unknown);
}

TEST_F(FirstAccount, TheLinkStaysVoidWhenNoAccountIsLeft) {
    const std::string token = people.joining.open_setup();
    const Account eve = people.add("Eve", "correct horse");
    EXPECT_EQ(finish(token).error(), Errc::invitation_unknown);
    await(people.accounts.remove(eve.id, noon)).value();

    EXPECT_EQ(finish(token).error(), Errc::invitation_unknown);
}

TEST_F(FirstAccount, IsClosedUntilItIsOpened) {
    EXPECT_FALSE(people.joining.setup_is_open());
    EXPECT_EQ(finish("").error(), Errc::sign_up_closed);
    EXPECT_EQ(finish(std::string(43, 'A')).error(), Errc::invitation_unknown);
}

TEST_F(FirstAccount, OnlyTheNewestTokenIsGood) {
    const std::string old = people.joining.open_setup();
    const std::string token = people.joining.open_setup();

    EXPECT_NE(old, token);
    EXPECT_EQ(finish(old).error(), Errc::invitation_unknown);
    EXPECT_EQ(finish(token + "A").error(), Errc::invitation_unknown);
    EXPECT_TRUE(finish(token));
}

TEST_F(FirstAccount, AMistakeInNameOrPasswordDoesNotUseItUp) {
    const std::string token = people.joining.open_setup();

    EXPECT_EQ(finish(token, "").error(), Errc::invalid_name);
    EXPECT_EQ(finish(token, "Ada", "short").error(), Errc::weak_password);
    EXPECT_TRUE(finish(token));
}

TEST_F(FirstAccount, AnAccountMadeElsewhereClosesIt) {
    const std::string token = people.joining.open_setup();
    EXPECT_TRUE(await(people.joining.admit(token, noon)));
    people.add("Ben", "correct horse");

    EXPECT_EQ(await(people.joining.admit(token, noon)).error(), Errc::invitation_unknown);
    EXPECT_EQ(finish(token).error(), Errc::invitation_unknown);
}

class Invited : public testing::Test {
 protected:
    explicit Invited(SignUp sign_up = SignUp::invite, bool passwords = true)
        : people({.sign_up = sign_up, .passwords = passwords}) {
        people.add("Ben", "correct horse");
    }
    std::string invite(Role role = Role::person, seconds life = seconds(60)) {
        const auto minted = mint_invitation(people.random, role, life, noon);
        await(people.store.add_invitation(minted.invitation)).value();
        return minted.token;
    }
    Result<Joining::Done> join(std::string token, std::string name, Time now = noon) {
        return await(people.joining.with_password(
            std::move(token),
            std::move(name),
            Secret("correct horse"),
            {{"Safari", "iOS", ""}, std::nullopt},
            now
        ));
    }
    People people;
};

TEST_F(Invited, OnePersonMakesOneAccountWithTheRoleThatTheLinkGives) {
    const std::string token = invite(Role::admin);

    const auto done = join(token, "Ada");

    ASSERT_TRUE(done);
    EXPECT_EQ(done->account.role, Role::admin);
    EXPECT_EQ(people.who(done->minted)->account_name, "Ada");
    EXPECT_EQ(join(token, "Eve").error(), Errc::invitation_unknown);
    EXPECT_EQ(join(invite(), "Cleo")->account.role, Role::person);
}

TEST_F(Invited, ALinkRunsOutAndCanBeTakenBack) {
    const std::string token = invite();
    EXPECT_EQ(join(token, "Ada", noon + seconds(60)).error(), Errc::invitation_unknown);
    EXPECT_TRUE(await(people.joining.admit(token, noon + milliseconds(59'999))));

    await(people.store.remove_invitation(*invitation_hash(token), noon)).value();
    EXPECT_EQ(join(token, "Ada").error(), Errc::invitation_unknown);
}

TEST_F(Invited, ANameThatIsTakenDoesNotUseTheLinkUp) {
    const std::string token = invite();

    EXPECT_EQ(join(token, "bEN").error(), Errc::name_taken);
    EXPECT_EQ(await(people.joining.begin(token, "ben", noon)).error(), Errc::name_taken);
    EXPECT_TRUE(join(token, "Ada"));
}

TEST_F(Invited, NobodyJoinsWithoutALink) {
    EXPECT_EQ(join("", "Eve").error(), Errc::sign_up_closed);
    EXPECT_EQ(join(std::string(43, 'A'), "Eve").error(), Errc::invitation_unknown);
    EXPECT_EQ(join("no token at all", "Eve").error(), Errc::invitation_unknown);
    EXPECT_EQ(people.store.all_accounts.size(), 1U);
}

class Closed : public Invited {
 protected:
    Closed() : Invited(SignUp::closed) {}
};

TEST_F(Closed, NotEvenALinkMakesAnAccount) {
    EXPECT_EQ(join(invite(), "Ada").error(), Errc::sign_up_closed);
    EXPECT_EQ(join("", "Ada").error(), Errc::sign_up_closed);
}

class Open : public Invited {
 protected:
    Open() : Invited(SignUp::open) {}
};

TEST_F(Open, EverybodyMakesAnAccountAndNobodyAnAdministrator) {
    const auto done = join("", "Ada");

    ASSERT_TRUE(done);
    EXPECT_EQ(done->account.role, Role::person);
    EXPECT_EQ(join("", "ada").error(), Errc::name_taken);
    EXPECT_EQ(join(invite(Role::admin), "Cleo")->account.role, Role::admin);
}

class WithoutPasswords : public Invited {
 protected:
    WithoutPasswords() : Invited(SignUp::invite, false) {}
};

TEST_F(WithoutPasswords, NoneMakesAnAccountNorOpensOne) {
    EXPECT_EQ(join(invite(), "Ada").error(), Errc::passwords_off);

    People nobody({.passwords = false});
    const std::string token = nobody.joining.open_setup();
    const auto first = await(nobody.joining.with_password(
        token, "Ada", Secret("correct horse"), {{"Safari", "iOS", ""}, std::nullopt}, noon
    ));
    EXPECT_EQ(first.error(), Errc::passwords_off);
}

}  // namespace
}  // namespace latchkey::identity
