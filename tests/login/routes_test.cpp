#include "login/house.hpp"
#include "login/steps.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <thread>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr const char* chrome_on_windows =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36";

/// A page that shows the login and has its first answer.
Page showing(const Begun& login) {
    Page page = v1_page(login);
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":1})");
    return page;
}

std::string scanned_id(const House& house, const Begun& login) {
    return scan(house, "alice", login.code).text("id");
}

TEST(Start, GivesWhatAPageNeeds) {
    House house;
    const Reply reply = house.browser().send("POST", "/v1/logins");

    EXPECT_EQ(reply.status, 201U);
    EXPECT_TRUE(std::regex_match(
        reply.body,
        std::regex(R"re(\{"token":"[A-Za-z0-9_-]{54}","rotation":\{"login":"[A-Za-z0-9_-]{16}",)re"
                   R"re("key":"[A-Za-z0-9_-]{22}","field":0,"step_ms":10000,"elapsed_ms":0\},)re"
                   R"re("link_prefix":"/s/","ttl_ms":600000,"socket":"/ws/",)re"
                   R"re("events":"/v1/logins/current/events","poll":"/v1/logins/current",)re"
                   R"re("client":\{"name":"The Shop"\}\})re")
    )) << reply.body;
    EXPECT_EQ(reply.field("cache-control"), "no-store");
    EXPECT_TRUE(reply.cookie("latchkey_browser"));
    EXPECT_FALSE(reply.cookie("latchkey_login"));
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(Start, OverHttpsSetsCookiesThatOnlyHttpsGets) {
    House house;
    net::Request request;
    request.method = net::Method::post;
    request.peer.secure = true;
    request.set_target("/qrcode/");
    const auto match = house.router.find(request);
    const auto& handler = std::get<net::Immediate>(*match.handler);
    const std::string fields = handler(request).fields;

    EXPECT_TRUE(std::regex_search(
        fields,
        std::regex("Set-Cookie: __Host-latchkey_browser=[^;]{22}; Path=/; HttpOnly; SameSite=Lax; "
                   "Secure; Max-Age=34560000\r\n")
    )) << fields;
    EXPECT_TRUE(std::regex_search(
        fields,
        std::regex("Set-Cookie: latchkey_login=[^;]{54}; Path=/dashboard.html; HttpOnly; "
                   "SameSite=Strict; Secure; Max-Age=600\r\n")
    )) << fields;

    request.add_header("Cookie", "latchkey_browser=QEFCQ0RFRkdISUpLTE1OTw");
    EXPECT_NE(handler(request).fields.find("__Host-latchkey_browser="), std::string::npos)
        << "a cookie that http could have set is not believed";
    request.add_header("Cookie", "__Host-latchkey_browser=QEFCQ0RFRkdISUpLTE1OTw");
    EXPECT_EQ(handler(request).fields.find("latchkey_browser="), std::string::npos);
}

TEST(Scan, ShowsThePhoneWhoAsks) {
    House house;
    const Begun login = begin(house);
    Page page(login.browser, "latchkey.v1", {{"User-Agent", chrome_on_windows}});
    page.say(watch_message(login.token));
    page.hear();
    page.hear();
    house.pass(3s);
    const Reply reply = scan(house, "alice", login.code);

    ASSERT_EQ(reply.status, 201U) << reply.body;
    const auto seen = boost::json::parse(reply.body).as_object();
    EXPECT_EQ(seen.at("client").at("name"), "The Shop");
    EXPECT_EQ(seen.at("browser"), "Chrome");
    EXPECT_EQ(seen.at("system"), "Windows");
    EXPECT_EQ(seen.at("address"), "127.0.0.1");
    EXPECT_EQ(seen.at("network"), "same");
    EXPECT_EQ(seen.at("age_ms"), 3'000);
    EXPECT_EQ(seen.at("ttl_ms"), 597'000);
    EXPECT_EQ(seen.at("account").at("name"), "Ada \"A\" 王");
    EXPECT_EQ(seen.at("id").as_string().size(), 16U);
    EXPECT_EQ(seen.at("known_browser"), false);
    EXPECT_EQ(seen.at("confirm"), "tap");
    EXPECT_EQ(seen.at("sign"), nullptr);
    EXPECT_EQ(seen.size(), 12U) << "nothing else is shown";
    EXPECT_EQ(reply.field("cache-control"), "no-store");
    EXPECT_EQ(page.hear(), R"({"type":"scanned","seq":2,"name":"Ada \"A\" 王"})");
}

TEST(Scan, SaysWhenThePhoneIsInAnotherNetwork) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    Visitor phone = house.phone("alice");
    phone.host = 2;
    const Reply reply = phone.post_json("/v1/scans", R"({"code":")" + login.code + R"("})");

    EXPECT_EQ(reply.text("network"), "different");
    EXPECT_EQ(reply.text("address"), "127.0.0.1") << "the browser's, not the phone's";
}

TEST(Scan, NeedsSomebodySignedIn) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const Reply reply = scan(house, "nobody", login.code);

    EXPECT_EQ(reply.status, 401U);
    EXPECT_EQ(reply.problem(), "not-signed-in");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(Scan, NeedsAPageThatShowsTheCodeNow) {
    House house;
    const Begun login = begin(house);
    EXPECT_EQ(scan(house, "alice", login.code).problem(), "not-on-screen");
    {
        Page page = showing(login);
        page.say("{}");
        EXPECT_EQ(page.closed(), 4000);
    }
    const Reply reply = scan(house, "alice", login.code);

    EXPECT_EQ(reply.status, 409U);
    EXPECT_EQ(reply.problem(), "not-on-screen");
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(Scan, OfACodeThatThePageShowsNoMoreIsRefused) {
    House house;
    const Begun before = begin(house);
    const Begun after = begin(house);
    Page page = showing(before);
    page.say(watch_message(after.token));
    EXPECT_EQ(page.hear(), R"({"type":"waiting","seq":2})");

    EXPECT_EQ(scan(house, "alice", before.code).problem(), "not-on-screen");
    EXPECT_EQ(scan(house, "alice", after.code).status, 201U);
}

TEST(Scan, AgainByTheSameAccountGivesTheSame) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const Reply first = scan(house, "alice", login.code);

    EXPECT_EQ(scan(house, "alice", login.code).body, first.body);
    EXPECT_EQ(scan(house, "alice-tablet", login.code).body, first.body);
}

TEST(Scan, ByASecondPersonIsRefused) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    scan(house, "alice", login.code);
    const Reply reply = scan(house, "bob", login.code);

    EXPECT_EQ(reply.status, 409U);
    EXPECT_EQ(reply.problem(), "already-scanned");
}

TEST(Scan, ByTwoPhonesAtOnceIsWonByOne) {
    House house;
    for (int round = 0; round < 20; ++round) {
        const Begun login = begin(house);
        const Page page = showing(login);
        Reply replies[2];
        std::thread one([&] { replies[0] = scan(house, "alice", login.code); });
        std::thread two([&] { replies[1] = scan(house, "bob", login.code); });
        one.join();
        two.join();
        ASSERT_EQ(replies[0].status + replies[1].status, 201U + 409U);
    }
}

TEST(Scan, RefusesOldForgedAndUsedCodes) {
    House house;
    const Begun used = begin(house);
    Page page = showing(used);
    decide(house, "alice", scanned_id(house, used), "approve");
    EXPECT_EQ(scan(house, "bob", used.code).problem(), "already-scanned");
    EXPECT_EQ(scan(house, "alice", used.code).problem(), "already-decided") << "by oneself";
    page.drop();
    EXPECT_EQ(scan(house, "bob", used.code).problem(), "already-scanned");
    EXPECT_EQ(scan(house, "alice", used.code).problem(), "already-decided");

    const Begun old = begin(house);
    house.pass(120s);
    EXPECT_EQ(scan(house, "alice", old.code).status, 410U);
    EXPECT_EQ(scan(house, "alice", old.code).problem(), "code-expired");

    const Reply forged = scan(house, "alice", SealingKeys(sealing_key(9)).seal_code(LoginId{}));
    EXPECT_EQ(forged.status, 404U);
    EXPECT_EQ(forged.problem(), "code-unknown");
}

TEST(Scan, WithACodeThatIsOldByNowMayBeLookedAtAgainByWhoeverScannedIt) {
    House house;
    const Begun login = begin(house);
    Page page = showing(login);
    const std::string id = scanned_id(house, login);
    house.pass(121s);

    const Reply again = scan(house, "alice", login.code);
    EXPECT_EQ(again.status, 201U);
    EXPECT_EQ(again.text("id"), id);
    EXPECT_EQ(scan(house, "bob", login.code).problem(), "code-expired");
    page.drop();
    EXPECT_EQ(scan(house, "bob", login.code).problem(), "code-expired");
    EXPECT_EQ(decide(house, "alice", id, "approve").status, 200U);
    EXPECT_EQ(scan(house, "alice", login.code).problem(), "already-decided");
}

TEST(Scan, TakesForOneNetworkWhatTheOperatorSays) {
    House house({}, {}, {.ipv4_bits = 24});
    const Begun login = begin(house);
    Page page = v1_page(login);
    page.hear();
    Visitor phone = house.phone("alice");
    phone.host = 9;

    const Reply reply = phone.post_json("/v1/scans", R"({"code":")" + login.code + R"("})");
    EXPECT_EQ(reply.text("network"), "same");
    EXPECT_EQ(reply.text("confirm"), "tap");
}

TEST(Scan, SlowsDownWhoGuesses) {
    House house;
    for (int i = 0; i < 30; ++i) {
        ASSERT_EQ(scan(house, i < 15 ? "alice" : "bob", "AAAA").status, 404U);
    }
    const Reply reply = scan(house, "alice", "AAAA");

    EXPECT_EQ(reply.status, 429U);
    EXPECT_EQ(reply.problem(), "too-many-requests");
    EXPECT_TRUE(is_a_short_wait(reply.field("retry-after")));
}

TEST(Scan, TakesJsonOnly) {
    House house;
    Visitor phone = house.phone("alice");

    EXPECT_EQ(phone.post_form("/v1/scans", "code=A").status, 400U);
    EXPECT_EQ(phone.post_json("/v1/scans", "{}").status, 400U);
    EXPECT_EQ(phone.post_json("/v1/scans", R"({"code":1})").status, 400U);
    EXPECT_EQ(phone.post_json("/v1/scans", R"({"code":"A","handle":"A"})").status, 400U);
    EXPECT_EQ(phone.post_json("/v1/scans", R"({"code":"\ud800"})").status, 400U);
}

TEST(Decide, ApprovesOnce) {
    House house;
    const Begun login = begin(house);
    Page page = showing(login);
    const std::string id = scanned_id(house, login);
    page.hear();
    const Reply first = decide(house, "alice", id, "approve");

    EXPECT_EQ(first.status, 200U);
    EXPECT_EQ(first.body, R"({"state":"approved"})");
    EXPECT_EQ(decide(house, "alice", id, "approve").problem(), "already-decided");
    EXPECT_EQ(decide(house, "alice", id, "deny").status, 409U);
    EXPECT_EQ(page.hear(), R"({"type":"approved","seq":3})");
}

TEST(Decide, Denies) {
    House house;
    Begun login = begin(house);
    Page page = showing(login);
    const std::string id = scanned_id(house, login);
    page.hear();
    const Reply reply = decide(house, "alice", id, "deny");

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, R"({"state":"denied"})");
    EXPECT_EQ(decide(house, "alice", id, "approve").problem(), "already-decided");
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":3,"reason":"declined"})");
    EXPECT_EQ(collect(login).problem(), "already-decided");
}

TEST(Decide, IsForWhoScannedAlone) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scanned_id(house, login);

    EXPECT_EQ(decide(house, "nobody", id, "approve").status, 401U);
    EXPECT_EQ(decide(house, "bob", id, "approve").status, 403U);
    EXPECT_EQ(decide(house, "bob", id, "deny").problem(), "not-yours");
    EXPECT_EQ(decide(house, "alice-tablet", id, "approve").status, 200U);
}

TEST(Decide, KnowsOnlyWhatWasScanned) {
    House house;
    const Begun login = begin(house);

    EXPECT_EQ(decide(house, "alice", "AAAAAAAAAAAAAAAA", "approve").problem(), "login-unknown");
    EXPECT_EQ(decide(house, "alice", "nonsense", "approve").status, 404U);
    EXPECT_EQ(decide(house, "alice", login.code, "deny").status, 404U);
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(Decide, EndsWithTheLogin) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scanned_id(house, login);
    house.pass(600s);

    EXPECT_EQ(decide(house, "alice", id, "approve").status, 410U);
    EXPECT_EQ(decide(house, "alice", id, "deny").problem(), "login-expired");
}

TEST(Decide, TakesAnEmptyBodyOrAnObject) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string path = "/v1/scans/" + scanned_id(house, login) + "/approve";

    EXPECT_EQ(house.phone("alice").post_json(path, "[").status, 400U);
    EXPECT_EQ(house.phone("alice").post_json(path, R"({"account":"bob"})").status, 200U);
}

TEST(Decide, OfAnotherSitesPageIsRefused) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string path = "/v1/scans/" + scanned_id(house, login) + "/approve";

    EXPECT_EQ(
        house.phone("alice").send("POST", path, {}, {{"Origin", "https://evil.example"}}).status,
        403U
    );
    EXPECT_EQ(
        house.phone("alice").send("POST", path, {}, {{"Sec-Fetch-Site", "cross-site"}}).status, 403U
    );
}

TEST(Decide, SaysWhenItCannotStore) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scanned_id(house, login);
    house.store.broken = true;
    const Reply reply = decide(house, "alice", id, "approve");

    EXPECT_EQ(reply.status, 503U);
    EXPECT_EQ(reply.problem(), "unavailable");
    EXPECT_EQ(reply.field("retry-after"), "1");
}

}  // namespace
}  // namespace latchkey::login
