#include "loop.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

namespace latchkey::bench {
namespace {

constexpr int batch_events_max = 256;
constexpr milliseconds tick_interval{50};

std::uint64_t ticket(int fd, std::uint32_t generation) {
    return (std::uint64_t{generation} << 32U) | static_cast<std::uint32_t>(fd);
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0) fail("epoll_create1");
}

Loop::~Loop() {
    ::close(epoll_);
}

void Loop::watch(int fd, std::uint32_t events, Watcher& watcher) {
    const auto index = static_cast<std::size_t>(fd);
    if (entries_.size() <= index) entries_.resize(std::max(index + 1, entries_.size() * 2));
    auto& entry = entries_[index];
    entry.watcher = &watcher;
    ++entry.generation;
    epoll_event event{};
    event.events = events;
    event.data.u64 = ticket(fd, entry.generation);
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

void Loop::change(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = ticket(fd, entries_[static_cast<std::size_t>(fd)].generation);
    if (::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0) fail("epoll_ctl");
}

void Loop::forget(int fd) noexcept {
    entries_[static_cast<std::size_t>(fd)].watcher = nullptr;
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

bool Loop::run_until(const std::function<bool()>& done, TimePoint deadline) {
    std::array<epoll_event, batch_events_max> events{};
    auto next_tick = Clock::now() + tick_interval;
    while (!done()) {
        auto now = Clock::now();
        if (now >= deadline) return done();
        if (now >= next_tick) {
            if (tick_) tick_(now);
            next_tick = now + tick_interval;
            continue;  // a tick may have finished the work
        }
        const auto wait = std::chrono::ceil<milliseconds>(std::min(next_tick, deadline) - now);
        const int count = ::epoll_wait(
            epoll_,
            events.data(),
            batch_events_max,
            static_cast<int>(std::max<long>(wait.count(), 0))
        );
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const auto& entry = entries_[static_cast<std::uint32_t>(event.data.u64)];
            if (entry.watcher == nullptr || entry.generation != event.data.u64 >> 32U) continue;
            entry.watcher->on_ready(event.events);
        }
    }
    return true;
}

void Loop::run_for(milliseconds time) {
    run_until([] { return false; }, Clock::now() + time);
}

}  // namespace latchkey::bench
