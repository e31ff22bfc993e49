#include "login/events.hpp"

#include "login/examples.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace latchkey::login {
namespace {

using namespace test;
using namespace std::chrono_literals;

const Asked asked{noon + 5s, "192.0.2.1"};

Login scanned_login() {
    Scanning scan{.id = login_made_at(noon), .client = 3};
    scan.shown.browser = "Chrome";
    scan.shown.system = "Windows";
    scan.shown.address = "203.0.113.7";
    return scanned(std::nullopt, scan, alice, noon + 5s).value();
}

TEST(LoginEvents, TellWhoScannedWhat) {
    const Login login = scanned_login();
    const ops::AuditEvent event = event_of(std::nullopt, login, asked);

    EXPECT_EQ(event.at, noon + 5s);
    EXPECT_EQ(event.kind, "login.scanned");
    EXPECT_EQ(event.account, alice.account);
    EXPECT_EQ(event.login, login.id);
    EXPECT_EQ(event.session, alice.session);
    EXPECT_EQ(event.client, 3U);
    EXPECT_EQ(event.address, "192.0.2.1");
    EXPECT_EQ(
        event.detail,
        R"({"confirm":"tap","browser":"Chrome","system":"Windows","shown_at":"203.0.113.7"})"
    );
}

TEST(LoginEvents, NeverTellTheNumber) {
    Login login = scanned_login();
    login.confirm = Confirm::number;
    login.number = 42;
    EXPECT_EQ(event_of(std::nullopt, login, asked).detail.find("42"), std::string::npos);
}

TEST(LoginEvents, TellWhyALoginWasDenied) {
    const Login before = scanned_login();
    const Login after = denied(before, alice, noon + 6s).value();
    const ops::AuditEvent event = event_of(before, after, asked);

    EXPECT_EQ(event.kind, "login.denied");
    EXPECT_EQ(event.detail, R"({"reason":"declined"})");
}

TEST(LoginEvents, NameTheSessionThatWasCollected) {
    const Login before = approved(scanned_login(), alice, {}, noon + 6s).value();
    const auto session = bytes_full_of<SessionId>(0x51);
    const Login after = collected(before, session, noon + 7s).value();

    EXPECT_EQ(event_of(before, after, asked).kind, "login.collected");
    EXPECT_EQ(event_of(before, after, asked).session, session);
}

TEST(LoginEvents, TellOfAReportThatChangedNothing) {
    const Login login = scanned_login();
    EXPECT_EQ(event_of(login, login, asked).kind, "login.reported");
}

TEST(LoginEvents, NameAClientsUserWhereThereIsNoAccount) {
    Login login = scanned_login();
    login.subject = {"u-17", "Ada"};
    login.state = State::approved;
    const ops::AuditEvent event = event_of(std::nullopt, login, asked);

    EXPECT_FALSE(event.account);
    EXPECT_NE(event.detail.find(R"("user":"u-17","name":"Ada")"), std::string::npos);
}

TEST(Denials, AreWhatAnAccountIsToRemember) {
    const Login before = scanned_login();
    const Login yes = approved(before, alice, {}, noon + 6s).value();
    const Login no = denied(before, alice, noon + 6s).value();

    EXPECT_TRUE(is_denial(before, no));
    EXPECT_TRUE(is_denial(yes, reported(yes, alice, noon + 7s).value()));
    EXPECT_FALSE(is_denial(before, yes));
    EXPECT_FALSE(is_denial(std::nullopt, before));
    EXPECT_FALSE(is_denial(no, no));
}

}  // namespace
}  // namespace latchkey::login
