#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

Reply poll(const Begun& login) {
    return Visitor(login.browser).send("GET", "/qrcode/?token=" + login.token);
}

TEST(ClassicStart, GivesATokenAndACodeAndWritesNothing) {
    House house;
    const Reply reply = house.browser().send("POST", "/qrcode/");

    EXPECT_EQ(reply.status, 200U);
    EXPECT_TRUE(std::regex_match(
        reply.body, std::regex(R"re(\{"token":"[A-Za-z0-9_-]{54}","code":"[A-Z2-7]{36}"\})re")
    )) << reply.body;
    EXPECT_EQ(reply.field("content-type"), "application/json");
    EXPECT_EQ(reply.field("cache-control"), "no-store");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(ClassicStart, GivesTheBrowserItsCookies) {
    House house;
    const Reply reply = house.browser().send("POST", "/qrcode/");

    EXPECT_TRUE(std::regex_match(
        reply.cookie_line("latchkey_browser"),
        std::regex("latchkey_browser=[A-Za-z0-9_-]{22}; Path=/; HttpOnly; SameSite=Lax; "
                   "Max-Age=34560000")
    ));
    EXPECT_EQ(
        reply.cookie_line("latchkey_login"),
        "latchkey_login=" + reply.text("token") +
            "; Path=/dashboard.html; HttpOnly; SameSite=Strict; Max-Age=600"
    );
}

TEST(ClassicStart, KeepsAGoodCookieAndReplacesABadOne) {
    House house;
    Visitor browser = house.browser();
    browser.send("POST", "/qrcode/");
    EXPECT_FALSE(browser.send("POST", "/qrcode/").cookie("latchkey_browser"));

    browser.cookies["latchkey_browser"] = "mine";
    EXPECT_EQ(browser.send("POST", "/qrcode/").cookie("latchkey_browser")->size(), 22U);
}

TEST(ClassicPoll, SaysHowThingsStand) {
    House house;
    const Begun login = begin_classic(house);

    EXPECT_EQ(poll(login).status, 200U);
    EXPECT_EQ(poll(login).body, R"({"status":false,"msg":"waiting"})");
    allow(house, "alice", login.code);
    EXPECT_EQ(poll(login).status, 200U);
    EXPECT_EQ(poll(login).body, R"({"status":true,"msg":"succeed"})");
}

TEST(ClassicPoll, NeverAnswersTrueForEver) {
    House house;
    Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    collect(login);

    EXPECT_EQ(poll(login).status, 400U);
    EXPECT_EQ(poll(login).body, R"({"status":false,"msg":"token invalid"})");
}

TEST(ClassicPoll, RefusesBadTokensAndThenTheGuesser) {
    House house;
    Begun login = begin_classic(house);
    login.token.back() = login.token.back() == 'A' ? 'E' : 'A';
    for (int i = 0; i < 30; ++i) {
        const Reply reply = poll(login);
        ASSERT_EQ(reply.status, 400U) << i;
        ASSERT_EQ(reply.body, R"({"status":false,"msg":"token invalid"})");
    }

    EXPECT_EQ(poll(login).status, 429U);
    EXPECT_TRUE(is_a_short_wait(poll(login).field("retry-after")));
    EXPECT_EQ(house.browser().send("GET", "/qrcode/").status, 429U);
}

TEST(ClassicPoll, OfARightTokenNeverWaitsForOthersGuesses) {
    House house;
    const Begun login = begin_classic(house);
    use_up_guesses(house);

    EXPECT_EQ(poll(login).body, R"({"status":false,"msg":"waiting"})");
}

TEST(ClassicAllow, NeedsSomebodySignedIn) {
    House house;
    const Begun login = begin_classic(house);
    const Reply reply = allow(house, "nobody", login.code);

    EXPECT_EQ(reply.status, 401U);
    EXPECT_EQ(reply.body, R"({"msg":"not signed in","status":-401})");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(ClassicAllow, ApprovesOnce) {
    House house;
    const Begun login = begin_classic(house);
    const Reply first = allow(house, "alice", login.code);
    const Reply second = allow(house, "alice", login.code);
    const Reply other = allow(house, "bob", login.code);

    EXPECT_EQ(first.status, 200U);
    EXPECT_EQ(first.body, R"({"msg":"succeed","status":0})");
    EXPECT_EQ(second.status, 400U);
    EXPECT_EQ(second.body, R"({"msg":"expired","status":-1})");
    EXPECT_EQ(other.body, second.body);
}

TEST(ClassicAllow, BySomebodyElseIsWrittenDown) {
    House house;
    const Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    allow(house, "alice", login.code);
    EXPECT_TRUE(house.store.noted().empty()) << "her own, once more";
    allow(house, "bob", login.code);

    const auto noted = house.store.noted();
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted[0].kind, "login.second-scan");
    EXPECT_EQ(noted[0].account, bob.account);
}

TEST(ClassicAllow, HasTheBudgetOfScans) {
    House house;
    const Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    for (int i = 0; i < scans_burst; ++i) {
        ASSERT_EQ(allow(house, "bob", login.code).status, 400U) << i;
    }

    EXPECT_EQ(allow(house, "bob", login.code).status, 429U);
    EXPECT_EQ(allow(house, "alice", login.code).status, 400U) << "another account's";
}

TEST(ClassicAllow, RefusesOldCodes) {
    House house;
    const Begun login = begin_classic(house);
    house.pass(121s);
    const Reply reply = allow(house, "alice", login.code);

    EXPECT_EQ(reply.status, 400U);
    EXPECT_EQ(reply.body, R"({"msg":"expired","status":-1})");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(ClassicAllow, RefusesForgedCodesAndThenTheGuesser) {
    House house;
    const std::string forged = SealingKeys(sealing_key(9)).seal_code(login_made_at(house.now()));
    for (int i = 0; i < 30; ++i) {
        const Reply reply = allow(house, i < 15 ? "alice" : "bob", i % 2 == 0 ? forged : "x");
        ASSERT_EQ(reply.status, 400U) << i;
        ASSERT_EQ(reply.body, R"({"msg":"code not existed","status":-400})");
    }

    const Reply reply = allow(house, "bob", forged);
    EXPECT_EQ(reply.status, 429U);
    EXPECT_EQ(reply.body, R"({"msg":"too many requests","status":-429})");
    EXPECT_TRUE(is_a_short_wait(reply.field("retry-after")));
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(ClassicAllow, OfARightCodeNeverWaitsForOthersGuesses) {
    House house;
    const Begun login = begin_classic(house);
    use_up_guesses(house);

    EXPECT_EQ(allow(house, "alice", login.code).body, R"({"msg":"succeed","status":0})");
}

TEST(ClassicAllow, TakesAFormOnly) {
    House house;
    const Begun login = begin_classic(house);
    const Reply reply =
        house.phone("alice").post_json("/allow/", R"({"code":")" + login.code + R"("})");

    EXPECT_EQ(reply.body, R"({"msg":"code not existed","status":-400})");
}

TEST(ClassicAllow, SaysWhenItCannotStore) {
    House house;
    const Begun login = begin_classic(house);
    house.store.broken = true;

    EXPECT_EQ(allow(house, "alice", login.code).status, 503U);
    house.store.broken = false;
    EXPECT_EQ(allow(house, "alice", login.code).status, 200U);
}

TEST(ClassicAllow, OfAnotherSitesPageIsRefused) {
    House house;
    const Begun login = begin_classic(house);
    const Reply reply = house.phone("alice").post_form(
        "/allow/", "code=" + login.code, {{"Origin", "https://evil.example"}}
    );

    EXPECT_EQ(reply.status, 403U);
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(ClassicAllow, ByTwoPhonesAtOnceIsWonByOne) {
    House house;
    house.budgets.lift();
    for (int round = 0; round < 50; ++round) {
        const Begun login = begin_classic(house);
        Reply replies[2];
        std::thread one([&] { replies[0] = allow(house, "alice", login.code); });
        std::thread two([&] { replies[1] = allow(house, "bob", login.code); });
        one.join();
        two.join();
        ASSERT_EQ(replies[0].status + replies[1].status, 600U) << "one 200 and one 400";
    }
}

/// What the classic page does: it goes to dashboard.html, which posts to itself.
TEST(ClassicDashboard, SignsTheBrowserIn) {
    House house;
    Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    const Reply reply = login.browser.send("POST", "/dashboard.html");

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, R"({"redirect_to":"/dashboard.html"})");
    EXPECT_EQ(reply.cookie("latchkey_session"), "a-new-session");
    EXPECT_EQ(
        reply.cookie_line("latchkey_login"),
        "latchkey_login=; Path=/dashboard.html; HttpOnly; SameSite=Strict; Max-Age=0"
    );
    ASSERT_EQ(house.store.sessions().size(), 1U);
    EXPECT_EQ(house.store.sessions()[0].account, alice.account);
}

TEST(ClassicDashboard, MayCollectAgainUnderTheSameKeyWhenTheAnswerWasLost) {
    House house;
    Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    const Visitor::Fields key{{"Idempotency-Key", "MDEyMzQ1Njc4OWFiY2RlZg"}};
    Visitor unheard = login.browser;
    const Reply lost = unheard.send("POST", "/dashboard.html", {}, key);
    const Reply again = login.browser.send("POST", "/dashboard.html", {}, key);

    EXPECT_EQ(lost.status, 200U);
    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.cookie("latchkey_session"), lost.cookie("latchkey_session"));
    EXPECT_EQ(house.store.sessions().size(), 1U);
}

TEST(ClassicDashboard, SendsAFormBackToThePage) {
    House house;
    Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    const Reply reply = login.browser.post_form(
        "/dashboard.html", "", {{"Accept", "text/html,application/xhtml+xml"}}
    );

    EXPECT_EQ(reply.status, 303U);
    EXPECT_EQ(reply.field("location"), "/dashboard.html");
    EXPECT_EQ(reply.cookie("latchkey_session"), "a-new-session");
}

TEST(ClassicDashboard, KeepsTheTokenWhileTheApprovalMayStillCome) {
    House house;
    Begun login = begin_classic(house);
    const Reply early = login.browser.send("POST", "/dashboard.html");
    EXPECT_EQ(early.status, 409U);
    EXPECT_EQ(early.problem(), "not-approved");
    EXPECT_FALSE(early.cookie("latchkey_login"));

    allow(house, "alice", login.code);
    EXPECT_EQ(login.browser.send("POST", "/dashboard.html").status, 200U);
}

TEST(ClassicDashboard, OfAnotherBrowserIsRefused) {
    House house;
    const Begun login = begin_classic(house);
    allow(house, "alice", login.code);
    Visitor thief = house.browser();
    thief.send("POST", "/qrcode/");
    thief.cookies["latchkey_login"] = login.token;
    const Reply reply = thief.send("POST", "/dashboard.html");

    EXPECT_EQ(reply.status, 403U);
    EXPECT_EQ(reply.problem(), "wrong-browser");
    EXPECT_EQ(reply.cookie("latchkey_login"), "");
    EXPECT_TRUE(house.store.sessions().empty());
    EXPECT_EQ(house.browser().send("POST", "/dashboard.html").status, 401U);
}

}  // namespace
}  // namespace latchkey::login
