#include "main/commands.hpp"

#include "main/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>

namespace latchkey {
namespace {

using test::Directory;
using test::run;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

TEST(CommandLine, SaysItsVersion) {
    const auto ended = run({"--version"});
    EXPECT_EQ(ended.status, exit_code::done);
    EXPECT_THAT(ended.out, StartsWith("latchkey 0."));
}

TEST(CommandLine, EveryCommandHasHelp) {
    const std::vector<std::vector<std::string>> commands = {
        {},
        {"serve"},
        {"check-config"},
        {"user"},
        {"user", "add"},
        {"user", "list"},
        {"user", "passwd"},
        {"user", "disable"},
        {"user", "enable"},
        {"user", "role"},
        {"user", "passkeys"},
        {"user", "recovery-codes"},
        {"user", "remove"},
        {"invite"},
        {"invite", "list"},
        {"invite", "revoke"},
        {"key"},
        {"key", "rotate"},
        {"key", "list"},
        {"client"},
        {"client", "add"},
        {"client", "list"},
        {"client", "rotate-key"},
        {"client", "remove"},
        {"audit"},
        {"audit", "verify"}
    };
    for (auto command : commands) {
        command.emplace_back("--help");
        const auto ended = run(command);
        EXPECT_EQ(ended.status, exit_code::done);
        EXPECT_THAT(ended.out, HasSubstr("Usage: "));
    }
    EXPECT_THAT(run({"--help"}).out, HasSubstr("Exit codes"));
    EXPECT_THAT(run({"serve", "--help"}).out, HasSubstr("--limits-header-bytes-max BYTES"));
}

TEST(CommandLine, AFlagThatIsNotThereIsWrongUsageAndSaysWhatWasMeant) {
    const auto ended = run({"serve", "--lissten", "127.0.0.1:0"});
    EXPECT_EQ(ended.status, exit_code::usage);
    EXPECT_THAT(ended.error, HasSubstr("--lissten"));
    EXPECT_THAT(ended.error, HasSubstr("Was --listen meant?"));
}

TEST(CommandLine, WithoutACommandThereIsNothingToDo) {
    EXPECT_EQ(run({}).status, exit_code::usage);
    EXPECT_EQ(run({"user"}).status, exit_code::usage);
    EXPECT_EQ(run({"user", "add"}).status, exit_code::usage);
    EXPECT_EQ(run({"client"}).status, exit_code::usage);
}

TEST(CheckConfig, PrintsEverySettingAndWhereItComesFrom) {
    const Directory directory;
    std::ofstream(directory.path() / "l.toml") << "log_format = 'json'\n";
    const auto ended =
        run({"check-config", "--config", (directory.path() / "l.toml").string(), "--threads", "1"},
            "",
            {"LATCHKEY_DATA=/tmp/x"});
    EXPECT_EQ(ended.status, exit_code::done);
    EXPECT_THAT(ended.error, IsEmpty());
    EXPECT_THAT(
        ended.out, HasSubstr("log_format = \"json\"  # " + directory.text() + "/l.toml:1:1\n")
    );
    EXPECT_THAT(ended.out, HasSubstr("threads = 1  # flag --threads\n"));
    EXPECT_THAT(ended.out, HasSubstr("data = \"/tmp/x\"  # environment LATCHKEY_DATA\n"));
    EXPECT_THAT(ended.out, HasSubstr("[limits]\nheader_bytes_max = 16384  # default\n"));
}

TEST(CheckConfig, ListsEveryFaultAtOnce) {
    const Directory directory;
    std::ofstream(directory.path() / "l.toml") << "listen = 'nowhere'\ncolour = 1\n";
    const auto ended =
        run({"check-config",
             "--config",
             (directory.path() / "l.toml").string(),
             "--tls-cert",
             "/nonexistent.pem"},
            "",
            {"LATCHKEY_LIMITS_HEARTBEAT_MS=soon"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.out, IsEmpty());
    for (const char* key :
         {"fault: listen (",
          "fault: colour (",
          "fault: tls_cert (/nonexistent.pem)",
          "fault: tls_key (",
          "fault: limits.heartbeat_ms (environment LATCHKEY_LIMITS_HEARTBEAT_MS)"}) {
        EXPECT_THAT(ended.error, HasSubstr(key));
    }
    EXPECT_THAT(ended.error, HasSubstr("the configuration has 5 faults\n"));
}

TEST(CheckConfig, WarnsOfWhatIsAllowedButHardlyMeant) {
    const auto ended = run({"check-config", "--listen", "0.0.0.0:80", "--no-rate-limits"});
    EXPECT_EQ(ended.status, exit_code::done);
    EXPECT_THAT(ended.error, HasSubstr("warning: Plain http on 0.0.0.0:80"));
    EXPECT_THAT(ended.error, HasSubstr("warning: Rate limits are lifted"));
}

TEST(CheckConfig, TwoListenersOnOneAddressAreAFault) {
    const auto ended = run({"check-config", "--listen", "127.0.0.1:9090"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("fault: operator_listen ("));
}

TEST(CheckConfig, TheExampleIsAFileItTakes) {
    const Directory directory;
    std::ofstream(directory.path() / "l.toml") << run({"check-config", "--example"}).out;
    EXPECT_EQ(
        run({"check-config", "--config", (directory.path() / "l.toml").string()}).status,
        exit_code::done
    );
}

class Users : public testing::Test {
 protected:
    test::Process::Ended user(std::vector<std::string> arguments, std::string_view input = {}) {
        arguments.insert(arguments.begin(), "user");
        arguments.insert(arguments.end(), {"--data", data()});
        return run(arguments, input);
    }
    std::string data() const { return (directory_.path() / "data").string(); }

    Directory directory_;
};

TEST_F(Users, AreAddedListedDisabledAndEnabled) {
    const auto added = user({"add", " Ada ", "--password-stdin"}, "correct horse\n");
    EXPECT_EQ(added.status, exit_code::done) << added.error;
    EXPECT_EQ(added.out, "added Ada\n");
    EXPECT_EQ(
        user({"add", "王小明", "--password-stdin"}, "another pass phrase").status, exit_code::done
    );

    EXPECT_THAT(
        user({"list"}).out,
        MatchesRegex("Ada\tactive\t20..-..-..\tperson\n王小明\tactive\t20..-..-..\tperson\n")
    );
    EXPECT_EQ(user({"disable", "ada"}).out, "disabled Ada and ended every session\n");
    EXPECT_THAT(user({"list"}).out, StartsWith("Ada\tdisabled\t"));
    EXPECT_EQ(user({"enable", "Ada"}).out, "enabled Ada\n");
    EXPECT_THAT(user({"list"}).out, StartsWith("Ada\tactive\t"));
    EXPECT_EQ(user({"passwd", "Ada", "--password-stdin"}, "a third one\n").status, exit_code::done);
}

TEST_F(Users, HaveARoleAndOneOfThemAdministersAlways) {
    user({"add", "Ada", "--role", "admin", "--password-stdin"}, "correct horse\n");
    user({"add", "Ben", "--password-stdin"}, "correct horse\n");
    EXPECT_THAT(user({"list"}).out, MatchesRegex("Ada\t[^\n]*\tadmin\nBen\t[^\n]*\tperson\n"));

    EXPECT_THAT(user({"role", "Ada", "person"}).error, HasSubstr("nobody else administers"));
    EXPECT_EQ(user({"role", "ben", "admin"}).out, "Ben is an administrator\n");
    EXPECT_EQ(user({"role", "Ada", "person"}).out, "Ada is a person\n");
    EXPECT_EQ(user({"role", "Ada", "king"}).status, exit_code::usage);
    EXPECT_EQ(user({"role", "Cleo", "admin"}).status, exit_code::failed);
    EXPECT_THAT(run({"audit", "--data", data()}).out, HasSubstr("\taccount.role\tAda\t"));
}

TEST_F(Users, GetRecoveryCodesAreListedWithTheirPasskeysAndRemoved) {
    user({"add", "Ada", "--password-stdin"}, "correct horse\n");
    const auto codes = user({"recovery-codes", "ada"});
    EXPECT_EQ(codes.status, exit_code::done) << codes.error;
    EXPECT_EQ(std::count(codes.out.begin(), codes.out.end(), '\n'), 10);
    EXPECT_THAT(codes.error, HasSubstr("older ones have ended"));
    EXPECT_EQ(user({"passkeys", "ada"}).out, "");

    EXPECT_EQ(user({"remove", "ada"}).out, "removed Ada and everything of it but the audit log\n");
    EXPECT_EQ(user({"list"}).out, "");
    EXPECT_EQ(user({"remove", "ada"}).status, exit_code::failed);
}

TEST_F(Users, OneNameIsOneAccount) {
    user({"add", "Ada", "--password-stdin"}, "correct horse\n");
    const auto again = user({"add", "ADA", "--password-stdin"}, "correct horse\n");
    EXPECT_EQ(again.status, exit_code::failed);
    EXPECT_THAT(again.error, HasSubstr("latchkey user passwd"));
}

TEST_F(Users, WhatIsNoPasswordAndNoNameIsRefusedWithoutATrace) {
    EXPECT_EQ(user({"add", "Ada", "--password-stdin"}, "short\n").status, exit_code::failed);
    EXPECT_EQ(user({"add", "Ada", "--password-stdin"}, "").status, exit_code::failed);
    EXPECT_EQ(
        user({"add", "A\tda", "--password-stdin"}, "correct horse\n").status, exit_code::failed
    );
    EXPECT_THAT(user({"list"}).out, IsEmpty());
}

TEST_F(Users, WithoutATerminalThePasswordMustComeByStandardInput) {
    const auto ended = user({"add", "Ada"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("--password-stdin"));
}

TEST_F(Users, WhoIsNotThereIsNamed) {
    user({"add", "Ada", "--password-stdin"}, "correct horse\n");
    const auto ended = user({"disable", "Bob"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("nobody here is called Bob"));
}

TEST_F(Users, AWrongDataDirectoryIsNotFilledSilently) {
    const auto ended = user({"list"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("--data"));
    EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Users, AreAskedForTheirPasswordTwiceAndNothingIsEchoed) {
    const auto talk = test::at_a_terminal(
        {"user", "add", "Ada", "--data", data()},
        {{"New password: ", "correct horse\n"}, {"Once more: ", "correct horse\n"}}
    );
    EXPECT_EQ(talk.status, exit_code::done) << talk.shown;
    EXPECT_THAT(talk.shown, HasSubstr("added Ada"));
    EXPECT_THAT(talk.shown, Not(HasSubstr("horse")));
    EXPECT_TRUE(talk.echoes) << "what is typed next is shown again";
}

TEST_F(Users, AreAskedInAWayThatTheyCanBreakOffWithTheirTerminalAsItWas) {
    const std::vector<std::pair<std::string, std::string>> control_c_at_once = {
        {"New password: ", "\x03"}
    };
    const std::vector<std::pair<std::string, std::string>> control_c_later = {
        {"New password: ", "correct horse\n"}, {"Once more: ", "corr\x03"}
    };
    for (const auto& typed : {control_c_at_once, control_c_later}) {
        const auto talk = test::at_a_terminal({"user", "add", "Ada", "--data", data()}, typed);
        EXPECT_EQ(talk.status, -SIGINT) << "the shell must see that it was interrupted";
        EXPECT_TRUE(talk.echoes) << talk.shown;
    }
    EXPECT_THAT(user({"list"}).out, IsEmpty());
}

TEST_F(Users, TwoDifferentPasswordsChangeNothing) {
    const auto talk = test::at_a_terminal(
        {"user", "add", "Ada", "--data", data()},
        {{"New password: ", "correct horse\n"}, {"Once more: ", "correct house\n"}}
    );
    EXPECT_EQ(talk.status, exit_code::failed);
    EXPECT_THAT(talk.shown, HasSubstr("the two passwords differ"));
    EXPECT_THAT(user({"list"}).out, IsEmpty());
}

TEST_F(Users, NoPasswordIsEverShown) {
    const auto ended = user({"add", "Ada", "--password-stdin"}, "correct horse battery\n");
    EXPECT_THAT(ended.out + ended.error, Not(HasSubstr("horse")));
}

}  // namespace
}  // namespace latchkey
