#include "main/key_commands.hpp"

#include "base/encoding.hpp"
#include "crypto/random.hpp"
#include "main/commands.hpp"
#include "main/sealing_key.hpp"
#include "main/serving.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <unistd.h>

namespace latchkey {
namespace {

using namespace std::chrono_literals;
using test::Process;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class KeyCommands : public test::Serving {
 protected:
    Process::Ended key(const std::string& what) const {
        return test::run({"key", what, "--data", data().string()});
    }
    /// The id of the key that a running server seals with, as a token shows it.
    static int key_id_of_a_token(unsigned port) {
        const std::string answer = test::converse(
            port,
            "POST /v1/logins HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: "
            "0\r\n\r\n"
        );
        const std::string name = "\"token\":\"";
        const auto at = answer.find(name);
        if (at == std::string::npos) return -1;
        const auto token =
            from_base64url(answer.substr(at + name.size(), login::token_characters)).value();
        return static_cast<int>(token.at(LoginId::size));
    }
    /// Waits for that line of its log.
    static void wait_for(Process& latchkey, const std::string& words) {
        std::string line;
        do {
            line = latchkey.error_line();
        } while (!line.empty() && line.find(words) == std::string::npos);
        EXPECT_THAT(line, HasSubstr(words));
    }
};

TEST_F(KeyCommands, WantADataDirectoryWithAKey) {
    for (const char* what : {"list", "rotate"}) {
        const auto ended = key(what);
        EXPECT_EQ(ended.status, exit_code::failed);
        EXPECT_THAT(ended.error, HasSubstr("name the server's data directory with --data"));
    }
    EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(KeyCommands, ListAndRotateWithoutEverShowingAKey) {
    std::filesystem::create_directories(data());
    const auto made = load_or_make_sealing_keys(data(), [](std::span<std::byte> bytes) {
        std::ranges::fill(bytes, std::byte{0xab});
    });
    EXPECT_THAT(key("list").out, MatchesRegex("0\tcurrent\t[0-9]+ s\n"));

    const auto rotation = key("rotate");
    EXPECT_EQ(rotation.status, exit_code::done);
    EXPECT_THAT(rotation.out, HasSubstr("key 1 seals from now on; keys dropped: 0\n"));
    EXPECT_THAT(rotation.out, HasSubstr("SIGHUP"));
    const auto listed = key("list");
    EXPECT_THAT(listed.out, MatchesRegex("1\tcurrent\t[0-9]+ s\n0\tolder\t[0-9]+ s\n"));
    EXPECT_THAT(listed.out + rotation.out, Not(HasSubstr("abab")));
    EXPECT_EQ(load_sealing_keys(data()).value().back().key, made.front().key);
}

TEST_F(KeyCommands, SayWhenEveryIdIsTaken) {
    std::filesystem::create_directories(data());
    load_or_make_sealing_keys(data(), [](std::span<std::byte>) {});
    for (int i = 1; i < 16; ++i) EXPECT_EQ(key("rotate").status, exit_code::done);

    const auto ended = key("rotate");
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, HasSubstr("every id of a sealing key is taken"));
    EXPECT_EQ(load_sealing_keys(data()).value().size(), 16U);
}

TEST_F(KeyCommands, RotateNothingThatTheAuditLogCannotBeTold) {
    std::filesystem::create_directories(data());
    const auto made = load_or_make_sealing_keys(data(), crypto::system_random);
    std::ofstream(data() / "latchkey.db") << std::string(4096, 'x');

    EXPECT_EQ(key("rotate").status, exit_code::failed);
    EXPECT_EQ(load_sealing_keys(data()).value(), made);
}

TEST_F(KeyCommands, TellTheAuditLogWhenARotationFailedAfterItWasTold) {
    add_ada();
    const auto made = load_or_make_sealing_keys(data(), crypto::system_random);
    // Something is in the way where the new list is written first.
    const auto name = std::string(sealing_key_name) + ".new-" + std::to_string(getpid());
    std::filesystem::create_directory(data() / name);

    EXPECT_THROW(key_rotate(data()), std::runtime_error);
    EXPECT_EQ(load_sealing_keys(data()).value(), made);
    EXPECT_THAT(
        test::run({"audit", "--data", data().string()}).out,
        MatchesRegex("(.*\n)*.*\tkey.rotated\t.*\n.*\tkey.not-rotated\t.*\n")
    );
}

TEST_F(KeyCommands, ANewKeyIsTakenByARunningServerOnSighup) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    EXPECT_EQ(key_id_of_a_token(port), 0);
    ASSERT_EQ(key("rotate").status, exit_code::done);

    latchkey.signal(SIGHUP);
    wait_for(latchkey, "the sealing keys were read again");
    EXPECT_EQ(key_id_of_a_token(port), 1);
}

TEST_F(KeyCommands, AKeyFileThatBrokeLeavesARunningServerAsItWas) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    std::filesystem::resize_file(data() / sealing_key_name, 31);

    latchkey.signal(SIGHUP);
    wait_for(latchkey, "the sealing keys stay as they were");
    EXPECT_EQ(key_id_of_a_token(port), 0);
}

TEST(Age, IsTakenInTheUnitThatFits) {
    EXPECT_EQ(age_text(-5s), "0 s");
    EXPECT_EQ(age_text(59s + 999ms), "59 s");
    EXPECT_EQ(age_text(60s), "1 min");
    EXPECT_EQ(age_text(1h - 1ms), "59 min");
    EXPECT_EQ(age_text(24h - 1ms), "23 h");
    EXPECT_EQ(age_text(24h * 400), "400 d");
}

}  // namespace
}  // namespace latchkey
