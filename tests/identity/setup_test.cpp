#include "identity/setup.hpp"

#include "identity/people.hpp"

#include <gtest/gtest.h>

namespace latchkey::identity {
namespace {

class SetupOf : public testing::Test {
 protected:
    Result<Setup::Done> finish(
        std::string token, std::string name = "Ada", std::string password = "correct horse"
    ) {
        return await(people.setup.finish(
            std::move(token),
            std::move(name),
            Secret(std::move(password)),
            {"Safari", "iOS", ""},
            noon
        ));
    }
    People people;
};

TEST_F(SetupOf, MakesTheFirstAccountAndSignsItIn) {
    const auto done = finish(people.setup.open());

    ASSERT_TRUE(done);
    EXPECT_EQ(done->account.name, "Ada");
    EXPECT_EQ(done->minted.session.kind, SessionKind::setup);
    EXPECT_EQ(people.who(done->minted)->account_name, "Ada");
    EXPECT_TRUE(await(people.accounts.prove("ada", Secret("correct horse"))));
}

TEST_F(SetupOf, WorksOnce) {
    const std::string token = people.setup.open();
    finish(token).value();

    EXPECT_FALSE(people.setup.is_open());
    EXPECT_EQ(finish(token, "Ben").error(), Errc::setup_closed);
}

TEST_F(SetupOf, IsClosedUntilItIsOpened) {
    EXPECT_FALSE(people.setup.is_open());
    EXPECT_EQ(finish("").error(), Errc::setup_closed);
    EXPECT_EQ(finish(std::string(43, 'A')).error(), Errc::setup_closed);
}

TEST_F(SetupOf, OnlyTheNewestTokenIsGood) {
    const std::string old = people.setup.open();
    const std::string token = people.setup.open();

    EXPECT_NE(old, token);
    EXPECT_EQ(finish(old).error(), Errc::setup_closed);
    EXPECT_EQ(finish(token + "A").error(), Errc::setup_closed);
    EXPECT_TRUE(finish(token));
}

TEST_F(SetupOf, AMistakeInNameOrPasswordDoesNotUseItUp) {
    const std::string token = people.setup.open();

    EXPECT_EQ(finish(token, "").error(), Errc::invalid_name);
    EXPECT_EQ(finish(token, "Ada", "short").error(), Errc::weak_password);
    EXPECT_TRUE(finish(token));
}

TEST_F(SetupOf, AnAccountMadeElsewhereClosesIt) {
    const std::string token = people.setup.open();
    people.add("Ben", "correct horse");

    EXPECT_EQ(finish(token).error(), Errc::setup_closed);
    EXPECT_FALSE(people.setup.is_open());
}

}  // namespace
}  // namespace latchkey::identity
