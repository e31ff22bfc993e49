/// What the operating system tells this process: stop, read again; and what it is told back.
#pragma once

#include <functional>
#include <string_view>
#include <thread>

namespace latchkey::ops {

/// Takes SIGTERM, SIGINT and SIGHUP on a thread of its own, so that handlers may do anything a
/// thread may. Must be made before any other thread: the signals are blocked in every thread that
/// is started later. One at a time in a process.
class Signals {
 public:
    /// `stop` is called for the first SIGTERM or SIGINT; a second one ends the process at once
    /// (status 128 + signal). `reload` is called for each SIGHUP. Throws `std::system_error`.
    Signals(std::function<void()> stop, std::function<void()> reload);
    /// Stops listening; signals are left blocked.
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

 private:
    void run();

    std::function<void()> stop_;
    std::function<void()> reload_;
    int signals_ = -1;  ///< signalfd
    int quit_ = -1;     ///< eventfd
    std::thread thread_;
};

/// Tells the service manager `READY=1`, `STOPPING=1` or `RELOADING=1`, when there is one
/// (sd_notify(3)). At most once, never waits, no error: a manager that does not listen changes
/// nothing here.
void notify_manager(std::string_view state) noexcept;

}  // namespace latchkey::ops
