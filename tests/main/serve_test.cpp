#include "main/commands.hpp"
#include "main/serving.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sqlite3.h>

namespace latchkey {
namespace {

using test::Directory;
using test::Process;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

using Serve = test::Serving;

TEST_F(Serve, TheFirstLineOfTheLogSaysWhichPortItTook) {
    Process latchkey(arguments());
    const std::string line = latchkey.error_line();
    EXPECT_THAT(
        line,
        MatchesRegex(
            "....-..-..T..:..:..\\....Z info  listening on http://127\\.0\\.0\\.1:[1-9][0-9]*"
        )
    );
    EXPECT_THAT(test::get(test::port_of(line), "/"), StartsWith("HTTP/1.1 200"));
}

TEST_F(Serve, InJsonTheAddressIsAField) {
    Process latchkey(arguments({"--log-format", "json"}));
    const auto line = boost::json::parse(latchkey.error_line());
    EXPECT_THAT(std::string(line.at("address").as_string()), StartsWith("http://127.0.0.1:"));
    EXPECT_EQ(line.at("level").as_string(), "info");
}

TEST_F(Serve, ATermDrainsAndEndsWell) {
    Process latchkey(arguments());
    latchkey.error_line();
    latchkey.signal(SIGTERM);
    const auto ended = latchkey.wait();
    EXPECT_EQ(ended.status, exit_code::done);
    EXPECT_THAT(ended.error, HasSubstr("draining"));
    EXPECT_THAT(ended.error, HasSubstr("drained"));
}

TEST_F(Serve, TheOperatorSeesHealthReadinessAndFigures) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    const std::string line = latchkey.error_line();
    ASSERT_THAT(line, HasSubstr("operator listens on http://127.0.0.1:"));
    const unsigned operator_port = test::port_of(line);
    test::get(port, "/");

    EXPECT_THAT(test::get(operator_port, "/healthz"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::get(operator_port, "/readyz"), HasSubstr("{\"ready\":true,\"reasons\":[]}"));
    const std::string figures = test::get(operator_port, "/metrics");
    for (const char* name :
         {"\nlatchkey_requests_total 1",
          "\nlatchkey_store_queue_depth 0",
          "\nprocess_resident_memory_bytes ",
          "\nprocess_open_fds ",
          "\nlatchkey_login_durable_seconds_count 0",
          "\nlatchkey_logins_total{state=\"approved\"} 0"}) {
        EXPECT_THAT(figures, HasSubstr(name));
    }
    EXPECT_THAT(test::get(operator_port, "/"), StartsWith("HTTP/1.1 404"));
    EXPECT_THAT(test::get(port, "/metrics"), StartsWith("HTTP/1.1 404"))
        << "figures are for the operator alone";
}

TEST_F(Serve, TheOperatorsListenerCanBeOff) {
    Process latchkey(arguments({"--operator-listen", "off"}));
    ASSERT_THAT(latchkey.error_line(), HasSubstr("listening on"));
    latchkey.signal(SIGTERM);
    EXPECT_THAT(latchkey.wait().error, Not(HasSubstr("operator")));
}

TEST_F(Serve, LiftedRateLimitsAreSaidLoudly) {
    Process latchkey(arguments({"--no-rate-limits"}));
    latchkey.error_line();
    latchkey.signal(SIGINT);
    const auto ended = latchkey.wait();
    EXPECT_EQ(ended.status, exit_code::done);
    EXPECT_THAT(ended.error, HasSubstr(" warn  configuration: Rate limits are lifted"));
}

TEST_F(Serve, AnAddressThatIsTakenIsNamed) {
    Process first(arguments());
    const unsigned port = test::port_of(first.error_line());
    const Directory other;
    const auto ended = test::run(
        {"serve",
         "--listen",
         "127.0.0.1:" + std::to_string(port),
         "--operator-listen",
         "off",
         "--data",
         other.text()}
    );
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

TEST_F(Serve, ADataDirectoryHasOneServer) {
    Process first(arguments());
    first.error_line();
    const auto second = test::run(arguments());
    EXPECT_EQ(second.status, exit_code::failed);
    EXPECT_THAT(second.error, HasSubstr(data().string()));
}

TEST_F(Serve, ASealingKeyThatOthersMayReadIsRefused) {
    add_ada();
    {
        Process latchkey(arguments());
        latchkey.error_line();
    }
    std::filesystem::permissions(data() / "sealing.key", std::filesystem::perms(0644));
    const auto ended = test::run(arguments());
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("chmod 600 " + (data() / "sealing.key").string()));
}

TEST_F(Serve, ADatabaseOfANewerLatchkeyIsRefusedAndLeftAlone) {
    add_ada();
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((data() / "latchkey.db").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(
        sqlite3_exec(database, "PRAGMA user_version = 9999", nullptr, nullptr, nullptr), SQLITE_OK
    );
    sqlite3_close(database);

    const auto ended = test::run(arguments());
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("latchkey.db"));
    EXPECT_THAT(ended.error, HasSubstr("newer"));
}

TEST_F(Serve, AccountsThatTheCommandsChangeHoldAtOnceInTheRunningServer) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    const auto user = [&](std::vector<std::string> more, std::string_view input = {}) {
        more.insert(more.begin(), "user");
        more.insert(more.end(), {"--data", data().string()});
        return test::run(more, input).status;
    };
    ASSERT_EQ(user({"add", "Ada", "--password-stdin"}, "correct horse\n"), 0);

    EXPECT_THAT(test::sign_in(port, "ada", "correct horse"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::sign_in(port, "Ada", "wrong horse"), StartsWith("HTTP/1.1 401"));
    ASSERT_EQ(user({"passwd", "Ada", "--password-stdin"}, "another horse\n"), 0);
    EXPECT_THAT(test::sign_in(port, "Ada", "correct horse"), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(test::sign_in(port, "Ada", "another horse"), StartsWith("HTTP/1.1 200"));
    ASSERT_EQ(user({"disable", "Ada"}), 0);
    EXPECT_THAT(test::sign_in(port, "Ada", "another horse"), StartsWith("HTTP/1.1 401"));
    ASSERT_EQ(user({"enable", "Ada"}), 0);
    EXPECT_THAT(test::sign_in(port, "Ada", "another horse"), StartsWith("HTTP/1.1 200"));
}

TEST_F(Serve, TheClassicWireCanBeOff) {
    const std::string post =
        "POST /qrcode/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
        "0\r\n\r\n";
    {
        Process without(arguments({"--no-classic"}));
        EXPECT_THAT(
            test::converse(test::port_of(without.error_line()), post), StartsWith("HTTP/1.1 404")
        );
    }
    Process with(arguments());
    EXPECT_THAT(test::converse(test::port_of(with.error_line()), post), StartsWith("HTTP/1.1 200"));
}

TEST_F(Serve, TheFirstRunShowsTheSetupLinkAndItsCode) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    latchkey.signal(SIGTERM);
    const auto ended = latchkey.wait();
    EXPECT_THAT(ended.out, HasSubstr("http://127.0.0.1:" + std::to_string(port) + "/join#"));
    EXPECT_THAT(ended.out, HasSubstr("▀"));
    EXPECT_THAT(ended.out, HasSubstr(data().string()));
    EXPECT_THAT(ended.error, Not(HasSubstr("join#")))
        << "a link that signs in is no matter for a log";
}

TEST_F(Serve, WithAnAccountThereIsNoSetupLink) {
    add_ada();
    Process latchkey(arguments());
    latchkey.error_line();
    latchkey.signal(SIGTERM);
    EXPECT_THAT(latchkey.wait().out, Not(HasSubstr("join#")));
}

}  // namespace
}  // namespace latchkey
