/// What is to be done next, when others say what.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace latchkey {

/// Things to do, numbered by the enum `Thing` from 0 to `count` - 1, each at most once however
/// often it was asked for until it is taken. So nothing is ever refused or lost. Thread-safe.
template <class Thing, std::size_t count>
class Pending {
 public:
    void ask(Thing thing) {
        {
            const std::scoped_lock lock(mutex_);
            asked_.at(static_cast<std::size_t>(thing)) = true;
        }
        came_.notify_one();
    }

    /// Waits until something is asked for; of several the one that stands first in the enum.
    Thing take() {
        std::unique_lock lock(mutex_);
        std::size_t first = 0;
        came_.wait(lock, [&] {
            for (first = 0; first < count && !asked_[first]; ++first) {
            }
            return first < count;
        });
        asked_[first] = false;
        return static_cast<Thing>(first);
    }

 private:
    std::mutex mutex_;
    std::condition_variable came_;
    std::array<bool, count> asked_{};
};

}  // namespace latchkey
