/// What a start says, and what it refuses.
#include "main/commands.hpp"
#include "main/serving.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <sys/stat.h>

namespace latchkey {
namespace {

using test::Directory;
using test::Process;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Start : public test::Serving {
 protected:
    /// Makes the data directory so that others may look into it.
    void open_directory() const {
        std::filesystem::create_directory(data());
        chmod(data().c_str(), 0755);
    }
};

TEST_F(Start, SaysThePortBeforeItWarnsOfAnything) {
    open_directory();
    Process latchkey(arguments({"--no-rate-limits"}), "", {"LATCHKEY_LISTN=x"});
    EXPECT_THAT(latchkey.error_line(), HasSubstr(" info  listening on http://127.0.0.1:"));
    EXPECT_THAT(latchkey.error_line(), HasSubstr(" info  operator listens on http://127.0.0.1:"));
    latchkey.signal(SIGTERM);
    EXPECT_THAT(latchkey.wait().error, HasSubstr("chmod 700"));
}

TEST_F(Start, SaysThePortAtEveryLevelOfTheLog) {
    for (const char* level : {"debug", "info", "warn", "error"}) {
        Process latchkey(arguments({"--log-level", level}));
        const std::string line = latchkey.error_line();
        ASSERT_THAT(line, HasSubstr(" info  listening on http://127.0.0.1:")) << level;
        EXPECT_THAT(test::get(test::port_of(line), "/"), StartsWith("HTTP/1.1 200"));
        EXPECT_THAT(latchkey.error_line(), HasSubstr("operator listens on ")) << level;
    }
}

TEST_F(Start, BelowTheLevelOfTheLogNothingElseIsSaid) {
    Process latchkey(arguments({"--log-level", "error", "--operator-listen", "off"}));
    ASSERT_THAT(latchkey.error_line(), HasSubstr("listening on"));
    latchkey.signal(SIGTERM);
    EXPECT_EQ(latchkey.wait().error, "");
}

TEST_F(Start, WarnsOfAVariableThatNoKeyHas) {
    Process latchkey(arguments(), "", {"LATCHKEY_OPERATOR_LISTN=off"});
    latchkey.error_line();
    latchkey.signal(SIGTERM);
    EXPECT_THAT(
        latchkey.wait().error,
        AllOf(
            HasSubstr(" warn  configuration: The variable LATCHKEY_OPERATOR_LISTN is ignored"),
            HasSubstr("Was LATCHKEY_OPERATOR_LISTEN meant?")
        )
    );
}

TEST_F(Start, TakesItsSettingsFromAFile) {
    const auto file = directory_.path() / "latchkey.toml";
    std::ofstream(file) << "listen = ['127.0.0.1:0']\noperator_listen = 'off'\nclassic = false\n"
                        << "log_format = 'json'\ndata = '" << data().string() << "'\n";
    Process latchkey({"serve", "--config", file.string(), "--log-format", "human"});
    const std::string line = latchkey.error_line();
    ASSERT_THAT(line, HasSubstr(" info  listening on http://127.0.0.1:")) << "flags win";
    EXPECT_THAT(test::get(test::port_of(line), "/qrcode/?token=x"), StartsWith("HTTP/1.1 404"));
    EXPECT_TRUE(std::filesystem::exists(data() / "latchkey.db"));
}

TEST_F(Start, AFileWithFaultsIsRefused) {
    const auto file = directory_.path() / "latchkey.toml";
    std::ofstream(file) << "listen = 'nowhere'\ncolour = 1\n";
    const auto ended = test::run({"serve", "--config", file.string()});
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(ended.error, AllOf(HasSubstr("fault: listen ("), HasSubstr("fault: colour (")));
}

TEST_F(Start, ADirectoryNamedWithASlashIsForItsOwnerAlone) {
    {
        Process latchkey(arguments({"--data", data().string() + "/"}));
        latchkey.error_line();
    }
    struct stat status{};
    ASSERT_EQ(stat(data().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0700U);
}

TEST_F(Start, AnOperatorsAddressThatIsTakenIsNamedByItsKey) {
    Process first(arguments());
    first.error_line();
    const std::string taken = "127.0.0.1:" + std::to_string(test::port_of(first.error_line()));
    const Directory other;
    const auto ended = test::run(arguments({"--operator-listen", taken, "--data", other.text()}));
    EXPECT_EQ(ended.status, exit_code::failed);
    EXPECT_THAT(
        ended.error,
        AllOf(
            HasSubstr("operator_listen"),
            HasSubstr(taken),
            HasSubstr("--operator-listen"),
            HasSubstr("off"),
            Not(HasSubstr(" listen:"))
        )
    );
}

TEST_F(Start, ASetupLinkThatNoBrowserCanOpenIsNotShown) {
    const std::string socket = "unix:" + (directory_.path() / "l.sock").string();
    Process latchkey(arguments({"--listen", socket}));
    EXPECT_THAT(latchkey.error_line(), HasSubstr(socket));
    latchkey.signal(SIGTERM);
    const auto ended = latchkey.wait();
    EXPECT_THAT(ended.out, Not(HasSubstr("join#")));
    EXPECT_THAT(ended.out, HasSubstr("public_url"));
}

TEST_F(Start, ReadingTlsFilesAgainWithoutTlsSaysThatThereAreNone) {
    Process latchkey(arguments({"--operator-listen", "off"}));
    latchkey.error_line();
    latchkey.signal(SIGHUP);
    EXPECT_THAT(latchkey.error_line(), HasSubstr("there are no TLS files to read again"));
    latchkey.signal(SIGTERM);
    EXPECT_THAT(latchkey.wait().error, Not(HasSubstr("were read again")));
}

}  // namespace
}  // namespace latchkey
