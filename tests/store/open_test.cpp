#include "store/open.hpp"

#include "contract/fresh_directory.hpp"
#include "store/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace latchkey::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Opening : public testing::Test {
 protected:
    Connection open() { return open_for_writing(file_, milliseconds(0)); }
    /// Why it cannot be opened.
    std::string refusal() {
        try {
            open();
        } catch (const std::runtime_error& fault) {
            return fault.what();
        }
        return "it could be opened";
    }
    static unsigned mode_of(const std::filesystem::path& path) {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    FreshDirectory parent_;
    std::filesystem::path directory_ = parent_.path() / "made" / "here";
    std::filesystem::path file_ = directory_ / "latchkey.db";
};

TEST_F(Opening, MakesWhatIsMissingForTheOwnerAlone) {
    const mode_t before = ::umask(0);
    open();
    ::umask(before);

    EXPECT_EQ(mode_of(directory_), 0700U);
    EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(Opening, TheFilesBesideItAreTheOwnersAlone) {
    const mode_t before = ::umask(0);
    const Connection connection = open();
    ::umask(before);

    EXPECT_EQ(mode_of(file_.string() + "-wal"), 0600U);
    EXPECT_EQ(mode_of(file_.string() + "-shm"), 0600U);
}

TEST_F(Opening, NarrowsAFileThatOthersCouldRead) {
    open();
    ::chmod(file_.c_str(), 0644);

    open();

    EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(Opening, MigratesOnceAndThenLeavesItAlone) {
    open().execute(
        "INSERT INTO accounts (id, name, folded_name, password_hash, disabled, created_at) "
        "VALUES (zeroblob(16), 'Ada', 'ada', 'hash', 0, 0)"
    );

    Connection again = open();

    EXPECT_EQ(again.number("PRAGMA user_version"), schema_version());
    EXPECT_EQ(again.number("SELECT count(*) FROM accounts"), 1);
}

TEST_F(Opening, RefusesANewerSchemaNamingBothVersionsAndChangesNothing) {
    open().execute("PRAGMA user_version = 1000");

    EXPECT_THAT(
        refusal(),
        AllOf(
            HasSubstr(file_.string()),
            HasSubstr("version 1000"),
            HasSubstr("up to " + std::to_string(schema_version()))
        )
    );
    Connection as_it_is(file_, Connection::Access::read_only, milliseconds(0));
    EXPECT_EQ(as_it_is.number("PRAGMA user_version"), 1000);
}

TEST_F(Opening, RefusesADatabaseOfAnotherProgram) {
    std::filesystem::create_directories(directory_);
    std::ofstream(file_).close();
    Connection(file_, Connection::Access::read_write, milliseconds(0))
        .execute("CREATE TABLE recipes (name)");

    EXPECT_THAT(refusal(), HasSubstr("another program"));
}

TEST_F(Opening, RefusesAFileThatIsNoDatabase) {
    std::filesystem::create_directories(directory_);
    std::ofstream(file_) << std::string(8192, 'x');

    EXPECT_THAT(
        refusal(),
        AllOf(HasSubstr(file_.string()), HasSubstr("not a database"), HasSubstr("backup"))
    );
}

TEST_F(Opening, SaysWhatWouldDoWhenTheDirectoryCannotBeMade) {
    std::ofstream(parent_.path() / "made") << "a file where a directory should be";

    EXPECT_THAT(refusal(), AllOf(HasSubstr(directory_.string()), HasSubstr("--data")));
}

TEST_F(Opening, ManyAtOnceMigrateOnce) {
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        const pid_t child = ::fork();
        if (child == 0) {
            try {
                open_for_writing(file_, milliseconds(20'000));
                ::_exit(0);
            } catch (const std::exception& fault) {
                std::fprintf(stderr, "%s\n", fault.what());
                ::_exit(1);
            }
        }
        children.push_back(child);
    }
    for (const pid_t child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(open().number("PRAGMA user_version"), schema_version());
}

}  // namespace
}  // namespace latchkey::store
