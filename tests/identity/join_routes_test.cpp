#include "identity/join_routes.hpp"

#include "identity/passkey_calls.hpp"

#include <gmock/gmock.h>

namespace latchkey::identity {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Somebody whom Ada has invited, with an authenticator and nothing else.
class JoinCalls : public PasskeyCalls {
 protected:
    explicit JoinCalls(const AccountRules& rules = {}) : PasskeyCalls(rules) {
        cookie.clear();
        token = invite();
    }
    std::string invite(Role role = Role::person) {
        const auto minted = mint_invitation(people.random, role, seconds(3600), noon);
        await(people.store.add_invitation(minted.invitation)).value();
        return minted.token;
    }
    net::Response look(const std::string& with) {
        return call(Method::post, "/v1/join/look", json::object{{"token", with}});
    }
    /// The options for a passkey of that name.
    net::Response begin(const std::string& name) {
        return call(
            Method::post, "/v1/join/challenge", json::object{{"token", token}, {"name", name}}
        );
    }
    net::Response join(const json::object& options, const std::string& name) {
        const Octets challenge =
            from_base64url(std::string(options.at("challenge").as_string())).value();
        return call(
            Method::post,
            "/v1/join",
            json::object{
                {"token", token},
                {"name", name},
                {"user", options.at("user").at("id")},
                {"credential", registration(challenge)},
            }
        );
    }
    std::string token;
};

TEST_F(JoinCalls, TellWhatALinkIsGoodFor) {
    const json::object seen = object(look(token));
    EXPECT_EQ(seen.at("by").as_string(), "invitation");
    EXPECT_EQ(seen.at("role").as_string(), "person");
    EXPECT_EQ(seen.at("expires_in_ms").as_int64(), 3'600'000);
    EXPECT_TRUE(seen.at("passwords").as_bool());
    EXPECT_TRUE(seen.at("passkeys").as_bool());

    EXPECT_EQ(problem(look(std::string(43, 'A'))), "403 invitation-unknown");
    EXPECT_EQ(problem(look("")), "403 sign-up-closed");
    peer.secure = false;
    EXPECT_FALSE(object(look(token)).at("passkeys").as_bool());
    EXPECT_EQ(problem(begin("Cleo")), "404 passkeys-off");
}

TEST_F(JoinCalls, APasskeyIsEnoughForAnAccount) {
    const json::object options = object(begin("Cleo"));
    EXPECT_EQ(options.at("user").at("name").as_string(), "Cleo");
    EXPECT_EQ(people.store.all_accounts.size(), 1U) << "a challenge stores nothing";

    const auto joined = join(options, "Cleo");
    ASSERT_EQ(joined.status, 201U) << joined.body;
    cookie = cookie_in(joined);
    const json::object who = object(call(Method::get, "/v1/session"));
    EXPECT_EQ(who.at("account").at("name").as_string(), "Cleo");
    EXPECT_EQ(who.at("session").at("kind").as_string(), "passkey");
    const json::object ways = object(call(Method::get, "/v1/me/passkeys"));
    EXPECT_FALSE(ways.at("password").as_bool());
    EXPECT_EQ(ways.at("passkeys").as_array().size(), 1U);
    EXPECT_EQ(problem(look(token)), "403 invitation-unknown") << "the link was used";

    cookie.clear();
    const json::object guess{{"name", "Cleo"}, {"password", "correct horse"}};
    EXPECT_EQ(problem(call(Method::post, "/v1/session", guess)), "401 wrong-credentials");
    EXPECT_EQ(people.plain.checked.back(), "dummy:nobody knows this one")
        << "an account without a password takes as long to refuse as any other";
}

TEST_F(JoinCalls, AChallengeIsOfOneAccountAndOneLink) {
    const json::object first = object(begin("Cleo"));
    json::object other = object(begin("Dora"));
    other["challenge"] = first.at("challenge");
    EXPECT_EQ(problem(join(other, "Dora")), "400 challenge-expired") << "of another account";

    const std::string mine = token;
    token = invite(Role::admin);
    EXPECT_EQ(problem(join(first, "Cleo")), "400 challenge-expired") << "of another link";
    token = mine;
    people.now += challenge_life;
    EXPECT_EQ(problem(join(first, "Cleo")), "400 challenge-expired") << "too old";
    people.now -= challenge_life;
    EXPECT_EQ(join(first, "Cleo").status, 201U) << "and nothing of this used it up";
    token = invite();
    EXPECT_THAT(problem(join(first, "Dora")), HasSubstr("challenge-expired")) << "used";
}

TEST_F(JoinCalls, APasskeyThatWasRefusedLeavesTheLinkGood) {
    const json::object options = object(begin("Cleo"));
    authenticator.rp_id = "evil.example";
    EXPECT_EQ(problem(join(options, "Cleo")), "422 passkey-refused");
    EXPECT_EQ(people.store.all_accounts.size(), 1U);
    EXPECT_EQ(look(token).status, 200U);
}

TEST_F(JoinCalls, ABodyThatIsNotWholeIsABadRequest) {
    const json::object options = object(begin("Cleo"));
    const Octets challenge =
        from_base64url(std::string(options.at("challenge").as_string())).value();
    json::object whole{
        {"token", token},
        {"name", "Cleo"},
        {"user", options.at("user").at("id")},
        {"credential", registration(challenge)},
    };
    for (const char* const member : {"token", "name", "user", "credential"}) {
        json::object less = whole;
        less.erase(member);
        EXPECT_EQ(call(Method::post, "/v1/join", less).status, 400U) << member;
        less[member] = 1;
        EXPECT_EQ(call(Method::post, "/v1/join", less).status, 400U) << member;
    }
    EXPECT_EQ(call(Method::post, "/v1/join", whole).status, 201U);
}

TEST_F(JoinCalls, WhoeverGuessesLinksIsSlowedDown) {
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(problem(look(std::string(43, 'A'))), "403 invitation-unknown");
    }
    EXPECT_EQ(look(token).status, 429U);
    EXPECT_EQ(begin("Cleo").status, 429U);
    EXPECT_THAT(look(token).fields, HasSubstr("Retry-After: "));
}

class OpenJoinCalls : public JoinCalls {
 protected:
    OpenJoinCalls() : JoinCalls({.sign_up = SignUp::open}) { token.clear(); }
};

TEST_F(OpenJoinCalls, OneAddressMakesSoManyAccountsAndNoMore) {
    const auto make = [&](const std::string& name) {
        const json::object body{{"token", ""}, {"name", name}, {"password", "correct horse"}};
        return call(Method::post, "/v1/join", body);
    };
    EXPECT_EQ(object(look("")).at("by").as_string(), "open");
    for (int i = 0; i < 20; ++i) EXPECT_EQ(problem(make("Ada")), "409 name-taken");
    for (int i = 0; i < static_cast<int>(joins_burst); ++i) {
        EXPECT_EQ(make("person " + std::to_string(i)).status, 201U);
    }
    const auto slowed = make("one more");
    EXPECT_EQ(slowed.status, 429U);
    EXPECT_THAT(slowed.fields, Not(HasSubstr("Set-Cookie")));
    peer.address = *parse_ip("192.0.2.1");
    EXPECT_EQ(make("one more").status, 201U);
}

}  // namespace
}  // namespace latchkey::identity
