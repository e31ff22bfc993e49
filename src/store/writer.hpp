/// The one thread that writes.
#pragma once

#include "base/async.hpp"
#include "base/job_queue.hpp"
#include "base/result.hpp"
#include "store/rows.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>

namespace latchkey::store {

/// What a caller wants done on a database thread. Must be pure but for the rows: it may run more
/// than once, and only its last run counts. Throws nothing but `SqliteError`.
template <class T>
using Work = std::function<Result<T>(Rows&)>;

/// When a `Work` writes.
enum class Writes : std::uint8_t {
    at_the_end,  ///< only when nothing can refuse it any more, so an error has written nothing; the
                 ///< quicker one
    as_it_goes,  ///< what it wrote before it returned an error is undone
};

/// Group commit. Work queues up while the thread is busy; the thread takes all of it, runs it in
/// one transaction in the order it came, commits (one fsync), and only then answers each. Whoever
/// got an answer finds it on disk after kill -9 and after a power cut; a commit that fails answers
/// `unavailable` to all of its batch.
class Writer {
 public:
    struct Counts {
        std::uint64_t commits = 0;
        std::uint64_t jobs = 0;      ///< counted before they are answered, whatever the answer
        std::uint64_t failures = 0;  ///< commits that did not happen
        bool failing = false;        ///< the last commit was one of those
    };

    Writer(Connection connection, std::size_t jobs_max, seconds session_idle_max);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Runs `work` and answers once it is durable, on the caller's own thread. `unavailable` is
    /// answered when the queue is full, the writer has stopped or the database fails. Thread-safe.
    template <class T>
    Async<Result<T>> write(Writes writes, ErrorCode unavailable, Work<T> work);

    /// Commits and answers all that has queued up, then ends the thread; what comes later is
    /// `unavailable`. Called before the io_contexts of the callers go.
    void stop();

    /// Thread-safe.
    Counts counts() const;
    std::size_t queued() const { return queue_.size(); }

 private:
    class Job {
     public:
        Job(Writes writes, ErrorCode unavailable) : writes(writes), unavailable(unavailable) {}
        virtual ~Job() = default;
        /// Runs the work; whether what it wrote shall stay.
        virtual bool run(Rows& rows) = 0;
        /// Makes `unavailable` the outcome.
        virtual void fail() = 0;
        virtual void answer() = 0;

        const Writes writes;
        const ErrorCode unavailable;
    };
    using Jobs = std::span<const std::unique_ptr<Job>>;
    template <class T>
    class JobOf;

    enum class Outcome : std::uint8_t { committed, broken_by_job, no_transaction };

    void serve();
    void settle(Jobs batch);
    Outcome commit(Jobs batch);
    void run(Job& job);
    void note_failure(const char* cause, std::size_t jobs);
    void note_success();
    void copy_log();

    Rows rows_;
    Statement begin_;
    Statement commit_;
    Statement rollback_;
    Statement save_;
    Statement undo_;
    Statement keep_;
    JobQueue<std::unique_ptr<Job>> queue_;
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> jobs_{0};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<bool> failing_{false};
    bool failure_told_ = false;  ///< this and the next: on the writer's thread
    int successes_since_failure_ = 0;
    int copied_at_pages_ = 0;  ///< how long the log was when it was last copied
    std::thread thread_;
};

template <class T>
class Writer::JobOf final : public Writer::Job {
 public:
    JobOf(Writes writes, ErrorCode unavailable, Work<T> work, Resume<Result<T>> resume)
        : Job(writes, unavailable), work_(std::move(work)), resume_(std::move(resume)) {}

    bool run(Rows& rows) override {
        outcome_ = work_(rows);
        return outcome_->has_value();
    }
    void fail() override { outcome_.emplace(boost::system::in_place_error, unavailable); }
    void answer() override { resume_(std::move(*outcome_)); }

 private:
    Work<T> work_;
    Resume<Result<T>> resume_;
    std::optional<Result<T>> outcome_;
};

template <class T>
Async<Result<T>> Writer::write(Writes writes, ErrorCode unavailable, Work<T> work) {
    return suspend<Result<T>>(
        [this, writes, unavailable, work = std::move(work)](Resume<Result<T>> resume) mutable {
            std::unique_ptr<Job> job =
                std::make_unique<JobOf<T>>(writes, unavailable, std::move(work), std::move(resume));
            if (const auto refused = queue_.push(std::move(job))) {
                (*refused)->fail();
                (*refused)->answer();
            }
        }
    );
}

}  // namespace latchkey::store
