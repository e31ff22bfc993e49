#include "ops/stop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <future>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace latchkey::ops {
namespace {

TEST(Signals, TheFirstTermStopsAndEachHupReloads) {
    std::promise<void> stopped;
    std::promise<void> reloaded_twice;
    int reloads = 0;
    const Signals signals(
        [&] { stopped.set_value(); },
        [&] {
            if (++reloads == 2)
                reloaded_twice.set_value();
            else
                kill(getpid(), SIGHUP);
        }
    );
    kill(getpid(), SIGHUP);
    reloaded_twice.get_future().wait();
    kill(getpid(), SIGTERM);
    stopped.get_future().wait();
    EXPECT_EQ(reloads, 2);
}

TEST(SignalsDeathTest, TheSecondEndsTheProcessAtOnce) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    EXPECT_EXIT(
        {
            const Signals signals([] { kill(getpid(), SIGINT); }, [] {});
            kill(getpid(), SIGTERM);
            while (true) pause();
        },
        testing::ExitedWithCode(128 + SIGINT),
        ""
    );
}

TEST(NotifyManager, SendsTheStateToTheSocketThatTheManagerNamed) {
    const std::string path =
        std::filesystem::temp_directory_path() / ("latchkey-notify-" + std::to_string(getpid()));
    const int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    ASSERT_EQ(bind(manager, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);

    notify_manager("READY=1");

    std::array<char, 64> got{};
    const auto size = recv(manager, got.data(), got.size(), MSG_DONTWAIT);
    EXPECT_EQ(
        std::string_view(got.data(), size < 0 ? 0 : static_cast<std::size_t>(size)), "READY=1"
    );
    unsetenv("NOTIFY_SOCKET");
    close(manager);
    std::filesystem::remove(path);
    notify_manager("READY=1");  // nobody listens: no harm
}

}  // namespace
}  // namespace latchkey::ops
