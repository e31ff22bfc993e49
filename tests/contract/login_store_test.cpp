/// What every LoginStore promises.
#include "contract/login_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey::login {
namespace {

TYPED_TEST_SUITE(LoginStoreContract, Backends);

TYPED_TEST(LoginStoreContract, KnowsNothingOfALoginThatNobodyScanned) {
    EXPECT_EQ(this->found(login_id(noon, 1)), std::nullopt);
}

TYPED_TEST(LoginStoreContract, HandsNothingToTheFirstChangeAndKeepsWhatItReturns) {
    std::optional<bool> was_empty;
    const Login wanted = scanned_login(1);

    const auto answered =
        this->update(wanted.id, [&](const std::optional<Login>& seen) -> Result<Login> {
            was_empty = !seen;
            return wanted;
        });

    EXPECT_EQ(was_empty, true);
    EXPECT_EQ(answered.value(), wanted);
    EXPECT_EQ(this->found(wanted.id), wanted);
}

TYPED_TEST(LoginStoreContract, HandsTheStoredLoginToTheNextChange) {
    const Login first = scanned_login(1);
    Login second = first;
    second.state = State::approved;
    second.decided_at = noon + seconds(5);
    second.expires_at = noon + seconds(900);
    second.approver = filled<SessionId>(10);
    this->update(first.id, becomes(first)).value();

    this->update(
            first.id,
            [&](const std::optional<Login>& seen) -> Result<Login> {
                EXPECT_EQ(seen, first);
                return second;
            }
    ).value();

    EXPECT_EQ(this->found(first.id), second);
}

TYPED_TEST(LoginStoreContract, WritesNothingWhenTheChangeRefuses) {
    const Login first = scanned_login(1);
    this->update(first.id, becomes(first)).value();

    const auto refused = this->update(first.id, [](const std::optional<Login>&) -> Result<Login> {
        return Errc::already_scanned;
    });

    EXPECT_EQ(refused.error(), Errc::already_scanned);
    EXPECT_EQ(this->found(first.id), first);
}

TYPED_TEST(LoginStoreContract, KeepsLoginsApart) {
    this->update(scanned_login(1).id, becomes(scanned_login(1))).value();
    this->update(scanned_login(2).id, becomes(scanned_login(2))).value();

    EXPECT_EQ(this->found(scanned_login(1).id), scanned_login(1));
    EXPECT_EQ(this->found(scanned_login(2).id), scanned_login(2));
}

TYPED_TEST(LoginStoreContract, LetsExactlyOneOf64CallersWin) {
    const LoginId id = login_id(noon, 1);
    std::vector<Async<Result<Login>>> callers;
    for (int caller = 0; caller < 64; ++caller) {
        const Approver phone{filled<AccountId>(caller), filled<SessionId>(caller)};
        callers.push_back(this->store().update(
            id,
            [id, phone](const std::optional<Login>& seen) {
                return scanned(seen, {.id = id}, phone, noon);
            },
            {noon, "192.0.2.1"}
        ));
    }

    const auto answers = await_all(std::move(callers));

    std::vector<Login> winners;
    for (const auto& answer : answers) {
        if (answer) {
            winners.push_back(*answer);
        } else {
            EXPECT_EQ(answer.error(), Errc::already_scanned);
        }
    }
    ASSERT_EQ(winners.size(), 1U);
    EXPECT_EQ(this->found(id), winners.front());
}

TYPED_TEST(LoginStoreContract, CollectingWritesTheSessionOfTheLoginsAccountWithIt) {
    Login login = scanned_login(1);
    login.state = State::collected;

    await(this->store().collect(login.id, becomes(login), as_session(5))).value();

    EXPECT_EQ(this->found(login.id), login);
    const auto signed_in = this->session(5);
    ASSERT_TRUE(signed_in);
    EXPECT_EQ(signed_in->account_name, "Ada");
    EXPECT_EQ(signed_in->session.account, ada.id);
    EXPECT_EQ(signed_in->session.kind, identity::SessionKind::scan);
    EXPECT_EQ(signed_in->session.approved_by, login.approver);
    EXPECT_EQ(signed_in->session.browser, "Chrome");
    EXPECT_EQ(signed_in->session.system, "Windows");
    EXPECT_EQ(signed_in->session.address, "198.51.100.4");
    EXPECT_EQ(signed_in->session.expires_at, noon + identity::session_life);
}

TYPED_TEST(LoginStoreContract, ARefusedCollectLeavesNoSession) {
    const auto refused = await(this->store().collect(
        login_id(noon, 1),
        [](const std::optional<Login>&) -> Result<Login> { return Errc::not_approved; },
        as_session(5)
    ));

    EXPECT_EQ(refused.error(), Errc::not_approved);
    EXPECT_FALSE(this->session(5));
}

TYPED_TEST(LoginStoreContract, NobodyCollectsForADisabledAccount) {
    await(this->backend_.accounts().set_disabled(ada.id, true, noon)).value();
    Login login = scanned_login(1);
    login.state = State::collected;

    const auto refused = await(this->store().collect(login.id, becomes(login), as_session(5)));

    EXPECT_EQ(refused.error(), Errc::approval_withdrawn);
    EXPECT_FALSE(this->found(login.id)) << "neither the login nor the session may be half done";
    await(this->backend_.accounts().set_disabled(ada.id, false, noon)).value();
    EXPECT_FALSE(this->session(5));
}

TYPED_TEST(LoginStoreContract, AnApprovalEndsWithThePhonesSessionThatGaveIt) {
    auto& accounts = this->backend_.accounts();
    const auto approve = [&](int fill) {
        Login login = scanned_login(fill);
        login.state = State::approved;
        this->update(login.id, becomes(login)).value();
        return login.id;
    };
    const auto collect = [&](const LoginId& id) {
        return await(this->store().collect(
            id,
            [](const std::optional<Login>& seen) {
                return collected(seen, filled<SessionId>(5), noon);
            },
            as_session(5)
        ));
    };
    const LoginId before_end = approve(1);
    await(this->backend_.sessions().end_session(
              ada.id, filled<SessionId>(this->phone), identity::EndedFrom::elsewhere, noon
          ))
        .value();
    EXPECT_EQ(collect(before_end).error(), Errc::approval_withdrawn);

    await(this->backend_.sessions().add_session(new_session(ada, this->phone))).value();
    const LoginId before_password = approve(2);
    await(accounts.set_password(ada.id, "another hash", noon)).value();
    EXPECT_EQ(collect(before_password).error(), Errc::approval_withdrawn);
    EXPECT_EQ(this->found(before_password)->state, State::approved) << "nothing is half done";

    const LoginId before_disable = approve(3);
    await(accounts.set_disabled(ada.id, true, noon)).value();
    await(accounts.set_disabled(ada.id, false, noon)).value();
    EXPECT_EQ(collect(before_disable).error(), Errc::approval_withdrawn);
    EXPECT_FALSE(this->session(5));
}

TYPED_TEST(LoginStoreContract, CollectingEndsTheSessionThatTheBrowserHad) {
    await(this->backend_.sessions().add_session(new_session(ada, 6))).value();
    Login login = scanned_login(1);
    login.state = State::collected;
    Collection granted = as_session(5);
    granted.session->replaces = filled<SessionGrant::TokenHash>(6);

    await(this->store().collect(login.id, becomes(login), granted)).value();

    EXPECT_TRUE(this->session(5));
    EXPECT_FALSE(this->session(6));
    EXPECT_TRUE(this->session(this->phone));
}

TYPED_TEST(LoginStoreContract, OneLoginGivesOneSessionHoweverManyCollectIt) {
    Login approved = scanned_login(1);
    approved.state = State::approved;
    this->update(approved.id, becomes(approved)).value();
    std::vector<Async<Result<Login>>> callers;
    for (int caller = 10; caller < 42; ++caller) {
        callers.push_back(this->store().collect(
            approved.id,
            [](const std::optional<Login>& seen) {
                return collected(seen, filled<SessionId>(5), noon);
            },
            as_session(caller)
        ));
    }

    const auto answers = await_all(std::move(callers));

    EXPECT_EQ(
        std::ranges::count_if(answers, [](const auto& answer) { return answer.has_value(); }), 1
    );
    const auto sessions = await(this->backend_.sessions().sessions_of(ada.id, noon)).value();
    EXPECT_EQ(sessions.size(), 2U) << "the phone's, and one more";
}

}  // namespace
}  // namespace latchkey::login
