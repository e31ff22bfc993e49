#include "main/data_directory.hpp"

#include "main/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class DataDirectory : public testing::Test {
 protected:
    test::Directory directory_;
};

TEST_F(DataDirectory, IsTheOwnersAloneHoweverItIsWritten) {
    for (const char* written : {"a/", "b/.", "c//", "d/./"}) {
        make_data_directory(directory_.text() + '/' + written);
        struct stat status{};
        ASSERT_EQ(stat((directory_.path() / std::string(1, *written)).c_str(), &status), 0)
            << written;
        EXPECT_EQ(status.st_mode & 0777U, 0700U) << written;
    }
}

TEST_F(DataDirectory, IsMadeForItsOwnerAlone) {
    make_data_directory(directory_.path() / "a" / "b");
    struct stat status{};
    ASSERT_EQ(stat((directory_.path() / "a" / "b").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    EXPECT_NO_THROW(make_data_directory(directory_.path() / "a" / "b"));
    std::ofstream(directory_.path() / "file") << "x";
    EXPECT_THAT(
        [&] { make_data_directory(directory_.path() / "file"); },
        ThrowsMessage<std::runtime_error>(HasSubstr("is no directory"))
    );
}

}  // namespace
}  // namespace latchkey
