/// The phone's side of `latchkey.v1`: handles, typed codes, numbers, reports.
#include "login/house.hpp"
#include "login/steps.hpp"

#include <gtest/gtest.h>

#include <string>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

/// A page that shows the login and has its first answer.
Page showing(const Begun& login) {
    Page page = v1_page(login);
    page.hear();
    return page;
}

/// A phone in another network than the browser, so that nothing is known of it.
Visitor phone_afar(const House& house, const std::string& who = "alice") {
    Visitor phone = house.phone(who);
    phone.host = 2;
    return phone;
}

Reply scan_by(Visitor phone, std::string_view member, std::string_view value) {
    return phone.post_json(
        "/v1/scans", R"({")" + std::string(member) + R"(":")" + std::string(value) + R"("})"
    );
}

std::string text_of_number(const House& house, const std::string& id) {
    const auto login = bytes_from<LoginId>(id, from_base64url).value();
    return number_text(house.store.stored(login).value().number);
}

std::string other_number(const std::string& number) {
    return number == "00" ? "01" : "00";
}

TEST(Handle, OutlivesTheCode) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const auto handle = house.logins.handle(login.code, std::nullopt, house.now());
    ASSERT_TRUE(handle);
    house.pass(299s);

    EXPECT_EQ(scan(house, "bob", login.code).problem(), "code-expired");
    EXPECT_EQ(scan_by(house.phone("alice"), "handle", *handle).status, 201U);
}

TEST(Handle, IsGoodForFiveMinutes) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string handle = house.logins.handle(login.code, std::nullopt, house.now()).value();
    house.pass(300s);

    EXPECT_EQ(scan_by(house.phone("alice"), "handle", handle).problem(), "code-expired");
}

TEST(Handle, IsNotHadForAnOldOrForgedCode) {
    House house;
    const Begun login = begin(house);
    EXPECT_EQ(
        house.logins.handle("nonsense", std::nullopt, house.now()).error(), Errc::code_unknown
    );
    house.pass(20s);
    EXPECT_EQ(
        house.logins.handle(login.code, std::nullopt, house.now()).error(), Errc::code_expired
    );
}

TEST(Handle, OfOneAccountIsOfNoUseToAnother) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string handle = house.logins.handle(login.code, alice.account, house.now()).value();

    EXPECT_EQ(scan_by(house.phone("bob"), "handle", handle).problem(), "not-yours");
    EXPECT_EQ(house.store.rows(), 0U);
    EXPECT_EQ(scan_by(house.phone("alice"), "handle", handle).status, 201U);
}

TEST(Handle, IsNoCodeAndNoToken) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);

    EXPECT_EQ(scan_by(house.phone("alice"), "handle", login.code).problem(), "code-unknown");
    EXPECT_EQ(scan_by(house.phone("alice"), "handle", login.token).problem(), "code-unknown");
}

TEST(MovingCode, IsGoodForTwoStepsOfTenSeconds) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string second = code_of(house, login.token, 1);

    EXPECT_EQ(scan(house, "alice", second).problem(), "code-unknown") << "it is still to come";
    house.pass(19'999ms);
    EXPECT_EQ(scan(house, "alice", login.code).status, 201U);
    house.pass(1ms);
    EXPECT_EQ(scan(house, "bob", login.code).problem(), "code-expired");
}

TEST(MovingCode, IsNoCodeOfTheClassicWire) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const Reply reply = allow(house, "alice", login.code);

    EXPECT_EQ(reply.body, R"({"msg":"code not existed","status":-400})")
        << "or one request would approve it without its rules";
    EXPECT_EQ(house.store.rows(), 0U);
}

TEST(UserCode, FindsTheLoginWhosePageShowsIt) {
    House house;
    const Begun login = begin(house);
    Page page = showing(login);
    page.say(R"({"type":"user_code"})");
    const std::string frame = page.hear();
    ASSERT_TRUE(frame.starts_with(R"({"type":"user_code","seq":2,"code":")")) << frame;
    const std::string code = frame.substr(36, 9);

    const Reply reply = scan_by(house.phone("alice"), "user_code", code);
    EXPECT_EQ(reply.status, 201U) << reply.body;
    EXPECT_EQ(reply.text("confirm"), "number") << "a code that does not move can be passed on";
}

TEST(UserCode, IsUnknownUnlessItsPageWasAsked) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const auto opened = house.keys.open_token(login.token, house.now()).value();
    const std::string code = to_text(house.keys.user_code(opened.login));

    EXPECT_EQ(scan_by(house.phone("alice"), "user_code", code).problem(), "code-unknown");
    EXPECT_EQ(scan_by(house.phone("alice"), "user_code", "BCDF-GHJ").status, 404U);
    EXPECT_EQ(house.store.rows(), 0U);
}

/// A page may outlive the key that its code was made under.
TEST(UserCode, IsKeptAndLeavesNothingBehindWhileKeysAreReplaced) {
    House house;
    const Begun login = begin(house);
    Page page = showing(login);
    page.say(R"({"type":"user_code"})");
    const std::string code = page.hear().substr(36, 9);
    house.keys.replace({{1, sealing_key(2)}, {0, sealing_key(1)}});
    page.say(R"({"type":"user_code"})");
    EXPECT_EQ(page.hear().substr(36, 9), code) << "what stands on a screen does not change";
    house.keys.replace({{2, sealing_key(3)}, {1, sealing_key(2)}});
    EXPECT_EQ(scan_by(house.phone("alice"), "user_code", code).status, 201U);

    page.hear();
    page.say(watch_message(begin(house).token));
    page.hear();
    EXPECT_EQ(house.hub.topics().size(), 1U) << "of the login that it watches now";
}

TEST(UserCode, GoesWithItsPage) {
    House house;
    const Begun login = begin(house);
    std::string code;
    {
        Page page = showing(login);
        page.say(R"({"type":"user_code"})");
        code = page.hear().substr(36, 9);
        page.say("{}");
        EXPECT_EQ(page.closed(), 4000);
    }
    EXPECT_EQ(scan_by(house.phone("alice"), "user_code", code).problem(), "code-unknown");
}

TEST(Number, IsShownInTheBrowserAndNotToldThePhone) {
    House house;
    const Begun login = begin(house);
    Page page = showing(login);
    const Reply reply = scan_by(phone_afar(house), "code", login.code);

    EXPECT_EQ(reply.text("confirm"), "number");
    EXPECT_EQ(reply.text("network"), "different");
    EXPECT_EQ(reply.body.find("\"number\":"), std::string::npos);
    const std::string number = text_of_number(house, reply.text("id"));
    EXPECT_EQ(
        page.hear(),
        R"({"type":"scanned","seq":2,"name":"Ada \"A\" 王","number":")" + number + R"("})"
    );
}

TEST(Number, IsToldAPageThatComesBack) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan_by(phone_afar(house), "code", login.code).text("id");
    Page reloaded = v1_page(login);

    EXPECT_NE(reloaded.hear().find(R"("number":")" + text_of_number(house, id)), std::string::npos);
}

TEST(Number, ApprovesWhenItIsRight) {
    House house;
    Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan_by(phone_afar(house), "code", login.code).text("id");
    const Reply without = decide(house, "alice", id, "approve");
    EXPECT_EQ(without.status, 422U);
    EXPECT_EQ(without.problem(), "number-missing");

    const std::string body = R"({"number":")" + text_of_number(house, id) + R"("})";
    EXPECT_EQ(decide(house, "alice", id, "approve", body).body, R"({"state":"approved"})");
    EXPECT_EQ(collect(login).status, 200U);
}

TEST(Number, DeniesWhenItIsWrong) {
    House house;
    Begun login = begin(house);
    Page page = showing(login);
    const std::string id = scan_by(phone_afar(house), "code", login.code).text("id");
    page.hear();
    const std::string number = text_of_number(house, id);
    const Reply wrong =
        decide(house, "alice", id, "approve", R"({"number":")" + other_number(number) + R"("})");

    EXPECT_EQ(wrong.status, 409U);
    EXPECT_EQ(wrong.problem(), "wrong-number");
    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":3,"reason":"wrong-number"})");
    EXPECT_EQ(
        decide(house, "alice", id, "approve", R"({"number":")" + number + R"("})").problem(),
        "already-decided"
    ) << "there is one try";
    EXPECT_EQ(collect(login).problem(), "already-decided");
}

TEST(Number, IsTwoDigitsOrABadRequest) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan_by(phone_afar(house), "code", login.code).text("id");
    for (const char* body : {R"({"number":"7"})", R"({"number":7})", R"({"number":"ab"})"}) {
        EXPECT_EQ(decide(house, "alice", id, "approve", body).status, 400U) << body;
    }
    const auto stored = bytes_from<LoginId>(id, from_base64url).value();
    EXPECT_EQ(house.store.stored(stored)->state, State::scanned) << "that was no try";
}

TEST(Number, IsWantedAfterADenial) {
    House house;
    const Begun denied_one = begin(house);
    const Page first = showing(denied_one);
    decide(house, "alice", scan(house, "alice", denied_one.code).text("id"), "deny");
    const Begun next = begin(house);
    const Page second = showing(next);

    EXPECT_EQ(scan(house, "alice", next.code).text("confirm"), "number");
    house.pass(denial_remembered);
    const Begun later = begin(house);
    const Page third = showing(later);
    EXPECT_EQ(scan(house, "alice", later.code).text("confirm"), "tap");
}

TEST(KnownBrowser, NeedsNoNumberFromAfar) {
    House house;
    Begun login = begin(house);
    const Page page = showing(login);
    decide(house, "alice", scan(house, "alice", login.code).text("id"), "approve");
    ASSERT_EQ(collect(login).status, 200U);

    Begun next{login.browser, {}, {}};
    next.token = next.browser.post_json("/v1/logins", "").text("token");
    next.code = code_of(house, next.token);
    const Page second = showing(next);
    const Reply reply = scan_by(phone_afar(house), "code", next.code);
    EXPECT_EQ(reply.text("confirm"), "tap");
    EXPECT_NE(reply.body.find(R"("known_browser":true)"), std::string::npos);

    const Begun of_bob{next.browser, next.token, next.code};
    const Reply by_bob = scan_by(phone_afar(house, "bob"), "code", of_bob.code);
    EXPECT_EQ(by_bob.problem(), "already-scanned");
}

TEST(SecondPhone, IsWrittenDown) {
    House house;
    const Begun login = begin(house);
    const Page page = showing(login);
    scan(house, "alice", login.code);
    scan(house, "bob", login.code);

    const auto noted = house.store.noted();
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted[0].kind, "login.second-scan");
    EXPECT_EQ(noted[0].account, bob.account);
}

TEST(SecondPhone, IsWrittenDownWhenThePageIsGoneByThen) {
    House house;
    const Begun login = begin(house);
    {
        Page page = showing(login);
        scan(house, "alice", login.code);
        page.hear();
        page.say("{}");
        EXPECT_EQ(page.closed(), 4000);
    }
    EXPECT_EQ(scan(house, "bob", login.code).problem(), "already-scanned");

    const auto noted = house.store.noted();
    ASSERT_EQ(noted.size(), 1U);
    EXPECT_EQ(noted[0].kind, "login.second-scan");
    EXPECT_EQ(noted[0].account, bob.account);
}

TEST(Report, EndsTheLoginAndWhatItsBrowserHas) {
    House house;
    Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan(house, "alice", login.code).text("id");
    decide(house, "alice", id, "approve");
    ASSERT_EQ(collect(login).status, 200U);
    const Reply reply = decide(house, "alice", id, "report");

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.body, R"({"state":"collected","sessions_ended":1})");
    EXPECT_TRUE(house.store.sessions().empty());
    EXPECT_EQ(house.forgotten, 1) << "nobody goes on by a session that was remembered";
}

TEST(Report, BeforeTheCollectionLeavesNothingToCollect) {
    House house;
    Begun login = begin(house);
    Page page = showing(login);
    const std::string id = scan(house, "alice", login.code).text("id");
    decide(house, "alice", id, "approve");
    page.hear();
    page.hear();
    EXPECT_EQ(
        decide(house, "alice", id, "report").body, R"({"state":"reported","sessions_ended":0})"
    );

    EXPECT_EQ(page.hear(), R"({"type":"denied","seq":4,"reason":"reported"})");
    EXPECT_EQ(collect(login).problem(), "already-decided");
    EXPECT_EQ(decide(house, "bob", id, "report").problem(), "not-yours");
}

TEST(TakingBack, EndsTheSessionThatCameOfTheLogin) {
    House house;
    Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan(house, "alice", login.code).text("id");
    EXPECT_EQ(decide(house, "alice", id, "end").problem(), "not-approved");
    decide(house, "alice", id, "approve");
    ASSERT_EQ(collect(login).status, 200U);

    EXPECT_EQ(
        decide(house, "alice", id, "end").body, R"({"state":"collected","sessions_ended":1})"
    );
    EXPECT_TRUE(house.store.sessions().empty());
}

TEST(ScanLimit, IsOfTheAccountAndLetsWhatIsUnderWayFinish) {
    House house;
    Begun login = begin(house);
    const Page page = showing(login);
    const std::string id = scan(house, "alice", login.code).text("id");
    for (int i = 1; i < 20; ++i) ASSERT_EQ(scan(house, "alice", login.code).status, 201U);
    const Reply limited = scan(house, "alice", login.code);

    EXPECT_EQ(limited.status, 429U);
    EXPECT_FALSE(limited.field("retry-after").empty());
    EXPECT_EQ(scan(house, "bob", login.code).problem(), "already-scanned");
    EXPECT_EQ(decide(house, "alice", id, "approve").status, 200U);
    EXPECT_EQ(collect(login).status, 200U);
}

}  // namespace
}  // namespace latchkey::login
