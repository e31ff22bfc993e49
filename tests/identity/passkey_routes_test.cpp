#include "identity/passkey_routes.hpp"

#include "identity/passkey_calls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace latchkey::identity {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(PasskeyCalls, OffersWhatABrowserMakesAPasskeyFrom) {
    const auto response = call(Method::post, "/v1/me/passkeys/challenge", json::object());
    ASSERT_EQ(response.status, 200U);
    EXPECT_THAT(response.fields, HasSubstr("no-store"));
    const json::object options = object(response);

    EXPECT_EQ(options.at("rp").at("id").as_string(), "example.org");
    EXPECT_EQ(options.at("user").at("name").as_string(), "Ada");
    EXPECT_EQ(options.at("attestation").as_string(), "none");
    EXPECT_EQ(options.at("timeout").as_int64(), 300'000);
    EXPECT_EQ(options.at("authenticatorSelection").at("residentKey").as_string(), "required");
    EXPECT_EQ(options.at("authenticatorSelection").at("userVerification").as_string(), "required");
    EXPECT_EQ(options.at("pubKeyCredParams").as_array().size(), 3U);
    EXPECT_TRUE(options.at("excludeCredentials").as_array().empty());
}

TEST_F(PasskeyCalls, APasskeyIsAddedListedRenamedAndRemoved) {
    const auto added = add();
    ASSERT_EQ(added.status, 201U) << added.body;
    EXPECT_EQ(object(added).at("name").as_string(), "Firefox on Linux");
    EXPECT_TRUE(object(added).at("used_ms_ago").is_null());

    const json::object list = object(call(Method::get, "/v1/me/passkeys"));
    ASSERT_EQ(list.at("passkeys").as_array().size(), 1U);
    EXPECT_EQ(list.at("passkeys").at(0).at("id").as_string(), base64url(authenticator.id));

    const auto renamed = call(Method::post, path(), json::object{{"name", " Blue key "}});
    EXPECT_EQ(object(renamed).at("name").as_string(), "Blue key");
    EXPECT_EQ(call(Method::delete_, path()).status, 204U);
    EXPECT_EQ(problem(call(Method::delete_, path())), "404 passkey-unknown");
    EXPECT_TRUE(object(call(Method::get, "/v1/me/passkeys")).at("passkeys").as_array().empty());
}

TEST_F(PasskeyCalls, WhatAnAccountHasIsNotMadeOnceMore) {
    add();
    const json::object options =
        object(call(Method::post, "/v1/me/passkeys/challenge", json::object()));

    const json::value& had = options.at("excludeCredentials").at(0);
    EXPECT_EQ(had.at("id").as_string(), base64url(authenticator.id));
    EXPECT_EQ(json::serialize(had.at("transports")), R"(["internal","hybrid"])");
    EXPECT_EQ(problem(add()), "409 passkey-known");
}

TEST_F(PasskeyCalls, APasskeyNeedsNameableNames) {
    EXPECT_EQ(problem(add({{"name", ""}})), "422 invalid-passkey-name");
    EXPECT_EQ(problem(add({{"name", 7}})), "400 bad-request");
    EXPECT_EQ(add({{"name", "Key"}}).status, 201U);
    EXPECT_EQ(
        problem(call(Method::post, path(), json::object{{"name", "a\u0007b"}})),
        "422 invalid-passkey-name"
    );
    EXPECT_EQ(problem(call(Method::post, path(), json::object())), "400 bad-request");
}

TEST_F(PasskeyCalls, SignsInWithAPasskeyAndBeginsASessionOfItsOwn) {
    add();
    const std::string before = cookie;
    const auto response = sign_in_with(assertion(challenge()));

    ASSERT_EQ(response.status, 200U) << response.body;
    EXPECT_EQ(object(response).at("account").at("name").as_string(), "Ada");
    EXPECT_THAT(response.fields, HasSubstr("__Host-latchkey_session="));
    EXPECT_THAT(response.fields, Not(HasSubstr(before)));
    EXPECT_EQ(problem(call(Method::get, "/v1/session")), "401 not-signed-in")
        << "the session that this browser had has ended";
    ASSERT_EQ(people.store.all_sessions.size(), 1U);
    EXPECT_EQ(people.store.all_sessions.front().kind, SessionKind::passkey);
    EXPECT_EQ(people.passkey_store.all.front().used_at, people.now);
}

TEST_F(PasskeyCalls, AnAnswerSignsInOnce) {
    add();
    const json::object credential = assertion(challenge());
    EXPECT_EQ(sign_in_with(credential).status, 200U);

    EXPECT_EQ(problem(sign_in_with(credential)), "400 challenge-expired");
}

TEST_F(PasskeyCalls, AChallengeIsNeitherOldNorOfAnybodyElse) {
    add();
    const Octets old = challenge();
    people.now += challenge_life;
    EXPECT_EQ(problem(sign_in_with(assertion(old))), "400 challenge-expired");
    EXPECT_EQ(
        problem(sign_in_with(assertion(Octets(32, std::byte{0xc4})))), "400 challenge-expired"
    );
    const Octets adding =
        challenge_in(call(Method::post, "/v1/me/passkeys/challenge", json::object()));
    EXPECT_EQ(problem(sign_in_with(assertion(adding))), "400 challenge-expired");
}

TEST_F(PasskeyCalls, AWrongPasskeyIsRefusedAndCounted) {
    add();
    authenticator.key = test::SigningKey(8);
    EXPECT_EQ(problem(sign_in_with(assertion(challenge()))), "401 passkey-refused");
    authenticator.id = Octets(20, std::byte{0x77});
    EXPECT_EQ(problem(sign_in_with(assertion(challenge()))), "401 passkey-unknown");

    std::string last;
    for (int tries = 0; tries < 40; ++tries) {
        const auto asked = call(Method::post, "/v1/session/challenge", json::object());
        if (asked.status != 200) {
            last = problem(asked);
            break;
        }
        last = problem(sign_in_with(assertion(challenge_in(asked))));
    }
    EXPECT_EQ(last, "429 too-many-requests");
}

TEST_F(PasskeyCalls, NobodyWithoutTheOwnersVerificationComesIn) {
    add();
    authenticator.flags = test::up;
    EXPECT_EQ(problem(sign_in_with(assertion(challenge()))), "401 passkey-refused");
}

TEST_F(PasskeyCalls, ADisabledAccountIsRefused) {
    add();
    await(people.accounts.set_disabled(people.store.all_accounts.front().id, true, people.now))
        .value();
    EXPECT_EQ(problem(sign_in_with(assertion(challenge()))), "401 passkey-refused");
}

TEST_F(PasskeyCalls, ACounterThatGoesBackIsNotedAndNotFatal) {
    authenticator.sign_count = 9;
    add();
    authenticator.sign_count = 4;

    EXPECT_EQ(sign_in_with(assertion(challenge())).status, 200U);
    EXPECT_EQ(people.passkey_store.counters_back, 1);
}

TEST_F(PasskeyCalls, OnlyAFreshSessionAddsAWayIn) {
    const Octets early =
        challenge_in(call(Method::post, "/v1/me/passkeys/challenge", json::object()));
    people.now += fresh_session_max;

    EXPECT_EQ(
        problem(call(Method::post, "/v1/me/passkeys/challenge", json::object())),
        "403 sign-in-again"
    );
    EXPECT_EQ(
        problem(
            call(Method::post, "/v1/me/passkeys", json::object{{"credential", registration(early)}})
        ),
        "403 sign-in-again"
    );
}

TEST_F(PasskeyCalls, OnlyAFreshSessionTakesAWayInAway) {
    ASSERT_EQ(add().status, 201U);
    people.store.all_sessions.front().kind = SessionKind::scan;
    people.sessions.forget(ada.id);
    EXPECT_EQ(problem(call(Method::delete_, path())), "403 sign-in-again");

    people.store.all_sessions.front().kind = SessionKind::password;
    people.now += fresh_session_max;
    EXPECT_EQ(problem(call(Method::delete_, path())), "403 sign-in-again");
}

TEST_F(PasskeyCalls, ASessionThatAPhoneLetInAddsNoWayIn) {
    people.store.all_sessions.front().kind = SessionKind::scan;

    EXPECT_EQ(
        problem(call(Method::post, "/v1/me/passkeys/challenge", json::object())),
        "403 sign-in-again"
    );
}

TEST_F(PasskeyCalls, NothingIsForWhoeverIsNotSignedIn) {
    cookie.clear();
    for (const auto& [method, path] : {
             std::pair{Method::post, "/v1/me/passkeys/challenge"},
             std::pair{Method::post, "/v1/me/passkeys"},
             std::pair{Method::get, "/v1/me/passkeys"},
             std::pair{Method::post, "/v1/me/passkeys/AA"},
             std::pair{Method::delete_, "/v1/me/passkeys/AA"},
         }) {
        EXPECT_EQ(problem(call(method, path, json::object())), "401 not-signed-in") << path;
    }
}

TEST_F(PasskeyCalls, APasskeyOfAnotherAccountIsNobodysHere) {
    add();
    cookie = people.sign_in(people.add("Ben", "correct horse")).cookie_value;

    EXPECT_EQ(problem(call(Method::delete_, path())), "404 passkey-unknown");
    EXPECT_EQ(
        problem(call(Method::post, path(), json::object{{"name", "x"}})), "404 passkey-unknown"
    );
}

TEST_F(PasskeyCalls, WhatIsNoCredentialIsABadRequest) {
    const json::value wrong[] = {
        nullptr,
        "text",
        json::object(),
        json::object{{"type", "public-key"}},
        json::object{{"type", "other"}, {"response", json::object()}},
        json::object{{"type", "public-key"}, {"rawId", "AA"}, {"response", json::object()}},
        json::object{
            {"type", "public-key"},
            {"rawId", "A="},
            {"response",
             {{"clientDataJSON", "AA"}, {"authenticatorData", "AA"}, {"signature", "AA"}}}
        },
    };
    for (const json::value& credential : wrong) {
        EXPECT_EQ(
            problem(call(Method::post, "/v1/session", json::object{{"passkey", credential}})),
            "400 bad-request"
        ) << json::serialize(credential);
        EXPECT_EQ(
            problem(call(Method::post, "/v1/me/passkeys", json::object{{"credential", credential}})
            ),
            "400 bad-request"
        ) << json::serialize(credential);
    }
}

TEST_F(PasskeyCalls, NobodyIsOfferedPasskeysWhereBrowsersHaveNone) {
    const auto offered = [this](std::string_view at, bool secure) {
        host = at;
        peer.secure = secure;
        return call(Method::post, "/v1/session/challenge", json::object()).status == 200U;
    };
    EXPECT_TRUE(offered("example.org", true));
    EXPECT_TRUE(offered("example.org:8443", true));
    EXPECT_TRUE(offered("localhost:8080", false));
    EXPECT_FALSE(offered("example.org", false)) << "no https";
    EXPECT_FALSE(offered("203.0.113.7", true)) << "no name";
    EXPECT_FALSE(offered("[2001:db8::1]:8443", true)) << "no name";
    EXPECT_FALSE(offered("", true));
}

TEST_F(PasskeyCalls, OnlyThePublicAddressHasPasskeysWhenThereIsOne) {
    net::Request request;
    request.peer.secure = true;
    request.set_host("example.org");

    ASSERT_TRUE(relying_party_of(request, "https://example.org"));
    EXPECT_EQ(relying_party_of(request, "https://example.org")->id, "example.org");
    EXPECT_TRUE(relying_party_of(request, "https://Example.org")) << "names have no case";
    EXPECT_FALSE(relying_party_of(request, "https://other.example"));
}

}  // namespace
}  // namespace latchkey::identity
