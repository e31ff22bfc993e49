/// How often something happened lately.
#pragma once

#include "base/time.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace latchkey::login {

/// Counts by the minute and forgets what is older than `minutes`. Thread-safe, without a lock; two
/// that count in the first moment of a minute may lose each other's count.
class Tally {
 public:
    static constexpr std::int64_t minutes = 60;

    void count(Time now) {
        const std::int64_t minute = minute_of(now);
        Slot& slot = slots_[place(minute)];
        if (slot.minute.exchange(minute, std::memory_order_relaxed) != minute) {
            slot.count.store(0, std::memory_order_relaxed);
        }
        slot.count.fetch_add(1, std::memory_order_relaxed);
    }
    /// In this minute and the `minutes` - 1 before it.
    std::int64_t lately(Time now) const {
        const std::int64_t minute = minute_of(now);
        std::int64_t sum = 0;
        for (const Slot& slot : slots_) {
            const std::int64_t of = slot.minute.load(std::memory_order_relaxed);
            if (of <= minute && of > minute - minutes) {
                sum += slot.count.load(std::memory_order_relaxed);
            }
        }
        return sum;
    }

 private:
    struct Slot {
        std::atomic<std::int64_t> minute{0};
        std::atomic<std::int64_t> count{0};
    };
    static std::int64_t minute_of(Time now) {
        return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
    }
    static std::size_t place(std::int64_t minute) {
        return static_cast<std::size_t>(minute % minutes + minutes) % minutes;
    }

    std::array<Slot, minutes> slots_;
};

}  // namespace latchkey::login
