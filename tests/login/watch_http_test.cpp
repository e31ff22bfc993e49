/// Pages that wait where WebSockets are blocked: on an event stream, or on a long poll.
#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr const char* events = "/v1/logins/current/events";
constexpr const char* poll = "/v1/logins/current";

Visitor::Fields bearer(const Begun& login) {
    return {{"Authorization", "Bearer " + login.token}};
}

Stream event_stream(const Begun& login, std::string_view target = events) {
    return {login.browser, target, bearer(login)};
}

/// Scans as soon as the page that waits shows the login.
Reply scan_when_shown(const House& house, const Begun& login) {
    for (;;) {
        Reply reply =
            house.phone("alice").post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
        if (reply.status == 201U || reply.problem() != "not-on-screen") return reply;
    }
}

TEST(EventStream, TellsTheWholeStory) {
    House house;
    Begun login = begin(house);
    Stream page = event_stream(login);
    EXPECT_EQ(page.reply().status, 200U);
    EXPECT_EQ(page.reply().field("content-type"), "text/event-stream");
    EXPECT_TRUE(page.hear().starts_with(R"({"type":"hello","seq":0,"v":1)"));
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":1})");

    const std::string id = scan(house, "alice", login.code).text("id");
    EXPECT_EQ(page.hear(), R"({"type":"scanned","seq":2,"name":"Ada \"A\" 王"})");
    decide(house, "alice", id, "approve");
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":3})");
    EXPECT_EQ(collect(login).status, 200U);
    EXPECT_EQ(page.hear(), R"({"code":4101,"reason":"collected"})");
}

TEST(EventStream, EndsWhenNothingCanFollow) {
    House house;
    const Begun login = begin(house);
    Stream page = event_stream(login);
    page.hear();
    page.hear();
    decide(house, "alice", scan(house, "alice", login.code).text("id"), "deny");
    page.hear();

    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":3,"reason":"declined"})");
    EXPECT_EQ(page.hear(), R"({"code":1000,"reason":"nothing more to say"})");
}

TEST(EventStream, NeedsAToken) {
    House house;
    const Begun login = begin(house);
    Stream none(login.browser, events, {});
    EXPECT_EQ(none.reply().status, 401U);
    Stream in_the_query(login.browser, std::string(events) + "?token=" + login.token, {});
    EXPECT_EQ(in_the_query.reply().status, 401U);
}

TEST(EventStream, TellsTheUserCode) {
    House house;
    const Begun login = begin(house);
    Stream page = event_stream(login, std::string(events) + "?user_code=1");
    page.hear();
    const std::string waiting = page.hear();
    constexpr std::string_view before = R"({"type":"waiting","seq":1,"user_code":")";
    ASSERT_TRUE(waiting.starts_with(before)) << waiting;
    const std::string code = waiting.substr(before.size(), 9);

    const Reply reply =
        house.phone("alice").post_json("/v1/scans", R"({"user_code":")" + code + R"("})");
    EXPECT_EQ(reply.status, 201U) << waiting;
}

TEST(EventStream, IsPresenceWhileItLasts) {
    House house;
    const Begun login = begin(house);
    EXPECT_EQ(scan(house, "alice", login.code).problem(), "not-on-screen");
    {
        Stream page = event_stream(login);
        page.hear();
        page.hear();
        EXPECT_EQ(scan(house, "alice", login.code).status, 201U);
    }
}

TEST(LongPoll, AnswersAtOnceWhatThePageHasNotSeen) {
    House house;
    const Begun login = begin(house);
    Visitor browser = login.browser;
    const Reply reply = browser.send("GET", poll, {}, bearer(login));

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.field("content-type"), "application/json");
    EXPECT_EQ(reply.field("cache-control"), "no-store");
    EXPECT_EQ(reply.body, R"({"type":"waiting","seq":1})");

    approve(house, "alice", login);
    EXPECT_EQ(
        browser.send("GET", std::string(poll) + "?seen=waiting", {}, bearer(login)).body,
        R"({"type":"approved","seq":1})"
    );
}

TEST(LongPoll, WaitsForNewsAndIsPresenceMeanwhile) {
    House house;
    const Begun login = begin(house);
    Stream page = event_stream(login, std::string(poll) + "?seen=waiting");
    const Reply scanned = scan_when_shown(house, login);
    ASSERT_EQ(scanned.status, 201U) << scanned.body;
    EXPECT_EQ(page.body(), R"({"type":"scanned","seq":1,"name":"Ada \"A\" 王"})");

    Stream next = event_stream(login, std::string(poll) + "?seen=scanned");
    decide(house, "alice", scanned.text("id"), "approve");
    EXPECT_EQ(next.body(), R"({"type":"approved","seq":1})");
}

/// The key that seals changes once, while a page's question is being answered.
struct ChangeKeysOnce {
    House& house;
    std::atomic<bool> done{false};

    void operator()() {
        if (!done.exchange(true)) house.keys.replace({{1, sealing_key(2)}, {0, sealing_key(1)}});
    }
};

std::string user_code_in(const std::string& frame) {
    constexpr std::string_view name = R"("user_code":")";
    const std::size_t at = frame.find(name);
    return at == std::string::npos ? frame : frame.substr(at + name.size(), 9);
}

/// Until so many are joined: a poll that hangs has joined one for its login, one for its user code.
void wait_for_topics(House& house, std::size_t joined) {
    while (house.hub.topics().size() != joined) {
    }
}

Reply scan_typed(const House& house, const std::string& code) {
    return house.phone("alice").post_json("/v1/scans", R"({"user_code":")" + code + R"("})");
}

TEST(LongPoll, IsToldTheUserCodeThatTheNextIsFoundByAlsoWhenTheKeyChanges) {
    House house;
    const Begun login = begin(house);
    ChangeKeysOnce change{house};
    house.store.before_read = [&] { change(); };
    Visitor browser = login.browser;
    const Reply told = browser.send("GET", std::string(poll) + "?user_code=1", {}, bearer(login));
    const std::string code = user_code_in(told.body);
    ASSERT_TRUE(read_user_code(code)) << told.body;

    wait_for_topics(house, 0);
    Stream next = event_stream(login, std::string(poll) + "?user_code=1&seen=waiting");
    wait_for_topics(house, 2);
    EXPECT_EQ(scan_typed(house, code).status, 201U);
}

TEST(EventStream, StaysFoundByTheUserCodeItWasToldWhenTheKeyChanges) {
    House house;
    const Begun login = begin(house);
    ChangeKeysOnce change{house};
    house.store.before_read = [&] { change(); };
    Stream page = event_stream(login, std::string(events) + "?user_code=1");
    page.hear();
    const std::string code = user_code_in(page.hear());

    EXPECT_EQ(scan_typed(house, code).status, 201U) << code;
}

TEST(LongPoll, SaysTheSameAgainWhenItsTimeIsUp) {
    House house;
    const Begun login = begin(house);
    Visitor browser = login.browser;
    EXPECT_EQ(
        browser.send("GET", std::string(poll) + "?seen=waiting&wait_ms=0", {}, bearer(login)).body,
        R"({"type":"waiting","seq":1})"
    );
}

TEST(LongPoll, AfterTheCollectionSaysSo) {
    House house;
    Begun login = begin(house);
    approve(house, "alice", login);
    ASSERT_EQ(collect(login).status, 200U);
    const Reply reply = login.browser.send("GET", poll, {}, bearer(login));

    EXPECT_EQ(reply.status, 410U);
    EXPECT_EQ(reply.problem(), "consumed");
}

TEST(LongPoll, IsToComeBackWhenTheStoreIsDown) {
    House house;
    const Begun login = begin(house);
    house.store.broken = true;
    Visitor browser = login.browser;
    const Reply reply = browser.send("GET", poll, {}, bearer(login));

    EXPECT_EQ(reply.status, 503U);
    EXPECT_FALSE(reply.field("retry-after").empty());
}

TEST(LongPoll, NeedsAToken) {
    House house;
    Visitor browser = house.browser();
    EXPECT_EQ(browser.send("GET", poll).status, 401U);
    EXPECT_EQ(
        browser.send("GET", poll, {}, {{"Authorization", "Bearer x"}}).problem(), "token-invalid"
    );
}

}  // namespace
}  // namespace latchkey::login
