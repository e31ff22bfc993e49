#include "main/audit_commands.hpp"

#include "contract/old_database.hpp"
#include "contract/tampering.hpp"
#include "main/commands.hpp"
#include "main/process.hpp"
#include "main/serving.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>

namespace latchkey {
namespace {

using test::run;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class AuditCommand : public testing::Test {
 protected:
    test::Process::Ended latchkey(std::vector<std::string> arguments, std::string_view input = {}) {
        arguments.insert(arguments.end(), {"--data", data()});
        return run(arguments, input);
    }
    void add_people(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            const auto added =
                latchkey({"user", "add", name, "--password-stdin"}, "correct horse\n");
            ASSERT_EQ(added.status, exit_code::done) << added.error;
        }
    }
    void tamper(const char* sql) const {
        store::Connection(
            directory_.path() / "data" / store::Database::file_name,
            store::Connection::Access::read_write,
            milliseconds(1'000)
        )
            .execute((std::string(store::unlocked_audit_log) + sql).c_str());
    }
    std::string data() const { return (directory_.path() / "data").string(); }

    test::Directory directory_;
};

TEST_F(AuditCommand, PrintsWhoDidWhatTheOldestFirst) {
    add_people({"Ada", "Ben"});
    latchkey({"user", "disable", "ben"});

    EXPECT_THAT(
        latchkey({"audit"}).out,
        MatchesRegex("20..-..-..T..:..:..\\....Z\taccount\\.added\tAda\t-\t-\t-\n"
                     "20..-..-..T..:..:..\\....Z\taccount\\.added\tBen\t-\t-\t-\n"
                     "20..-..-..T..:..:..\\....Z\taccount\\.disabled\tBen\t-\t-\t-\n")
    );
}

TEST_F(AuditCommand, InJsonEachLineIsAnObject) {
    add_people({"Ada", "Ben"});
    std::istringstream lines(latchkey({"audit", "--json"}).out);
    std::string line;
    for (int number = 1; number <= 2; ++number) {
        ASSERT_TRUE(std::getline(lines, line));
        const auto event = boost::json::parse(line);
        EXPECT_EQ(event.at("seq").as_int64(), number);
        EXPECT_EQ(event.at("kind").as_string(), "account.added");
    }
    EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(AuditCommand, FollowsWhatHappensUntilItIsBrokenOff) {
    add_people({"Ada"});

    const auto talk = test::at_a_terminal(
        {"audit", "--follow", "--data", data()},
        {{"\tAda\t-\t-\t-\r\n", ""}, {"\tBen\t-\t-\t-\r\n", "\x03"}},
        [this] { add_people({"Ben"}); }
    );

    EXPECT_EQ(talk.status, -SIGINT) << talk.shown;
    EXPECT_THAT(talk.shown, HasSubstr("account.added\tBen"));
    EXPECT_EQ(talk.shown.find("\tAda\t"), talk.shown.rfind("\tAda\t")) << "each event once";
}

TEST_F(AuditCommand, VerifyCountsWhatIsIntact) {
    add_people({"Ada", "Ben"});
    const auto ended = latchkey({"audit", "verify"});

    EXPECT_EQ(ended.status, exit_code::done) << ended.error;
    EXPECT_THAT(ended.out, MatchesRegex("2 events, intact\nhash\t[0-9a-f]+\n"));
    const std::string hash = ended.out.substr(ended.out.find('\t') + 1, 64);
    EXPECT_THAT(latchkey({"audit", "--json"}).out, HasSubstr(hash)) << "the last event's";
}

TEST_F(AuditCommand, VerifyNamesTheFirstEventThatSomebodyHasChanged) {
    add_people({"Ada", "Ben", "Cy"});
    tamper("UPDATE audit SET detail = '{\"name\":\"Bob\"}' WHERE seq = 2");
    const auto changed = latchkey({"audit", "verify"});
    EXPECT_EQ(changed.status, exit_code::failed);
    EXPECT_THAT(changed.out, IsEmpty());
    EXPECT_THAT(changed.error, StartsWith("latchkey: event 2 is not as it was written"));

    tamper("DELETE FROM audit WHERE seq = 1");
    EXPECT_THAT(latchkey({"audit", "verify"}).error, StartsWith("latchkey: event 1 is missing"));
}

TEST_F(AuditCommand, DoesNotPassOverAnEventThatIsNone) {
    add_people({"Ada", "Ben", "Cy"});
    tamper("PRAGMA ignore_check_constraints = ON; UPDATE audit SET account = x'00' WHERE seq = 2");
    const auto ended = latchkey({"audit"});

    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("\tAda\t"), Not(HasSubstr("\tCy\t"))));
    EXPECT_THAT(ended.error, HasSubstr("event 2"));
}

TEST_F(AuditCommand, AWrongDataDirectoryIsNotFilledSilently) {
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"audit"}, {"audit", "verify"}}) {
        const auto ended = latchkey(command);
        EXPECT_EQ(ended.status, exit_code::failed);
        EXPECT_THAT(ended.error, HasSubstr("--data"));
    }
    EXPECT_FALSE(std::filesystem::exists(data()));
}

using Upgraded = test::Serving;

TEST_F(Upgraded, AServerStartedOnAnOlderDatabaseSignsItsPeopleInAndTellsOfIt) {
    make_old_database(data(), "version_1.sql");
    test::Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());

    EXPECT_THAT(test::sign_in(port, "Ada", "correct horse"), StartsWith("HTTP/1.1 20"));
    EXPECT_THAT(test::sign_in(port, "Ada", "battery staple"), StartsWith("HTTP/1.1 401"));
    EXPECT_THAT(test::sign_in(port, "Ben", "correct horse"), StartsWith("HTTP/1.1 401"));

    EXPECT_THAT(
        run({"audit", "--data", data().string()}).out,
        MatchesRegex("[^\n]*\tserver\\.settings\t-\t-\t-\t-\n"
                     "[^\n]*\tsession\\.began\tAda\t-\t-\t127\\.0\\.0\\.1\n")
    ) << "what fails writes nothing";
    EXPECT_THAT(run({"audit", "verify", "--data", data().string()}).out, StartsWith("2 events, "));
}

}  // namespace
}  // namespace latchkey
