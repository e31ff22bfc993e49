#include "main/sealing_key.hpp"

#include "crypto/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace latchkey {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class SealingKeyFile : public testing::Test {
 protected:
    void SetUp() override {
        std::string pattern = std::filesystem::temp_directory_path() / "latchkey-key-XXXXXX";
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        directory_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(directory_); }

    StoredKeys load() { return load_or_make_sealing_keys(directory_, crypto::system_random); }
    std::filesystem::path file() const { return directory_ / sealing_key_name; }
    /// A change that puts a key with that id in front.
    static std::function<StoredKeys(StoredKeys)> with_another(std::uint8_t id) {
        return [id](StoredKeys keys) {
            const auto fresh = random_bytes<login::SealingKey>(crypto::system_random);
            keys.insert(keys.begin(), {id, fresh, Time(seconds(1'800'000'000))});
            return keys;
        };
    }

    std::filesystem::path directory_;
};

TEST_F(SealingKeyFile, IsMadeOnceForItsOwnerAlone) {
    const auto made = load();
    struct stat status{};
    ASSERT_EQ(stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(status.st_size, 32);
    EXPECT_EQ(load(), made);
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made.front().id, 0);
    EXPECT_NE(made.front().key, login::SealingKey{});
}

TEST_F(SealingKeyFile, LeavesNothingElseBehind) {
    load();
    const auto files = std::filesystem::directory_iterator(directory_);
    EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST_F(SealingKeyFile, IsRefusedWhenOthersMayReadIt) {
    load();
    for (const mode_t mode : {0640U, 0604U, 0666U}) {
        chmod(file().c_str(), mode);
        EXPECT_THAT(
            [&] { load(); },
            ThrowsMessage<std::runtime_error>(HasSubstr("chmod 600 " + file().string()))
        );
    }
}

TEST_F(SealingKeyFile, IsRefusedWhenItHasAnotherSize) {
    std::ofstream(file()) << "short";
    chmod(file().c_str(), 0600);
    EXPECT_THAT(
        [&] { load(); }, ThrowsMessage<std::runtime_error>(HasSubstr("has 5 bytes instead of 32"))
    );
}

TEST_F(SealingKeyFile, SaysWhichFileCannotBeMade) {
    EXPECT_THAT(
        [] { load_or_make_sealing_keys("/nonexistent", crypto::system_random); },
        ThrowsMessage<std::runtime_error>(HasSubstr("/nonexistent/sealing.key"))
    );
}

TEST_F(SealingKeyFile, IsOneForTwoProcessesThatStartAtOnce) {
    std::array<pid_t, 4> children{};
    for (pid_t& child : children) {
        child = fork();
        if (child == 0) {
            const auto key = load().front().key;
            std::ofstream(directory_ / ("seen-" + std::to_string(getpid())))
                .write(reinterpret_cast<const char*>(key.data.data()), 32);
            _exit(0);
        }
    }
    for (const pid_t child : children) {
        int status = 0;
        waitpid(child, &status, 0);
    }
    const auto key = load().front().key;
    for (const pid_t child : children) {
        std::ifstream seen(directory_ / ("seen-" + std::to_string(child)));
        const std::string bytes{std::istreambuf_iterator<char>(seen), {}};
        EXPECT_EQ(bytes, text_of(key.view()));
    }
}

TEST_F(SealingKeyFile, OfOneKeyIsThatKeyAndAsOldAsTheFile) {
    std::ofstream(file()) << std::string(32, 'k');
    chmod(file().c_str(), 0600);
    const std::array<timespec, 2> times{{{0, UTIME_OMIT}, {1'700'000'000, 5}}};
    ASSERT_EQ(utimensat(AT_FDCWD, file().c_str(), times.data(), 0), 0);

    const StoredKeys keys = load();
    ASSERT_EQ(keys.size(), 1U);
    EXPECT_EQ(text_of(keys.front().key.view()), std::string(32, 'k'));
    EXPECT_EQ(keys.front().made_at, Time(seconds(1'700'000'000)));
}

TEST_F(SealingKeyFile, IsWrittenAsAListOnceThereAreMore) {
    const StoredKeys one = load();
    const auto two = change_sealing_keys(directory_, with_another(7));

    ASSERT_EQ(two.size(), 2U);
    EXPECT_EQ(two.back(), one.front());
    EXPECT_EQ(load(), two);
    EXPECT_EQ(change_sealing_keys(directory_, with_another(8)).size(), 3U);
    EXPECT_EQ(load().size(), 3U);
    struct stat status{};
    ASSERT_EQ(stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const auto files = std::filesystem::directory_iterator(directory_);
    EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "nothing else is left behind";
}

TEST_F(SealingKeyFile, StaysAsItWasWhenAChangeIsRefused) {
    const StoredKeys before = load();

    EXPECT_THROW(
        change_sealing_keys(
            directory_, [](const StoredKeys&) -> StoredKeys { throw std::runtime_error("no"); }
        ),
        std::runtime_error
    );
    EXPECT_EQ(load(), before);
}

TEST_F(SealingKeyFile, IsNotMadeByAChange) {
    EXPECT_THAT(
        [&] { change_sealing_keys(directory_, with_another(7)); },
        ThrowsMessage<std::runtime_error>(HasSubstr("name the server's data directory"))
    );
    EXPECT_FALSE(load_sealing_keys(directory_));
}

TEST_F(SealingKeyFile, IsReplacedWhereItLiesWhenItsNameIsALink) {
    load();
    const auto real = directory_ / "elsewhere";
    std::filesystem::rename(file(), real);
    std::filesystem::create_symlink(real, file());
    change_sealing_keys(directory_, with_another(7));

    EXPECT_TRUE(std::filesystem::is_symlink(file()));
    EXPECT_EQ(load().size(), 2U);
}

TEST_F(SealingKeyFile, ChangedByManyAtOnceLosesNothing) {
    load();
    std::vector<std::jthread> changing;
    for (std::uint8_t i = 1; i <= 8; ++i) {
        changing.emplace_back([this, i] { change_sealing_keys(directory_, with_another(i)); });
    }
    changing.clear();

    EXPECT_EQ(load().size(), 9U);
}

TEST_F(SealingKeyFile, IsRefusedWithAFaultInItsList) {
    load();
    std::ofstream(file()) << "latchkey-keys 1\n0 abc 1\n";
    EXPECT_THAT(
        [&] { load(); }, ThrowsMessage<std::runtime_error>(HasSubstr(file().string() + ": line 2"))
    );
    std::ofstream(file()) << key_list_head << std::string(key_list_bytes_max, '\n');
    EXPECT_THAT([&] { load(); }, ThrowsMessage<std::runtime_error>(HasSubstr("too long")));
}

TEST_F(SealingKeyFile, ThatChangesIsTakenByWhoServes) {
    ServingKeys serving(directory_, crypto::system_random);
    const LoginId login = login::new_login_id(wall_clock_now(), crypto::system_random);
    const std::string before = serving.keys().seal_code(login);
    change_sealing_keys(directory_, with_another(7));
    EXPECT_EQ(serving.keys().current(), 0);

    serving.read_again();
    EXPECT_EQ(serving.keys().current(), 7);
    EXPECT_TRUE(serving.keys().open_code(before, wall_clock_now()));
    EXPECT_NE(serving.keys().seal_code(login), before);
    const login::SealingKeys same_file(ring_of(load()));
    EXPECT_TRUE(same_file.open_code(serving.keys().seal_code(login), wall_clock_now()));
}

TEST_F(SealingKeyFile, ThatIsGoneOrBrokenChangesNothingForWhoServes) {
    ServingKeys serving(directory_, crypto::system_random);
    change_sealing_keys(directory_, with_another(7));
    serving.read_again();

    std::ofstream(file()) << "broken";
    serving.read_again();
    EXPECT_EQ(serving.keys().current(), 7);
    std::filesystem::remove(file());
    serving.read_again();
    EXPECT_EQ(serving.keys().current(), 7);
    EXPECT_FALSE(std::filesystem::exists(file())) << "only the start makes keys";
}

}  // namespace
}  // namespace latchkey
