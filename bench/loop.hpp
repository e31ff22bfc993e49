#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace latchkey::bench {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using std::chrono::milliseconds;

/// A single-threaded epoll loop. Not safe for use from several threads.
class Loop {
 public:
    /// Something with a descriptor. Must outlive its registration.
    class Watcher {
     public:
        virtual ~Watcher() = default;
        /// `events` are epoll's bits. May close or re-open any descriptor, its own too: events that
        /// were already fetched for a closed descriptor are dropped.
        virtual void on_ready(std::uint32_t events) = 0;
    };

    /// Throws std::system_error when the kernel gives no epoll descriptor.
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// Starts watching `fd`. Throws std::system_error.
    void watch(int fd, std::uint32_t events, Watcher& watcher);
    /// Changes the events of a watched `fd`. Throws std::system_error.
    void change(int fd, std::uint32_t events);
    /// Stops watching; call it before closing `fd`.
    void forget(int fd) noexcept;

    /// Calls `tick` about every 50 ms while the loop runs; that is where deadlines are looked at.
    void on_tick(std::function<void(TimePoint)> tick) { tick_ = std::move(tick); }

    /// Serves events until `done()` is true (looked at after every batch) or `deadline` has passed.
    /// Returns the last value of `done()`.
    bool run_until(const std::function<bool()>& done, TimePoint deadline);
    /// Serves events for `time`.
    void run_for(milliseconds time);

 private:
    struct Entry {
        Watcher* watcher = nullptr;
        std::uint32_t generation = 0;
    };

    int epoll_;
    std::vector<Entry> entries_;  // by descriptor
    std::function<void(TimePoint)> tick_;
};

}  // namespace latchkey::bench
