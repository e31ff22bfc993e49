#include "main/invite_commands.hpp"

#include "main/commands.hpp"
#include "main/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace latchkey {
namespace {

using test::run;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class InviteCommand : public testing::Test {
 protected:
    test::Process::Ended invite(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "invite");
        arguments.insert(arguments.end(), {"--data", data()});
        return run(arguments);
    }
    std::string list() { return invite({"list"}).out; }
    std::string data() const { return (directory_.path() / "data").string(); }

    test::Directory directory_;
};

constexpr const char* address = "https://id.example.org";

TEST_F(InviteCommand, PrintsALinkAndItsQrAndNothingElse) {
    const auto made = invite({"--public-url", address});
    EXPECT_EQ(made.status, exit_code::done) << made.error;
    EXPECT_THAT(made.out, StartsWith("  https://id.example.org/join#"));
    EXPECT_THAT(made.out.substr(0, made.out.find('\n')), MatchesRegex(".*#[-_A-Za-z0-9]+"));
    EXPECT_THAT(made.out, HasSubstr("▀"));
    EXPECT_THAT(made.error, HasSubstr("within 72 hours"));
    EXPECT_THAT(made.error, Not(HasSubstr("Only this machine")));
    EXPECT_THAT(list(), MatchesRegex("[0-9a-f]+\tperson\t72 h\n"));
}

TEST_F(InviteCommand, SaysWhenOnlyThisMachineReachesIt) {
    const auto made = invite({});
    EXPECT_THAT(made.out, StartsWith("  http://127.0.0.1:8080/join#"));
    EXPECT_THAT(made.error, HasSubstr("Only this machine reaches that address"));
}

TEST_F(InviteCommand, ARoleAndATimeAreTheOperatorsToSay) {
    const auto made = invite({"--role", "admin", "--hours", "5", "--public-url", address});
    EXPECT_THAT(made.error, HasSubstr("within 5 hours makes one account, which administers"));
    EXPECT_THAT(list(), MatchesRegex("[0-9a-f]+\tadmin\t5 h\n"));

    EXPECT_EQ(invite({"--role", "king"}).status, exit_code::usage);
    EXPECT_EQ(invite({"--hours", "0"}).status, exit_code::usage);
    EXPECT_EQ(invite({"--hours", "100000"}).status, exit_code::usage);
}

TEST_F(InviteCommand, IsTakenBackByTheIdThatTheListShows) {
    invite({"--public-url", address});
    const std::string listed = list();
    const std::string id = listed.substr(0, listed.find('\t'));

    EXPECT_EQ(invite({"revoke", id}).out, "revoked " + id + "\n");
    EXPECT_THAT(list(), IsEmpty());
    const auto again = invite({"revoke", id});
    EXPECT_EQ(again.status, exit_code::failed);
    EXPECT_THAT(again.error, HasSubstr("there is no invitation " + id));
}

TEST_F(InviteCommand, WhereNobodyCouldUseItThereIsNone) {
    const auto nowhere = invite({"--listen", "unix:/run/latchkey"});
    EXPECT_EQ(nowhere.status, exit_code::failed);
    EXPECT_THAT(nowhere.error, HasSubstr("name its address with --public-url"));
    EXPECT_FALSE(std::filesystem::exists(data())) << "and nothing was made";

    const auto closed =
        run({"invite", "--data", data(), "--public-url", address},
            {},
            {"LATCHKEY_ACCOUNTS_SIGN_UP=closed"});
    EXPECT_EQ(closed.status, exit_code::failed);
    EXPECT_THAT(closed.error, HasSubstr("accounts.sign_up is closed"));
}

TEST_F(InviteCommand, AWrongDataDirectoryIsNotFilledSilently) {
    for (const auto& arguments :
         {std::vector<std::string>{"list"}, std::vector<std::string>{"revoke", "00"}}) {
        EXPECT_EQ(invite(arguments).status, exit_code::failed);
        EXPECT_FALSE(std::filesystem::exists(data()));
    }
}

}  // namespace
}  // namespace latchkey
