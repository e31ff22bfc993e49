/// One answer out of many.
#pragma once

#include "base/async.hpp"

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace latchkey::login {

/// What several were asked and answer each on a thread of its own: the first that says yes (a
/// value) answers for all, else the last no. Thread-safe.
template <class T>
class FirstYes {
 public:
    /// `asked`, at least one, will answer, each once.
    FirstYes(std::size_t asked, Resume<std::optional<T>> resume)
        : open_(asked), resume_(std::move(resume)) {}

    /// A yes is given before it counts as an answer: whoever says the last no finds it there.
    void answer(std::optional<T> said) {
        if (said) give(std::move(said));
        if (open_.fetch_sub(1) == 1) give(std::nullopt);
    }

 private:
    void give(std::optional<T> said) {
        if (!given_.exchange(true)) resume_(std::move(said));
    }

    std::atomic<std::size_t> open_;
    std::atomic<bool> given_{false};
    Resume<std::optional<T>> resume_;
};

}  // namespace latchkey::login
