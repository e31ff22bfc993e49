#include "main/client_commands.hpp"

#include "main/commands.hpp"
#include "main/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace latchkey {
namespace {

using test::run;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

class ClientCommand : public testing::Test {
 protected:
    ClientCommand() {
        run({"user", "add", "Ada", "--password-stdin", "--data", data()}, "correct horse\n");
    }
    test::Process::Ended client(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "client");
        arguments.insert(arguments.end(), {"--data", data()});
        return run(arguments);
    }
    /// What stands behind that word in what `client add` has said.
    static std::string said(const std::string& out, const std::string& word) {
        const auto start = out.find(word + '\t') + word.size() + 1;
        return out.substr(start, out.find('\n', start) - start);
    }
    std::string data() const { return (directory_.path() / "data").string(); }

    test::Directory directory_;
};

constexpr const char* id_and_key = "id\t[0-9a-f]+\nkey\tlk_[-_A-Za-z0-9]+\n";

TEST_F(ClientCommand, AddsAClientWithTheDefaults) {
    const auto added = client({"add", " The shop "});
    EXPECT_EQ(added.status, exit_code::done) << added.error;
    EXPECT_THAT(added.out, MatchesRegex(id_and_key));

    EXPECT_THAT(
        client({"list"}).out,
        MatchesRegex(
            said(added.out, "id") + "\tThe shop\tautomatic\tany\twarn\t0\t-\t-\t20..-..-..\t-\n"
        )
    );
}

TEST_F(ClientCommand, AddsAClientThatIsToldEverything) {
    const auto added = client(
        {"add",
         "Shop",
         "--redirect",
         "https://shop.example/in",
         "--redirect",
         "http://localhost:3000/",
         "--confirm",
         "number",
         "--browsers",
         "known",
         "--network",
         "refuse",
         "--phone-session-age",
         "3600",
         "--classic"}
    );
    ASSERT_EQ(added.status, exit_code::done) << added.error;
    EXPECT_THAT(
        client({"list"}).out,
        MatchesRegex("[0-9a-f]+\tShop\tnumber\tknown\trefuse\t3600\tclassic\t-\t20..-..-..\t"
                     "https://shop.example/in http://localhost:3000/\n")
    );
}

TEST_F(ClientCommand, TheKeyIsShownOnceAndKeptNowhere) {
    const std::string key = said(client({"add", "Shop"}).out, "key");
    ASSERT_EQ(key.size(), 46U);

    EXPECT_THAT(client({"list"}).out, Not(HasSubstr(key)));
    EXPECT_THAT(run({"audit", "--json", "--data", data()}).out, Not(HasSubstr(key)));
    for (const auto& file : std::filesystem::directory_iterator(data())) {
        std::ifstream stream(file.path(), std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(stream), {});
        EXPECT_THAT(content, Not(HasSubstr(key.substr(3)))) << file.path();
    }
}

TEST_F(ClientCommand, GetsANewKey) {
    const auto added = client({"add", "Shop"});
    const auto rotated = client({"rotate-key", said(added.out, "id")});

    EXPECT_EQ(rotated.status, exit_code::done) << rotated.error;
    EXPECT_THAT(rotated.out, MatchesRegex("key\tlk_[-_A-Za-z0-9]+\n"));
    EXPECT_NE(said(rotated.out, "key"), said(added.out, "key"));
}

TEST_F(ClientCommand, IsRemoved) {
    const std::string id = said(client({"add", "Shop"}).out, "id");

    EXPECT_EQ(client({"remove", id}).out, "removed " + id + "\n");
    EXPECT_THAT(client({"list"}).out, IsEmpty());
    EXPECT_EQ(client({"remove", id}).status, exit_code::failed);
    EXPECT_EQ(client({"rotate-key", id}).status, exit_code::failed);
}

TEST_F(ClientCommand, IsStoppedAndGoesOn) {
    const std::string id = said(client({"add", "Shop"}).out, "id");

    EXPECT_EQ(client({"stop", id}).out, "stopped " + id + "\n");
    EXPECT_THAT(client({"list"}).out, HasSubstr("\tstopped\t"));
    EXPECT_EQ(client({"resume", id}).out, "resumed " + id + "\n");
    EXPECT_THAT(client({"list"}).out, Not(HasSubstr("stopped")));
    EXPECT_THAT(client({"stop", "nobody"}).error, HasSubstr("there is no client nobody"));
}

TEST_F(ClientCommand, WhoIsNotThereIsNamedWithoutHarmToTheTerminal) {
    const auto ended = client({"remove", "no\x1bne"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("there is no client no\\x1bne; see `latchkey client list`"));
}

TEST_F(ClientCommand, WhatIsNoNameAndNoAddressIsRefusedWithoutATrace) {
    EXPECT_THAT(client({"add", " "}).error, HasSubstr("1 to 64 characters"));
    EXPECT_THAT(
        client({"add", "Shop", "--redirect", "javascript:alert(1)"}).error,
        HasSubstr("--redirect javascript:alert(1) is no address")
    );
    EXPECT_THAT(client({"list"}).out, IsEmpty());
}

TEST_F(ClientCommand, AChoiceThatThereIsNotIsWrongUsage) {
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"--confirm", "maybe"},
          {"--browsers", "some"},
          {"--network", "wan"},
          {"--phone-session-age", "-1"},
          {"--phone-session-age", "99999999"}}) {
        std::vector<std::string> arguments{"add", "Shop"};
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        EXPECT_EQ(client(arguments).status, exit_code::usage) << wrong.front();
    }
    EXPECT_THAT(client({"list"}).out, IsEmpty());
}

TEST_F(ClientCommand, AWrongDataDirectoryIsNotFilledSilently) {
    const auto ended = run({"client", "add", "Shop", "--data", data() + "-other"});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, StartsWith("latchkey: there is no database"));
    EXPECT_FALSE(std::filesystem::exists(data() + "-other"));
}

}  // namespace
}  // namespace latchkey
