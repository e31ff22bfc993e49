#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <utility>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr std::string_view connected = R"({"status":false,"msg":"connected"})";
constexpr std::string_view subscribed = R"({"status":false,"msg":"succeed"})";
constexpr std::string_view succeeded = R"({"status":true,"msg":"succeed"})";
constexpr std::string_view token_invalid = R"({"status":"-1","msg":"token invalid"})";
constexpr std::string_view message_invalid = R"({"status":"-1","msg":"message invalid"})";

TEST(ClassicPage, IsToldAtEachStep) {
    House house;
    const Begun login = begin_classic(house);
    Page page(login.browser);

    EXPECT_EQ(page.status(), 101U);
    EXPECT_EQ(page.hear(), connected);
    page.say(token_message(login.token));
    EXPECT_EQ(page.hear(), subscribed);
    allow(house, "alice", login.code);
    EXPECT_EQ(page.hear(), succeeded);
}

TEST(ClassicPage, ThatCameBackIsToldOfItsApproval) {
    House house;
    const Begun login = begin_classic(house);
    Page page = classic_page(login);
    EXPECT_EQ(page.hear(), subscribed);
    page.drop();

    EXPECT_EQ(allow(house, "alice", login.code).status, 200U);
    EXPECT_EQ(classic_page(login).hear(), succeeded);
}

TEST(ClassicPage, InASecondTabIsToldAsTheFirstIs) {
    House house;
    const Begun login = begin_classic(house);
    Page first = classic_page(login);
    Page second = classic_page(login);
    EXPECT_EQ(first.hear(), subscribed);
    EXPECT_EQ(second.hear(), subscribed);
    {
        Page third = classic_page(login);
    }  // that goes away again

    allow(house, "alice", login.code);
    EXPECT_EQ(first.hear(), succeeded);
    EXPECT_EQ(second.hear(), succeeded);
}

TEST(ClassicPage, IsToldNothingOfAScanUntilItIsApproved) {
    House house;
    const Begun login = begin(house);
    Page page = classic_page(login);
    EXPECT_EQ(page.hear(), subscribed);
    const std::string id = scan(house, "alice", login.code).text("id");
    decide(house, "alice", id, "approve");

    EXPECT_EQ(page.hear(), succeeded);
}

TEST(ClassicPage, OfADeniedLoginMakesANewOne) {
    House house;
    const Begun login = begin(house);
    Page page = classic_page(login);
    page.hear();
    decide(house, "alice", scan(house, "alice", login.code).text("id"), "deny");
    EXPECT_EQ(page.closed(), 4100);

    Page again = classic_page(login);
    EXPECT_EQ(again.hear(), token_invalid);
    EXPECT_EQ(again.closed(), 4100);
}

TEST(ClassicPage, OfACollectedLoginIsSentAway) {
    House house;
    Begun login = begin_classic(house);
    Page page = classic_page(login);
    page.hear();
    allow(house, "alice", login.code);
    page.hear();
    collect(login);

    EXPECT_EQ(page.hear(), token_invalid);
    EXPECT_EQ(page.closed(), 4101);
    Page again = classic_page(login);
    EXPECT_EQ(again.hear(), token_invalid);
    EXPECT_EQ(again.closed(), 4101);
}

TEST(ClassicPage, WithAForgedTokenIsRefused) {
    House house;
    Begun login = begin_classic(house);
    login.token = SealingKeys(sealing_key(9)).seal_token(login_made_at(house.now()), 0, {});
    Page page = classic_page(login);

    EXPECT_EQ(page.hear(), token_invalid);
    EXPECT_EQ(page.closed(), 4001);
}

TEST(ClassicPage, WithACodeForATokenIsRefused) {
    House house;
    Begun login = begin_classic(house);
    login.token = login.code;
    Page page = classic_page(login);

    EXPECT_EQ(page.hear(), token_invalid);
    EXPECT_EQ(page.closed(), 4001);
}

TEST(ClassicPage, ThatTalksNonsenseIsTold) {
    House house;
    const std::string nonsense[] = {
        "",
        "hello",
        "{}",
        "[]",
        "{",
        R"({"token":1})",
        R"({"token":null})",
        R"({"token":["a"]})",
        R"({"token":"\ud800"})",
        R"({"token":"a","token":"a"})",
        std::string(4'000, '['),
    };
    for (const std::string& text : nonsense) {
        Page page(house.browser());
        page.hear();
        page.say(text);
        EXPECT_EQ(page.hear(), message_invalid) << text;
        EXPECT_EQ(page.closed(), 4000) << text;
    }
    Page page(house.browser());
    page.hear();
    page.say_binary(R"({"token":"a"})");
    EXPECT_EQ(page.hear(), message_invalid);
    EXPECT_EQ(page.closed(), 4000);
}

TEST(ClassicPage, MayBeSwitchedOff) {
    House house({.classic = false});
    const Page page(house.browser());

    EXPECT_EQ(page.status(), 400U);
    EXPECT_EQ(page.reply().field("content-type"), "application/problem+json");
    EXPECT_EQ(v1_page(begin(house)).hear(), R"({"type":"waiting","seq":1})");
}

TEST(Page, ThatGuessesTokensIsToldToComeBackLater) {
    House house;
    Begun login = begin_classic(house);
    login.token = std::string(54, 'A');
    for (int i = 0; i < 30; ++i) ASSERT_EQ(classic_page(login).closed(), 4001);

    Page page = classic_page(login);
    EXPECT_EQ(page.hear(), R"({"status":"-1","msg":"too many requests"})");
    EXPECT_EQ(page.closed(), 4201);
    EXPECT_EQ(v1_page(login).closed(), 4201);
}

TEST(Page, WithARightTokenNeverWaitsForOthersGuesses) {
    House house;
    const Begun classic = begin_classic(house);
    const Begun newer = begin(house);
    use_up_guesses(house);

    EXPECT_EQ(classic_page(classic).hear(), subscribed);
    EXPECT_EQ(v1_page(newer).hear(), R"({"type":"waiting","seq":1})");
}

TEST(Page, OfAnotherSiteIsRefused) {
    House house;
    EXPECT_EQ(Page(house.browser(), {}, {{"Origin", "https://evil.example"}}).status(), 403U);
}

TEST(V1Page, BeginsWithHello) {
    House house({.heartbeat = 25'000ms});
    Page page(house.browser(), "latchkey.v1");

    EXPECT_EQ(page.reply().field("sec-websocket-protocol"), "latchkey.v1");
    EXPECT_EQ(
        page.hear(), R"({"type":"hello","seq":0,"v":1,"heartbeat_ms":25000,"resume_ms":600000})"
    );
    EXPECT_EQ(
        Page(house.browser(), "chat, latchkey.v1").hear().substr(0, 15), R"({"type":"hello")"
    );
}

TEST(V1Page, IsToldEveryStepInOrder) {
    House house;
    const Begun login = begin(house);
    Page page = v1_page(login);
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":1})");
    const std::string id = scan(house, "bob", login.code).text("id");
    EXPECT_EQ(page.hear(), R"({"type":"scanned","seq":2,"name":"Bob"})");
    decide(house, "bob", id, "approve");
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":3})");
}

TEST(V1Page, HearsNoMoreOfANameThanTheAccountAllows) {
    House house;
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const Reply seen = scan(house, "carol", login.code);
    EXPECT_EQ(page.hear(), R"({"type":"scanned","seq":2,"name":"C"})");
    EXPECT_NE(seen.body.find(R"("name":"Carol")"), std::string::npos) << "her own phone may";
}

TEST(V1Page, ThatComesBackHearsTheCurrentStateFirst) {
    House house;
    const Begun login = begin(house);
    Page shown = v1_page(login);
    shown.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    EXPECT_EQ(v1_page(login).hear(), R"({"type":"scanned","seq":1,"name":"Ada \"A\" 王"})");
    decide(house, "alice", id, "approve");
    EXPECT_EQ(v1_page(login).hear(), R"({"type":"approved","seq":1})");
}

TEST(V1Page, MayWatchSeveralLoginsInTurn) {
    House house;
    const Begun first = begin(house);
    const Begun second = begin(house);
    Page page = v1_page(first);
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":1})");
    page.say(watch_message(second.token));
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":2})");

    approve(house, "alice", first);
    approve(house, "alice", second);
    EXPECT_TRUE(page.hear().starts_with(R"({"type":"scanned","seq":3)"));
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":4})");
    page.say(watch_message(first.token));
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":5})");
}

TEST(V1Page, StaysForANewLoginAfterItsOwnWasDenied) {
    House house;
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    page.hear();
    decide(house, "alice", id, "deny");
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":3,"reason":"declined"})");

    page.say(watch_message(begin(house).token));
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":4})");
    page.say(watch_message(login.token));
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":5,"reason":"declined"})");
}

TEST(V1Page, OfACollectedLoginIsSentAway) {
    House house;
    Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    approve(house, "alice", login);
    page.hear();
    collect(login);

    EXPECT_EQ(page.closed(), 4101);
    EXPECT_EQ(v1_page(login).closed(), 4101);
}

TEST(V1Page, ThatTalksNonsenseIsClosed) {
    House house;
    const Begun login = begin(house);
    const std::string nonsense[] = {
        "{}",
        token_message(login.token),
        R"({"type":"watch"})",
        R"({"type":"wait","token":"a"})",
        R"({"type":7,"token":"a"})",
    };
    for (const std::string& text : nonsense) {
        Page page(house.browser(), "latchkey.v1");
        page.hear();
        page.say(text);
        EXPECT_EQ(page.closed(), 4000) << text;
    }
    Page page(house.browser(), "latchkey.v1");
    page.say(watch_message("x"));
    EXPECT_EQ(page.closed(), 4001);
}

TEST(V1Page, ThatNeverTiresIsSentAway) {
    House house({.watches_max = 3});
    const Begun login = begin(house);
    Page page = v1_page(login);
    for (int i = 0; i < 3; ++i) page.say(watch_message(login.token));

    EXPECT_EQ(page.closed(), 4201);
}

TEST(Expiry, IsNotToldOfALoginThatWasApprovedInItsLastMoment) {
    WatchOptions options;
    options.decision_time_max = 10ms;
    House house(options);
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    EXPECT_EQ(page.hear().substr(0, 17), R"({"type":"scanned")");
    house.pass(599'990ms);
    page.say(watch_message(login.token));
    EXPECT_EQ(page.hear().substr(0, 17), R"({"type":"scanned")");
    // Approved in time, but its commit takes so long that no ring has come by the end.
    const LoginId stored = bytes_from<LoginId>(id, from_base64url).value();
    house.store
        .move_now(stored, [&](const auto& seen) { return approved(seen, alice, {}, house.now()); })
        .value();
    house.pass(10s);

    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":4})");
}

TEST(Expiry, IsToldAndANewLoginMayFollow) {
    House house;
    const Begun login = begin(house);
    house.pass(599'990ms);
    Page page = v1_page(login);
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":1})");
    house.pass(1s);
    EXPECT_EQ(page.hear(), R"({"type":"expired","seq":2})");

    EXPECT_EQ(scan(house, "alice", login.code).problem(), "code-expired");
    page.say(watch_message(begin(house).token));
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":3})");
    EXPECT_EQ(v1_page(login).hear(), R"({"type":"expired","seq":1})");
}

TEST(Expiry, ClosesTheClassicPage) {
    House house;
    const Begun login = begin_classic(house);
    house.pass(599'990ms);
    Page page = classic_page(login);
    EXPECT_EQ(page.hear(), subscribed);
    house.pass(1s);
    EXPECT_EQ(page.closed(), 4100);

    Page late = classic_page(login);
    EXPECT_EQ(late.hear(), token_invalid);
    EXPECT_EQ(late.closed(), 4100);
    house.pass(60s);
    EXPECT_EQ(classic_page(login).closed(), 4001);
}

TEST(Expiry, OfALateApprovalIsPutOff) {
    House house;
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    const std::string id = scan(house, "alice", login.code).text("id");
    page.hear();
    house.pass(599'990ms);
    Page tab = v1_page(login);
    tab.hear();
    decide(house, "alice", id, "approve");
    EXPECT_EQ(tab.hear(), R"({"type":"approved","seq":2})");
    house.pass(59s);

    EXPECT_EQ(v1_page(login).hear(), R"({"type":"approved","seq":1})");
    house.pass(2s);
    EXPECT_EQ(v1_page(login).closed(), 4001) << "the token is over, too";
}

TEST(SilentPage, IsClosed) {
    House house({.first_message_time_max = 1ms});
    Page classic(house.browser());
    Page v1(house.browser(), "latchkey.v1");

    EXPECT_EQ(classic.closed(), 4000);
    EXPECT_EQ(v1.closed(), 4000);
}

TEST(SilentPage, IsClosedAfterItsLoginToo) {
    House house({.idle_time_max = 1ms});
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    decide(house, "alice", scan(house, "alice", login.code).text("id"), "deny");

    EXPECT_EQ(page.closed(), 1000);
}

TEST(Drain, TellsPagesToComeBack) {
    House house;
    Page v1 = v1_page(begin(house));
    Page classic = classic_page(begin_classic(house));
    v1.hear();
    classic.hear();
    house.server->drain([] {});

    const std::string frame = v1.hear();
    EXPECT_TRUE(std::regex_match(
        frame, std::regex(R"re(\{"type":"reconnect","seq":2,"after_ms":\d{1,5}\})re")
    )) << frame;
    EXPECT_EQ(v1.closed(), 4200);
    EXPECT_EQ(classic.closed(), 4200);
}

}  // namespace
}  // namespace latchkey::login
