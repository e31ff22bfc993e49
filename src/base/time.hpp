/// Time, as an argument of the logic: below `main` only the log asks a clock by itself, and whoever
/// waits for a database in use.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace latchkey {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A moment by the wall clock, as it is stored and sealed. Never sent to a client.
using Time = std::chrono::sys_time<milliseconds>;

/// A moment by the steady clock, for deadlines inside one process.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, milliseconds>;

/// Where the logic gets the wall time from. Thread-safe, as every clock handed around must be.
using Clock = std::function<Time()>;

/// Where deadlines get the time from. Never goes back; thread-safe as well.
using SteadyClock = std::function<SteadyTime()>;

/// The machine's wall clock.
inline Time wall_clock_now() {
    return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

/// The machine's steady clock.
inline SteadyTime steady_now() {
    return std::chrono::time_point_cast<milliseconds>(std::chrono::steady_clock::now());
}

/// Milliseconds since 1970, as stored.
inline std::int64_t to_unix_ms(Time time) {
    return time.time_since_epoch().count();
}
inline Time from_unix_ms(std::int64_t ms) {
    return Time(milliseconds(ms));
}

}  // namespace latchkey
