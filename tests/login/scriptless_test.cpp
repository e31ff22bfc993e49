/// The page for browsers without script: what each of its loads shows, and its form.

#include "login/scriptless.hpp"

#include "login/house.hpp"
#include "login/steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// A browser without script and the code that it shows.
struct Showing {
    Visitor browser;
    std::string code;
};

Reply load(Visitor& browser) {
    return browser.send("GET", "/plain");
}

Showing showing(const House& house) {
    Visitor browser = house.browser();
    const Reply reply = load(browser);
    return {browser, reply.text("code")};
}

Reply submit(Visitor& browser) {
    return browser.send("POST", "/plain");
}

/// Alice scans it and types the number that the browser shows.
std::string approved(const House& house, Showing& page) {
    const std::string id = scan(house, "alice", page.code).text("id");
    const std::string number = load(page.browser).text("number");
    decide(house, "alice", id, "approve", R"({"number":")" + number + R"("})");
    return id;
}

TEST(Scriptless, ShowsOneCodeUntilItIsAboutToBeTooOld) {
    House house;
    Showing page = showing(house);
    EXPECT_EQ(page.code.size(), code_characters);
    house.pass(scriptless_shown_max - 1s);
    EXPECT_EQ(load(page.browser).text("code"), page.code);

    house.pass(1s);
    const Reply renewed = load(page.browser);
    EXPECT_EQ(renewed.text("screen"), "waiting");
    EXPECT_NE(renewed.text("code"), page.code);
}

/// Whoever signs in on the phone first takes longer than a code stands there.
TEST(Scriptless, FollowsItsLoginWhileThePhoneIsStillSigningIn) {
    House house;
    Showing page = showing(house);
    house.pass(scriptless_shown_max - 1s);
    const std::string handle = house.logins.handle(page.code, {}, house.now()).value();
    house.pass(60s);
    EXPECT_NE(load(page.browser).text("code"), page.code);

    const Reply scanned =
        house.phone("alice").post_json("/v1/scans", R"({"handle":")" + handle + R"("})");
    EXPECT_EQ(scanned.status, 201U) << scanned.body;
    const Reply told = load(page.browser);
    EXPECT_EQ(told.text("screen"), "scanned");
    const std::string number = R"({"number":")" + told.text("number") + R"("})";
    decide(house, "alice", scanned.text("id"), "approve", number);
    EXPECT_EQ(submit(page.browser).field("location"), "/dashboard");
}

TEST(Scriptless, ShowsCodesThatCanBeScannedAndApprovedInTime) {
    House house;
    Showing page = showing(house);
    const std::string first = page.code;
    const seconds shown = login_life - scriptless_left_min;
    for (seconds age{0}; age < shown; age += scriptless_reload) {
        const std::string code = load(page.browser).text("code");
        ASSERT_TRUE(house.logins.handle(code, {}, house.now() + scriptless_reload - 1s))
            << age.count();
        house.pass(scriptless_reload);
    }
    EXPECT_EQ(house.logins.handle(first, {}, house.now()).error(), Errc::code_expired);
    const std::string next = load(page.browser).text("code");
    house.pass(scriptless_left_min);
    EXPECT_EQ(scan(house, "alice", next).status, 201U) << "it is of a new login";
}

TEST(Scriptless, CannotBeScannedAfterTwoMinutes) {
    House house;
    const Showing page = showing(house);
    house.pass(code_life);
    EXPECT_EQ(scan(house, "alice", page.code).problem(), "code-expired");
}

TEST(Scriptless, KeepsItsTokenInACookieOfThatPageAlone) {
    House house;
    Visitor browser = house.browser();
    const std::string line = load(browser).cookie_line("latchkey_plain");
    EXPECT_THAT(line, HasSubstr("; Path=/plain; HttpOnly; SameSite=Strict; Max-Age=660"));
}

TEST(Scriptless, IsSignedInByTheNumberAndTheForm) {
    House house;
    Showing page = showing(house);
    const Reply seen = scan(house, "alice", page.code);
    ASSERT_EQ(seen.status, 201U) << "no page can show itself without script";
    EXPECT_EQ(seen.text("confirm"), "number");
    EXPECT_EQ(seen.text("browser"), "");
    EXPECT_EQ(seen.text("address"), "");

    const Reply wanted = load(page.browser);
    EXPECT_EQ(wanted.text("screen"), "scanned");
    const std::string number = wanted.text("number");
    EXPECT_TRUE(parse_number(number)) << number;
    EXPECT_EQ(decide(house, "alice", seen.text("id"), "approve", "{}").problem(), "number-missing");
    decide(house, "alice", seen.text("id"), "approve", R"({"number":")" + number + R"("})");
    EXPECT_EQ(load(page.browser).text("screen"), "approved");

    const Reply taken = submit(page.browser);
    EXPECT_EQ(taken.status, 303U);
    EXPECT_EQ(taken.field("location"), "/dashboard");
    EXPECT_TRUE(taken.cookie("latchkey_session"));
    EXPECT_THAT(taken.cookie_line("latchkey_plain"), HasSubstr("Max-Age=0"));
    ASSERT_EQ(house.store.sessions().size(), 1U);
    EXPECT_EQ(house.store.sessions()[0].account, alice.account);
}

TEST(Scriptless, AlwaysWantsTheNumberAlsoFromABrowserThatIsKnown) {
    House house;
    Showing page = showing(house);
    approved(house, page);
    submit(page.browser);

    const Reply again = load(page.browser);
    EXPECT_EQ(again.text("screen"), "waiting");
    EXPECT_EQ(scan(house, "alice", again.text("code")).text("confirm"), "number");
}

TEST(Scriptless, IsSentAgainForWantOfAnAnswerWithoutASecondSession) {
    House house;
    Showing page = showing(house);
    approved(house, page);
    Visitor before = page.browser;
    const Reply lost = submit(page.browser);
    const Reply again = submit(before);

    EXPECT_EQ(again.field("location"), "/dashboard");
    EXPECT_EQ(again.cookie("latchkey_session"), lost.cookie("latchkey_session"));
    EXPECT_EQ(house.store.sessions().size(), 1U);
}

TEST(Scriptless, GivesNothingBeforeTheApproval) {
    House house;
    Showing page = showing(house);
    scan(house, "alice", page.code);
    const Reply early = submit(page.browser);

    EXPECT_EQ(early.status, 303U);
    EXPECT_EQ(early.field("location"), "/plain");
    EXPECT_FALSE(early.cookie("latchkey_session"));
    EXPECT_EQ(load(page.browser).text("screen"), "scanned") << "it can still be approved";
}

TEST(Scriptless, NeedsBothOfItsCookies) {
    House house;
    Showing page = showing(house);
    approved(house, page);
    Visitor thief = house.browser();
    load(thief);
    thief.cookies["latchkey_plain"] = page.browser.cookies["latchkey_plain"];

    EXPECT_EQ(load(thief).text("screen"), "waiting") << "it sees a login of its own";
    thief.cookies["latchkey_plain"] = page.browser.cookies["latchkey_plain"];
    const Reply refused = submit(thief);
    EXPECT_EQ(refused.field("location"), "/plain?over");
    EXPECT_FALSE(refused.cookie("latchkey_session"));
    EXPECT_TRUE(house.store.sessions().empty());
}

TEST(Scriptless, ShowsNoCodeOfAnApplicationsLogin) {
    House house;
    Client shop;
    shop.number = 1;
    shop.id = "shop";
    shop.policy.network = ClientPolicy::Network::refuse;
    house.client_store.all.push_back(shop);
    const Begun login = begin(house, R"({"client":"shop"})");
    Visitor browser = login.browser;
    browser.cookies["latchkey_plain"] = login.token;

    const std::string code = load(browser).text("code");
    const auto opened = house.keys.open_code(code, house.now()).value();
    const auto token = house.keys.open_token(login.token, house.now()).value();
    EXPECT_NE(opened.login, token.login) << "its rules would be lost";
}

TEST(Scriptless, SaysHowItEndedAndThenShowsANewCode) {
    House house;
    const std::pair<const char*, const char*> endings[] = {
        {"deny", "declined"}, {"report", "reported"}
    };
    for (const auto& [answer, screen] : endings) {
        Showing page = showing(house);
        const std::string id = scan(house, "alice", page.code).text("id");
        decide(house, "alice", id, answer);
        EXPECT_EQ(load(page.browser).text("screen"), screen);
        const Reply next = load(page.browser);
        EXPECT_EQ(next.text("screen"), "waiting");
        EXPECT_NE(next.text("code"), page.code);
    }
}

TEST(Scriptless, EndsWithAWrongNumber) {
    House house;
    Showing page = showing(house);
    const std::string id = scan(house, "alice", page.code).text("id");
    const std::string shown = load(page.browser).text("number");
    const std::string wrong = shown == "07" ? "08" : "07";
    decide(house, "alice", id, "approve", R"({"number":")" + wrong + R"("})");
    EXPECT_EQ(load(page.browser).text("screen"), "wrong-number");
}

TEST(Scriptless, IsOverWhenNobodyDecidesInTime) {
    House house;
    Showing page = showing(house);
    scan(house, "alice", page.code);
    house.pass(login_life);
    EXPECT_EQ(load(page.browser).text("screen"), "over");
    EXPECT_EQ(page.browser.send("GET", "/plain?over").text("screen"), "over");
}

TEST(Scriptless, CountsAgainstTheBudgetOnlyWhenItMakesALogin) {
    House house;
    Showing page = showing(house);
    for (int i = 0; i < 400; ++i) ASSERT_EQ(load(page.browser).status, 200U);

    Visitor others = house.browser();
    Reply reply;
    int made = 1;
    for (; made < 400; ++made) {
        others.cookies.clear();
        reply = load(others);
        if (reply.status != 200U) break;
    }
    EXPECT_EQ(reply.status, 429U);
    EXPECT_EQ(reply.text("screen"), "busy");
    EXPECT_FALSE(reply.field("retry-after").empty());
    EXPECT_EQ(made, static_cast<int>(creations_burst));
    EXPECT_EQ(load(page.browser).text("code"), page.code) << "a login under way goes on";
}

TEST(Scriptless, IsPutOutByAReportAfterIt) {
    House house;
    Showing page = showing(house);
    const std::string id = approved(house, page);
    submit(page.browser);
    ASSERT_EQ(house.store.sessions().size(), 1U);

    EXPECT_EQ(
        decide(house, "alice", id, "report").body, R"({"state":"collected","sessions_ended":1})"
    ) << "its browser is known from its collecting on";
    EXPECT_TRUE(house.store.sessions().empty());
}

}  // namespace
}  // namespace latchkey::login
