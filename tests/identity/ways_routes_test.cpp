#include "identity/ways_routes.hpp"

#include "identity/passkey_calls.hpp"

#include <gmock/gmock.h>

namespace latchkey::identity {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class WaysCalls : public PasskeyCalls {
 protected:
    explicit WaysCalls(const AccountRules& rules = {}) : PasskeyCalls(rules) {}

    net::Response set_password(const std::string& password) {
        return call(Method::post, "/v1/me/password", json::object{{"password", password}});
    }
    std::vector<std::string> renew() {
        std::vector<std::string> codes;
        const json::object answer =
            object(call(Method::post, "/v1/me/recovery-codes", json::object()));
        for (const json::value& code : answer.at("codes").as_array()) {
            codes.emplace_back(code.as_string());
        }
        return codes;
    }
    net::Response recover(const std::string& name, const std::string& code) {
        return call(
            Method::post, "/v1/session", json::object{{"name", name}, {"recovery_code", code}}
        );
    }
    std::int64_t codes_left() {
        return object(call(Method::get, "/v1/me/recovery-codes")).at("left").as_int64();
    }
    std::size_t sessions() const { return people.store.all_sessions.size(); }
};

TEST_F(WaysCalls, ANewPasswordIsTheOnlyOneAndEndsEveryOtherSession) {
    people.sign_in(ada);
    ASSERT_EQ(sessions(), 2U);

    EXPECT_EQ(set_password("another horse").status, 204U);

    EXPECT_EQ(sessions(), 1U);
    EXPECT_EQ(call(Method::get, "/v1/session").status, 200U) << "this one goes on";
    EXPECT_FALSE(await(people.accounts.prove("Ada", Secret("correct horse"))));
    EXPECT_TRUE(await(people.accounts.prove("Ada", Secret("another horse"))));
    EXPECT_EQ(problem(set_password("short")), "422 weak-password");
    for (int i = 2; i < static_cast<int>(changes_burst); ++i) {
        EXPECT_EQ(set_password("another horse").status, 204U);
    }
    EXPECT_EQ(set_password("another horse").status, 429U);
}

TEST_F(WaysCalls, APasswordGoesOnlyWhereAPasskeyIs) {
    EXPECT_EQ(problem(call(Method::delete_, "/v1/me/password")), "409 last-way-in");
    EXPECT_TRUE(await(people.accounts.prove("Ada", Secret("correct horse"))));

    ASSERT_EQ(add().status, 201U);
    EXPECT_EQ(call(Method::delete_, "/v1/me/password").status, 204U);
    EXPECT_FALSE(await(people.accounts.prove("Ada", Secret("correct horse"))));
    EXPECT_FALSE(await(people.accounts.prove("Ada", Secret(""))));
}

TEST_F(WaysCalls, TheLastPasskeyGoesOnlyWhenThatIsMeant) {
    ASSERT_EQ(add().status, 201U);
    ASSERT_EQ(call(Method::delete_, "/v1/me/password").status, 204U);

    EXPECT_EQ(problem(call(Method::delete_, path())), "409 last-way-in");
    EXPECT_EQ(people.passkey_store.all.size(), 1U);
    EXPECT_EQ(call(Method::delete_, path() + "?last=1").status, 204U);
}

TEST_F(WaysCalls, ARecoveryCodeSignsInOnce) {
    const auto codes = renew();
    ASSERT_EQ(codes.size(), recovery_codes_made);
    EXPECT_THAT(codes[0], MatchesRegex("([A-Z2-7]{4}-){3}[A-Z2-7]{4}"));
    EXPECT_EQ(codes_left(), 10);
    cookie.clear();

    const auto recovered = recover("aDa", codes[3]);
    ASSERT_EQ(recovered.status, 200U);
    cookie = cookie_in(recovered);
    EXPECT_EQ(
        object(call(Method::get, "/v1/session")).at("session").at("kind").as_string(), "recovery"
    );
    EXPECT_EQ(codes_left(), 9);
    EXPECT_EQ(problem(recover("Ada", codes[3])), "401 recovery-refused") << "it was used";
    EXPECT_EQ(add().status, 201U) << "whoever lost every passkey makes another at once";
}

TEST_F(WaysCalls, NewCodesEndTheOldOnes) {
    const auto old = renew();
    const auto codes = renew();

    EXPECT_EQ(problem(recover("Ada", old[0])), "401 recovery-refused");
    EXPECT_EQ(recover("Ada", codes[0]).status, 200U);
}

TEST_F(WaysCalls, ACodeIsOfOneAccountAndOfOneThatMaySignIn) {
    const auto codes = renew();
    people.add("Ben", "correct horse");
    EXPECT_EQ(problem(recover("Ben", codes[0])), "401 recovery-refused");
    EXPECT_EQ(problem(recover("Nobody", codes[0])), "401 recovery-refused");
    EXPECT_EQ(problem(recover("Ada", "")), "401 recovery-refused");

    await(people.accounts.set_disabled(ada.id, true, people.now)).value();
    EXPECT_EQ(problem(recover("Ada", codes[0])), "401 recovery-refused");
    await(people.accounts.set_disabled(ada.id, false, people.now)).value();
    EXPECT_EQ(recover("Ada", codes[0]).status, 200U) << "and that did not use it up";
}

TEST_F(WaysCalls, GuessedCodesAreSlowedAsPasswordsAre) {
    const auto codes = renew();
    for (int i = 0; i < static_cast<int>(name_failures_burst); ++i) {
        EXPECT_EQ(recover("Ada", "AAAA-AAAA-AAAA-AAAA").status, 401U);
    }
    peer.address = *parse_ip("198.51.100.7");
    EXPECT_EQ(recover("Ada", codes[0]).status, 429U);
    people.steady += seconds(11);
    EXPECT_EQ(recover("Ada", codes[0]).status, 200U) << "slowed, and not locked out";
}

TEST_F(WaysCalls, WhatOpensAnAccountChangesInAFreshSessionOnly) {
    ASSERT_EQ(add().status, 201U);
    people.now += fresh_session_max;
    const json::object named{{"name", "Ada"}};
    EXPECT_EQ(problem(set_password("another horse")), "403 sign-in-again");
    EXPECT_EQ(problem(call(Method::delete_, "/v1/me/password")), "403 sign-in-again");
    EXPECT_EQ(
        problem(call(Method::post, "/v1/me/recovery-codes", json::object())), "403 sign-in-again"
    );
    EXPECT_EQ(problem(call(Method::post, "/v1/me/delete", named)), "403 sign-in-again");
    EXPECT_EQ(call(Method::get, "/v1/me/recovery-codes").status, 200U);

    cookie.clear();
    for (const char* const asked : {"/v1/me/password", "/v1/me/recovery-codes", "/v1/me/delete"}) {
        EXPECT_EQ(call(Method::post, asked, json::object()).status, 401U) << asked;
    }
}

TEST_F(WaysCalls, ADeletedAccountIsGoneWithAllThatItHad) {
    ASSERT_EQ(add().status, 201U);
    renew();
    const auto remove = [&](const std::string& name) {
        return call(Method::post, "/v1/me/delete", json::object{{"name", name}});
    };
    EXPECT_EQ(problem(remove("Ben")), "409 other-name");
    EXPECT_EQ(remove("").status, 409U);
    EXPECT_EQ(call(Method::post, "/v1/me/delete", json::object()).status, 400U);

    const auto removed = remove(" ada");
    EXPECT_EQ(removed.status, 204U);
    EXPECT_EQ(cookie_in(removed), "");
    EXPECT_EQ(call(Method::get, "/v1/session").status, 401U);
    EXPECT_TRUE(people.store.all_accounts.empty());
    EXPECT_TRUE(people.store.all_passkeys.empty());
    EXPECT_TRUE(people.store.all_codes.empty());
}

TEST_F(WaysCalls, TheLastAdministratorStays) {
    await(people.store.set_role(ada.id, Role::admin, people.now)).value();
    cookie = people.sign_in(ada).cookie_value;
    const json::object named{{"name", "Ada"}};
    EXPECT_EQ(problem(call(Method::post, "/v1/me/delete", named)), "409 last-admin");
    EXPECT_EQ(call(Method::get, "/v1/session").status, 200U);
}

class WaysWithoutPasswords : public WaysCalls {
 protected:
    WaysWithoutPasswords() : WaysCalls({.passwords = false}) {}
};

TEST_F(WaysWithoutPasswords, NoneIsSetAndNoneOpensAnAccount) {
    EXPECT_EQ(problem(set_password("another horse")), "403 passwords-off");
    const json::object right{{"name", "Ada"}, {"password", "correct horse"}};
    EXPECT_EQ(problem(call(Method::post, "/v1/session", right)), "403 passwords-off");
    EXPECT_FALSE(object(call(Method::get, "/v1/me/passkeys")).at("passwords").as_bool());
    EXPECT_EQ(recover("Ada", renew()[0]).status, 200U);
}

TEST_F(WaysWithoutPasswords, AnOldPasswordIsNoWayInSoTheLastPasskeyStays) {
    ASSERT_EQ(add().status, 201U);
    EXPECT_FALSE(object(call(Method::get, "/v1/me/passkeys")).at("password").as_bool());

    EXPECT_EQ(problem(call(Method::delete_, path())), "409 last-way-in");
    EXPECT_EQ(people.passkey_store.all.size(), 1U);
    EXPECT_EQ(call(Method::delete_, path() + "?last=1").status, 204U);
}

TEST(RecoveryCodes, AreReadAsPeopleTypeThem) {
    const auto code = filled<RecoveryCode>(0x5a);
    const std::string text = to_string(code);
    EXPECT_EQ(text.size(), 19U);
    EXPECT_EQ(parse_recovery_code(text), code);
    std::string typed = " " + text;
    for (char& c : typed) {
        if (c == '-') c = ' ';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    EXPECT_EQ(parse_recovery_code(typed), code);
    EXPECT_EQ(
        parse_recovery_code("0888-0888-0888-0888"), parse_recovery_code("OBBB-OBBB-OBBB-OBBB")
    );
    for (const char* const wrong : {"", "AAAA", "AAAA-AAAA-AAAA-AAA", "AAAA-AAAA-AAAA-AAA1"}) {
        EXPECT_FALSE(parse_recovery_code(wrong)) << wrong;
    }
    EXPECT_NE(recovery_hash(filled<AccountId>(1), code), recovery_hash(filled<AccountId>(2), code));
}

}  // namespace
}  // namespace latchkey::identity
