#include "ops/stop.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::ops {
namespace {

constexpr int killed_by_signal = 128;

int opened(int descriptor, const char* what) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
    return descriptor;
}

sigset_t our_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
    return set;
}

}  // namespace

Signals::Signals(std::function<void()> stop, std::function<void()> reload)
    : stop_(std::move(stop)), reload_(std::move(reload)) {
    const sigset_t set = our_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = opened(signalfd(-1, &set, SFD_CLOEXEC), "signalfd");
    quit_ = opened(eventfd(0, EFD_CLOEXEC), "eventfd");
    thread_ = std::thread([this] { run(); });
}

Signals::~Signals() {
    const std::uint64_t one = 1;
    if (::write(quit_, &one, sizeof one) == sizeof one) thread_.join();
    close(quit_);
    close(signals_);
}

void Signals::run() {
    bool stopping = false;
    std::array<pollfd, 2> waited{{{signals_, POLLIN, 0}, {quit_, POLLIN, 0}}};
    while (true) {
        if (poll(waited.data(), waited.size(), -1) < 0) {
            if (errno == EINTR) continue;
            return;
        }
        if (waited[1].revents != 0) return;
        signalfd_siginfo info{};
        if (read(signals_, &info, sizeof info) != sizeof info) continue;
        if (info.ssi_signo == SIGHUP) {
            reload_();
        } else if (stopping) {
            _exit(killed_by_signal + static_cast<int>(info.ssi_signo));
        } else {
            stopping = true;
            stop_();
        }
    }
}

void notify_manager(std::string_view state) noexcept {
    const char* path =
        std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe): nobody sets variables
    sockaddr_un address{};
    if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    const std::size_t length = std::strlen(path);
    std::memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = '\0';  // the abstract namespace

    const int socket_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket_fd < 0) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
    [[maybe_unused]] const auto sent = sendto(
        socket_fd,
        state.data(),
        state.size(),
        MSG_NOSIGNAL,
        reinterpret_cast<const sockaddr*>(&address),
        size
    );
    close(socket_fd);
}

}  // namespace latchkey::ops
