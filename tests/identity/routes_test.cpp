#include "identity/routes.hpp"

#include "base/encoding.hpp"
#include "identity/people.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace latchkey::identity {
namespace {

using net::Method;
using testing::HasSubstr;
using testing::Not;

class IdentityRoutes : public testing::Test {
 protected:
    IdentityRoutes() {
        people.routes.mount(router);
        people.join_routes.mount(router);
        phone.address = *parse_ip("203.0.113.7");
    }

    net::Response call(
        Method method, std::string_view path, std::string_view cookie = {}, std::string body = {}
    ) {
        return await(asked(method, path, cookie, std::move(body)));
    }
    /// A call that has begun when it is awaited.
    Async<net::Response> asked(
        Method method, std::string_view path, std::string_view cookie, std::string body
    ) {
        net::Request request;
        request.method = method;
        request.peer = phone;
        request.set_target(path);
        request.add_header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Firefox/132.0");
        if (!body.empty()) request.add_header("Content-Type", "application/json");
        if (!cookie.empty()) {
            request.add_header(
                "Cookie",
                net::cookie_name("latchkey_session", phone.secure) + "=" + std::string(cookie)
            );
        }
        request.body = std::move(body);
        const auto match = router.find(request);
        if (match.handler == nullptr) throw std::logic_error("no such route");
        return std::get<net::Deferred>(*match.handler)(std::move(request));
    }
    net::Response sign_in(
        std::string_view name, std::string_view password, std::string_view cookie = {}
    ) {
        const boost::json::object body = {{"name", name}, {"password", password}};
        return call(Method::post, "/v1/session", cookie, boost::json::serialize(body));
    }
    static boost::json::object object(const net::Response& response) {
        return boost::json::parse(response.body).as_object();
    }
    static std::string problem(const net::Response& response) {
        const boost::json::object body = object(response);
        const std::string type(body.at("type").as_string());
        return type.substr(type.rfind('/') + 1);
    }
    /// The session's cookie that an answer sets; empty when it takes it away.
    static std::string cookie_of(const net::Response& response) {
        const std::string mark = "latchkey_session=";
        const auto at = response.fields.find(mark);
        if (at == std::string::npos) throw std::logic_error("no cookie");
        const auto begin = at + mark.size();
        return response.fields.substr(begin, response.fields.find(';', begin) - begin);
    }

    People people;
    net::Router router;
    net::Peer phone;
};

TEST_F(IdentityRoutes, SigningInGivesTheAccountAndACookieThatWorks) {
    const Account ada = people.add("Ada", "correct horse");

    const auto response = sign_in(" ada ", "correct horse");

    EXPECT_EQ(response.status, 200U);
    EXPECT_THAT(response.fields, HasSubstr("Cache-Control: no-store"));
    EXPECT_THAT(response.fields, HasSubstr("HttpOnly; SameSite=Lax"));
    EXPECT_THAT(response.fields, HasSubstr("Max-Age=2592000"));
    const auto account = object(response).at("account").as_object();
    EXPECT_EQ(account.at("id").as_string(), base64url(ada.id.view()));
    EXPECT_EQ(account.at("name").as_string(), "Ada");

    const auto who = call(Method::get, "/v1/session", cookie_of(response));
    EXPECT_EQ(who.status, 200U);
    EXPECT_EQ(object(who).at("account").as_object().at("name").as_string(), "Ada");
    EXPECT_EQ(object(who).at("session").as_object().at("kind").as_string(), "password");
    EXPECT_TRUE(object(who).at("session").as_object().at("approved_from").is_null());
}

TEST_F(IdentityRoutes, OverHttpsTheCookieIsOfTheHostAloneAndSecure) {
    people.add("Ada", "correct horse");
    phone.secure = true;

    const auto response = sign_in("Ada", "correct horse");

    EXPECT_THAT(response.fields, HasSubstr("Set-Cookie: __Host-latchkey_session="));
    EXPECT_THAT(response.fields, HasSubstr("; Secure"));
    EXPECT_EQ(call(Method::get, "/v1/session", cookie_of(response)).status, 200U);
}

TEST_F(IdentityRoutes, WrongNameAndWrongPasswordAreAnsweredAlike) {
    people.add("Ada", "correct horse");

    const auto wrong_password = sign_in("Ada", "battery staple");
    const auto wrong_name = sign_in("Eve", "correct horse");

    EXPECT_EQ(wrong_password.status, 401U);
    EXPECT_EQ(problem(wrong_password), "wrong-credentials");
    EXPECT_EQ(wrong_password.body, wrong_name.body);
    EXPECT_EQ(wrong_password.fields, wrong_name.fields);
    EXPECT_THAT(wrong_password.fields, Not(HasSubstr("Set-Cookie")));
    EXPECT_EQ(people.plain.checked.size(), 2U);
}

TEST_F(IdentityRoutes, EachSignInIsANewSessionAndEndsTheOneBefore) {
    people.add("Ada", "correct horse");
    const std::string first = cookie_of(sign_in("Ada", "correct horse"));

    const std::string second = cookie_of(sign_in("Ada", "correct horse", first));

    EXPECT_NE(first, second);
    EXPECT_EQ(call(Method::get, "/v1/session", first).status, 401U);
    EXPECT_EQ(call(Method::get, "/v1/session", second).status, 200U);
    EXPECT_EQ(people.store.all_sessions.size(), 1U);
}

TEST_F(IdentityRoutes, ACookieThatSomebodyPlantedIsNeverTakenOver) {
    people.add("Ada", "correct horse");
    const std::string planted(43, 'A');

    const std::string cookie = cookie_of(sign_in("Ada", "correct horse", planted));

    EXPECT_NE(cookie, planted);
    EXPECT_EQ(call(Method::get, "/v1/session", planted).status, 401U);
}

TEST_F(IdentityRoutes, WhatIsNotTheJsonOfTheCallIsABadRequest) {
    for (const char* body :
         {"",
          "{}",
          "[]",
          "{",
          R"({"name":"Ada"})",
          R"({"name":1,"password":"correct horse"})",
          R"({"name":"Ada","password":null})"}) {
        EXPECT_EQ(call(Method::post, "/v1/session", {}, body).status, 400U) << body;
        EXPECT_EQ(call(Method::post, "/v1/join", {}, body).status, 400U) << body;
        EXPECT_EQ(call(Method::post, "/v1/join/look", {}, body).status, 400U) << body;
    }
}

TEST_F(IdentityRoutes, GuessingIsSlowedByNameWhereverItComesFrom) {
    people.add("Ada", "correct horse");
    for (int i = 0; i < static_cast<int>(name_failures_burst); ++i) {
        phone.address = *parse_ip("198.51.100." + std::to_string(i));
        EXPECT_EQ(sign_in("Ada", "wrong password").status, 401U);
    }

    phone.address = *parse_ip("192.0.2.1");
    const auto slowed = sign_in(" aDa", "correct horse");

    EXPECT_EQ(slowed.status, 429U);
    EXPECT_EQ(problem(slowed), "too-many-requests");
    EXPECT_THAT(slowed.fields, HasSubstr("Retry-After: 11\r\n"));
    EXPECT_EQ(sign_in("Ben", "wrong password").status, 401U) << "other names are not touched";

    people.steady += seconds(11);
    EXPECT_EQ(sign_in("Ada", "correct horse").status, 200U) << "slowed, not locked out";
}

TEST_F(IdentityRoutes, ManyGuessesAtOnceAreNoWayRoundTheLimits) {
    people.add("Ada", "correct horse");
    const std::string guess = R"({"name":"Ada","password":"wrong password"})";
    std::vector<Async<net::Response>> of_one_name;
    for (int i = 0; i < 40; ++i) {
        phone.address = *parse_ip("198.51.100." + std::to_string(i));
        of_one_name.push_back(asked(Method::post, "/v1/session", {}, guess));
    }
    std::ptrdiff_t checked = 0;
    for (const auto& answer : await_all(std::move(of_one_name))) checked += answer.status == 401U;
    EXPECT_EQ(checked, static_cast<std::ptrdiff_t>(name_failures_burst));

    std::vector<Async<net::Response>> from_one_address;
    for (int i = 0; i < 60; ++i) {
        const std::string other =
            R"({"name":"person )" + std::to_string(i) + R"(","password":"x"})";
        from_one_address.push_back(asked(Method::post, "/v1/session", {}, other));
    }
    checked = 0;
    for (const auto& answer : await_all(std::move(from_one_address))) {
        checked += answer.status == 401U;
    }
    EXPECT_EQ(checked, 30) << "what the name's limit refused was not charged to the address";
}

TEST_F(IdentityRoutes, AStrangersGuessesDoNotKeepTheOwnerOutAtHome) {
    people.add("Ada", "correct horse");
    sign_in("Ada", "correct horse");
    for (int i = 0; i < static_cast<int>(name_failures_burst); ++i) {
        phone.address = *parse_ip("198.51.100." + std::to_string(i));
        sign_in("Ada", "wrong password");
    }
    EXPECT_EQ(sign_in("Ada", "correct horse").status, 429U);

    phone.address = *parse_ip("203.0.113.7");
    EXPECT_EQ(sign_in("Ada", "correct horse").status, 200U);
}

TEST_F(IdentityRoutes, GuessingIsSlowedByAddressWhateverTheName) {
    for (int i = 0; i < 30; ++i) sign_in("person " + std::to_string(i), "wrong password");

    EXPECT_EQ(sign_in("somebody else", "wrong password").status, 429U);
    EXPECT_EQ(call(Method::post, "/v1/join", {}, "{}").status, 429U);
    EXPECT_EQ(people.plain.checked.size(), 30U) << "nothing is hashed for them any more";
    phone.address = *parse_ip("192.0.2.1");
    EXPECT_EQ(sign_in("somebody else", "wrong password").status, 401U);
}

TEST_F(IdentityRoutes, SigningInRightUsesNothingUp) {
    people.add("Ada", "correct horse");
    for (int i = 0; i < 50; ++i) ASSERT_EQ(sign_in("Ada", "correct horse").status, 200U);
}

TEST_F(IdentityRoutes, SigningOutEndsTheSessionAndTakesTheCookieAway) {
    people.add("Ada", "correct horse");
    const std::string cookie = cookie_of(sign_in("Ada", "correct horse"));
    call(Method::get, "/v1/session", cookie);

    const auto response = call(Method::delete_, "/v1/session", cookie);

    EXPECT_EQ(response.status, 204U);
    EXPECT_EQ(cookie_of(response), "");
    EXPECT_THAT(response.fields, HasSubstr("Max-Age=0"));
    EXPECT_EQ(call(Method::get, "/v1/session", cookie).status, 401U);
    EXPECT_EQ(call(Method::delete_, "/v1/session", cookie).status, 204U);
    EXPECT_EQ(call(Method::delete_, "/v1/session").status, 204U);
}

TEST_F(IdentityRoutes, WithoutASessionNothingOfAPersonIsShown) {
    const auto missing = call(Method::get, "/v1/session");
    EXPECT_EQ(missing.status, 401U);
    EXPECT_EQ(problem(missing), "not-signed-in");
    EXPECT_EQ(call(Method::get, "/v1/me/sessions").status, 401U);
    EXPECT_EQ(call(Method::delete_, "/v1/me/sessions/AAAAAAAAAAAAAAAAAAAAAA").status, 401U);
}

TEST_F(IdentityRoutes, AScannedSessionTellsFromWhichPhoneItWasApproved) {
    const Account ada = people.add("Ada", "correct horse");
    const Minted handset = people.sign_in(ada);
    Minted screen =
        people.sessions.mint(ada.id, SessionKind::scan, {"Chrome", "Windows", ""}, noon);
    screen.session.approved_by = handset.session.id;
    people.store.all_sessions.push_back(screen.session);
    people.now = noon + milliseconds(1500);

    const auto body = object(call(Method::get, "/v1/session", screen.cookie_value));

    EXPECT_EQ(
        boost::json::serialize(body.at("session")),
        R"({"id":")" + base64url(screen.session.id.view()) +
            R"(","kind":"scan","created_ms_ago":1500,"approved_from":)"
            R"({"browser":"Firefox","system":"Linux","address":"203.0.113.7"}})"
    );

    await(people.sessions.end(ada.id, handset.session.id, EndedFrom::itself, noon)).value();
    const auto later = object(call(Method::get, "/v1/session", screen.cookie_value));
    EXPECT_TRUE(later.at("session").as_object().at("approved_from").is_null());
}

TEST_F(IdentityRoutes, OneSaysWhatScreensShowOfOnesName) {
    const Account ada = people.add("Ada Lovelace", "correct horse");
    const std::string cookie = people.sign_in(ada).cookie_value;
    const auto shown_as = [&] {
        const auto session = object(call(Method::get, "/v1/session", cookie));
        return std::string(session.at("account").as_object().at("shown_as").as_string());
    };
    EXPECT_EQ(shown_as(), "name");
    for (const std::string word : {"initials", "nothing", "name"}) {
        const auto changed =
            call(Method::post, "/v1/me", cookie, R"({"shown_as":")" + word + R"("})");
        EXPECT_EQ(changed.status, 204U);
        EXPECT_EQ(shown_as(), word) << "at once, whatever was looked up before";
    }
    for (const std::string body : {R"({"shown_as":"all"})", R"({"shown_as":1})", "{}", "x"}) {
        EXPECT_EQ(call(Method::post, "/v1/me", cookie, body).status, 400U) << body;
    }
    EXPECT_EQ(call(Method::post, "/v1/me", {}, R"({"shown_as":"nothing"})").status, 401U);
    EXPECT_EQ(shown_as(), "name");
}

TEST_F(IdentityRoutes, ListsOnesOwnSessionsAndMarksTheCurrentOne) {
    const Account ada = people.add("Ada", "correct horse");
    people.sign_in(people.add("Ben", "correct horse"));
    const Minted other = people.sign_in(ada);
    people.now = noon + seconds(2);
    const std::string cookie = cookie_of(sign_in("Ada", "correct horse"));

    const auto body = object(call(Method::get, "/v1/me/sessions", cookie));

    const auto& list = body.at("sessions").as_array();
    ASSERT_EQ(list.size(), 2U);
    EXPECT_TRUE(list[0].as_object().at("current").as_bool());
    EXPECT_EQ(list[0].as_object().at("browser").as_string(), "Firefox");
    EXPECT_EQ(list[0].as_object().at("system").as_string(), "Linux");
    EXPECT_EQ(list[0].as_object().at("address").as_string(), "203.0.113.7");
    EXPECT_FALSE(list[1].as_object().at("current").as_bool());
    EXPECT_EQ(list[1].as_object().at("id").as_string(), base64url(other.session.id.view()));
    EXPECT_EQ(list[1].as_object().at("created_ms_ago").as_int64(), 2000);
    EXPECT_EQ(list[1].as_object().at("seen_ms_ago").as_int64(), 2000);
}

TEST_F(IdentityRoutes, OneEndsOnesOwnSessionsAndNoOthers) {
    const Account ada = people.add("Ada", "correct horse");
    const Minted phone_session = people.sign_in(ada);
    const Minted laptop = people.sign_in(ada);
    const Minted bens = people.sign_in(people.add("Ben", "correct horse"));
    const auto end = [&](const Minted& of) {
        return call(
            Method::delete_,
            "/v1/me/sessions/" + base64url(of.session.id.view()),
            phone_session.cookie_value
        );
    };

    EXPECT_EQ(end(laptop).status, 204U);
    EXPECT_FALSE(people.who(laptop));
    EXPECT_EQ(problem(end(laptop)), "session-unknown");
    EXPECT_EQ(end(bens).status, 404U);
    EXPECT_TRUE(people.who(bens));
    EXPECT_EQ(
        call(Method::delete_, "/v1/me/sessions/nonsense", phone_session.cookie_value).status, 404U
    );

    const auto self = end(phone_session);
    EXPECT_EQ(self.status, 204U);
    EXPECT_EQ(cookie_of(self), "");
}

TEST_F(IdentityRoutes, TheFirstPersonSetsUpAnAccountOnce) {
    const auto set_up = [&](const std::string& token,
                            const std::string& name,
                            const std::string& password) {
        const boost::json::object body = {{"token", token}, {"name", name}, {"password", password}};
        return call(Method::post, "/v1/join", {}, boost::json::serialize(body));
    };
    EXPECT_EQ(problem(set_up("", "Ada", "correct horse")), "sign-up-closed");
    const std::string token = people.joining.open_setup();

    EXPECT_EQ(problem(set_up(token, " ", "correct horse")), "invalid-name");
    EXPECT_EQ(set_up(token, " ", "correct horse").status, 422U);
    EXPECT_EQ(problem(set_up(token, "Ada", "short")), "weak-password");
    const auto done = set_up(token, "Ada", "correct horse");
    EXPECT_EQ(done.status, 201U);
    EXPECT_EQ(object(done).at("account").as_object().at("name").as_string(), "Ada");
    const auto who = object(call(Method::get, "/v1/session", cookie_of(done)));
    EXPECT_EQ(who.at("session").as_object().at("kind").as_string(), "setup");

    const auto again = set_up(token, "Eve", "correct horse");
    EXPECT_EQ(again.status, 403U);
    EXPECT_THAT(again.fields, Not(HasSubstr("Set-Cookie")));
}

TEST_F(IdentityRoutes, ADatabaseThatIsGoneIsSaidToBe) {
    people.add("Ada", "correct horse");
    const std::string cookie = cookie_of(sign_in("Ada", "correct horse"));
    people.store.broken = true;

    const auto response = call(Method::get, "/v1/session", cookie);

    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(problem(response), "unavailable");
    EXPECT_THAT(response.fields, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(response.body, Not(HasSubstr("SQL")));
    EXPECT_EQ(sign_in("Ada", "correct horse").status, 503U);
    EXPECT_EQ(call(Method::delete_, "/v1/session", cookie).status, 503U);
}

}  // namespace
}  // namespace latchkey::identity
