/// Work that waits for a thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace latchkey {

/// Jobs in the order they came, never more than `jobs_max` of them: who comes then is refused at
/// once, since waiting in a long queue helps nobody. Thread-safe.
template <class Job>
class JobQueue {
 public:
    explicit JobQueue(std::size_t jobs_max) : jobs_max_(jobs_max) {}
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    /// Nothing when the queue took it; gives it back when the queue is full or closed. Never waits.
    [[nodiscard]] std::optional<Job> push(Job job) {
        bool wake = false;
        {
            const std::scoped_lock lock(mutex_);
            if (closed_ || jobs_.size() >= jobs_max_) return job;
            jobs_.push_back(std::move(job));
            wake = waiting_ > 0;
        }
        if (wake) arrived_.notify_one();
        return std::nullopt;
    }

    /// Waits for work and takes the oldest job. Nothing once the queue is closed and empty.
    std::optional<Job> take() {
        std::unique_lock lock(mutex_);
        wait(lock);
        if (jobs_.empty()) return std::nullopt;
        std::optional<Job> job(std::move(jobs_.front()));
        jobs_.pop_front();
        return job;
    }

    /// Waits for work and puts all of it into `taken`, which must be empty and lends its memory to
    /// the jobs to come. Still empty once the queue is closed and empty.
    void take_all(std::deque<Job>& taken) {
        std::unique_lock lock(mutex_);
        wait(lock);
        jobs_.swap(taken);
    }

    /// Takes no more jobs in; those that wait are still given out.
    void close() {
        {
            const std::scoped_lock lock(mutex_);
            closed_ = true;
        }
        arrived_.notify_all();
    }

    std::size_t size() const {
        const std::scoped_lock lock(mutex_);
        return jobs_.size();
    }

 private:
    void wait(std::unique_lock<std::mutex>& lock) {
        ++waiting_;
        arrived_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
        --waiting_;
    }

    const std::size_t jobs_max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job> jobs_;
    std::size_t waiting_ = 0;
    bool closed_ = false;
};

}  // namespace latchkey
