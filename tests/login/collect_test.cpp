#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

Begun approved_login(const House& house) {
    Begun login = begin(house);
    EXPECT_EQ(approve(house, "alice", login).status, 200U);
    return login;
}

TEST(Collect, GivesTheBrowserASession) {
    House house;
    Begun login = approved_login(house);
    const Reply reply = collect(login);

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, R"({"redirect_to":"/dashboard"})");
    EXPECT_EQ(
        reply.cookie_line("latchkey_session"),
        "latchkey_session=a-new-session; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600"
    );
    EXPECT_EQ(reply.field("cache-control"), "no-store");
    ASSERT_EQ(house.store.sessions().size(), 1U);
    EXPECT_EQ(house.store.sessions()[0].account, alice.account);
}

TEST(Collect, WorksOnce) {
    House house;
    Begun login = approved_login(house);
    collect(login);
    const Reply again = collect(login);

    EXPECT_EQ(again.status, 409U);
    EXPECT_EQ(again.problem(), "already-collected");
    EXPECT_FALSE(again.cookie("latchkey_session"));
    EXPECT_EQ(house.store.sessions().size(), 1U);
}

const std::string key = "MDEyMzQ1Njc4OWFiY2RlZg";

TEST(Collect, AgainUnderTheSameKeyGivesTheSameSession) {
    House house;
    Begun login = approved_login(house);
    const Reply lost = collect(login, key);
    login.browser.cookies.erase("latchkey_session");
    house.pass(collect_repeat_max - 1s);
    const Reply again = collect(login, '"' + key + '"');

    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(again.body, R"({"redirect_to":"/dashboard"})");
    EXPECT_EQ(again.cookie_line("latchkey_session"), lost.cookie_line("latchkey_session"));
    EXPECT_EQ(again.cookie("latchkey_session")->size(), 43U);
    EXPECT_EQ(house.store.sessions().size(), 1U);
}

TEST(Collect, AgainUnderAnotherKeyIsRefused) {
    House house;
    Begun login = approved_login(house);
    collect(login, key);

    for (const Reply& again : {collect(login, key + "x"), collect(login)}) {
        EXPECT_EQ(again.status, 409U);
        EXPECT_EQ(again.problem(), "already-collected");
        EXPECT_FALSE(again.cookie("latchkey_session"));
    }
    EXPECT_EQ(house.store.sessions().size(), 1U);
}

TEST(Collect, AgainIsRefusedToWhoeverCollectedWithoutAKey) {
    House house;
    Begun login = approved_login(house);
    collect(login);
    EXPECT_EQ(collect(login, key).problem(), "already-collected");
}

TEST(Collect, AgainFromAnotherBrowserIsRefused) {
    House house;
    Begun login = approved_login(house);
    collect(login, key);
    Begun stranger = begin(house);
    stranger.token = login.token;

    EXPECT_EQ(collect(stranger, key).problem(), "wrong-browser");
}

TEST(Collect, AgainIsRefusedAfterAMinute) {
    House house;
    Begun login = approved_login(house);
    collect(login, key);
    house.pass(collect_repeat_max);
    EXPECT_EQ(collect(login, key).problem(), "already-collected");
}

TEST(Collect, AgainIsRefusedWhenTheSessionHasEnded) {
    House house;
    Begun login = approved_login(house);
    collect(login, key);
    house.store.end_sessions();
    EXPECT_EQ(collect(login, key).problem(), "already-collected");
}

TEST(Collect, TakesNoKeyThatCouldBeGuessedOrHasNoEnd) {
    House house;
    Begun login = approved_login(house);
    for (const std::string& bad : {std::string("short"), std::string(65, 'k'), key + "!"}) {
        const Reply reply = collect(login, bad);
        EXPECT_EQ(reply.status, 400U);
        EXPECT_EQ(reply.problem(), "bad-idempotency-key");
    }
    EXPECT_EQ(collect(login, key).status, 200U);
}

TEST(Collect, AtOnceFromTwoTabsWorksOnce) {
    House house;
    for (int round = 0; round < 20; ++round) {
        Begun login = approved_login(house);
        Begun tab = login;
        Reply replies[2];
        std::thread one([&] { replies[0] = collect(login); });
        std::thread two([&] { replies[1] = collect(tab); });
        one.join();
        two.join();
        ASSERT_EQ(replies[0].status + replies[1].status, 200U + 409U);
    }
    EXPECT_EQ(house.store.sessions().size(), 20U);
}

TEST(Collect, NeedsTheApproval) {
    House house;
    Begun login = begin(house);
    const Reply reply = collect(login);

    EXPECT_EQ(reply.status, 409U);
    EXPECT_EQ(reply.problem(), "not-approved");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(Collect, NeedsTheCookieOfTheBrowserThatBegan) {
    House house;
    Begun login = approved_login(house);
    Begun without{house.browser(), login.token, login.code};
    Begun stranger = begin(house);
    stranger.token = login.token;

    EXPECT_EQ(collect(without).status, 403U);
    EXPECT_EQ(collect(without).problem(), "wrong-browser");
    EXPECT_EQ(collect(stranger).problem(), "wrong-browser");
    EXPECT_TRUE(house.store.sessions().empty());
    EXPECT_EQ(collect(login).status, 200U);
}

TEST(Collect, NeedsTheTokenNotWhatOthersSee) {
    House house;
    Begun login = approved_login(house);
    const std::string token = login.token;
    for (const std::string& wrong : {std::string(), login.code, std::string("AAAAAAAAAAAAAAAA")}) {
        login.token = wrong;
        EXPECT_EQ(collect(login).status, 401U) << wrong;
        EXPECT_EQ(collect(login).problem(), "token-invalid") << wrong;
    }
    const Reply in_the_query =
        login.browser.send("POST", "/v1/logins/current/collect?token=" + token);
    EXPECT_EQ(in_the_query.status, 401U);
    EXPECT_EQ(in_the_query.field("www-authenticate"), "Bearer");
}

TEST(Collect, SlowsDownWhoGuesses) {
    House house;
    Begun login = approved_login(house);
    Begun guesser = login;
    guesser.token[20] = guesser.token[20] == 'A' ? 'B' : 'A';
    for (int i = 0; i < 30; ++i) ASSERT_EQ(collect(guesser).status, 401U);

    EXPECT_EQ(collect(guesser).status, 429U);
    EXPECT_TRUE(is_a_short_wait(collect(guesser).field("retry-after")));
    EXPECT_EQ(collect(login).status, 200U) << "whoever is under way still arrives";
}

TEST(Collect, MayTakeAMinuteAfterALateApproval) {
    House house;
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    house.pass(599s);
    EXPECT_EQ(decide(house, "alice", id, "approve").status, 200U);
    house.pass(59s);

    EXPECT_EQ(collect(login).status, 200U);
}

TEST(Collect, EndsWithTheLogin) {
    House house;
    Begun approved = approved_login(house);
    Begun never_scanned = begin(house);
    house.pass(600s);

    EXPECT_EQ(collect(approved).status, 410U);
    EXPECT_EQ(collect(approved).problem(), "login-expired");
    EXPECT_EQ(collect(never_scanned).problem(), "login-expired");
    house.pass(60s);
    EXPECT_EQ(collect(approved).problem(), "token-invalid");
}

TEST(Collect, OfAnotherSitesPageIsRefused) {
    House house;
    const Begun login = approved_login(house);
    Visitor browser = login.browser;
    const Reply reply = browser.send(
        "POST",
        "/v1/logins/current/collect",
        {},
        {{"Authorization", "Bearer " + login.token}, {"Origin", "https://evil.example"}}
    );

    EXPECT_EQ(reply.status, 403U);
    EXPECT_TRUE(house.store.sessions().empty());
}

Reply cancel(Begun& login) {
    return login.browser.send(
        "DELETE", "/v1/logins/current", {}, {{"Authorization", "Bearer " + login.token}}
    );
}

TEST(Cancel, EndsAScannedLogin) {
    House house;
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    page.hear();

    EXPECT_EQ(cancel(login).status, 204U);
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":3,"reason":"cancelled"})");
    EXPECT_EQ(decide(house, "alice", id, "approve").problem(), "already-decided");
    EXPECT_EQ(collect(login).problem(), "already-decided");
}

TEST(Cancel, OfWhatNobodyScannedStoresNothingAndTakesItOffTheScreen) {
    House house;
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();

    EXPECT_EQ(cancel(login).status, 204U);
    EXPECT_EQ(house.store.rows(), 0U);
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":2,"reason":"cancelled"})");
    EXPECT_EQ(scan(house, "alice", login.code).problem(), "not-on-screen");
}

TEST(Cancel, NeedsTokenAndCookie) {
    House house;
    Begun login = begin(house);
    Begun stranger{house.browser(), login.token, login.code};
    EXPECT_EQ(cancel(stranger).problem(), "wrong-browser");
    login.token = "x";
    EXPECT_EQ(cancel(login).problem(), "token-invalid");
}

TEST(Cancel, ComesTooLateAfterTheDecision) {
    House house;
    Begun login = approved_login(house);

    EXPECT_EQ(cancel(login).problem(), "already-decided");
    EXPECT_EQ(collect(login).status, 200U);
}

}  // namespace
}  // namespace latchkey::login
