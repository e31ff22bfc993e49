/// A few threads that read, each with a connection of its own.
#pragma once

#include "base/async.hpp"
#include "base/job_queue.hpp"
#include "base/result.hpp"
#include "store/rows.hpp"
#include "store/writer.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace latchkey::store {

/// Reads see every write that was answered before they were asked. They hinder no writer and no
/// writer hinders them.
class Readers {
 public:
    /// One thread for each connection.
    Readers(std::vector<Connection> connections, std::size_t jobs_max, seconds session_idle_max);
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// Runs `work` on a reader's thread and continues on the caller's own. `unavailable` is
    /// answered when the queue is full, the readers have stopped or the database fails.
    /// Thread-safe.
    template <class T>
    Async<Result<T>> read(ErrorCode unavailable, Work<T> work);

    /// Answers all that has queued up, then ends the threads; what comes later is `unavailable`.
    /// Called before the io_contexts of the callers go.
    void stop();

 private:
    using Job = std::function<void(Rows*)>;

    void serve(Rows& rows);

    std::vector<std::unique_ptr<Rows>> rows_;
    JobQueue<Job> queue_;
    std::vector<std::thread> threads_;
};

/// Logs it.
void note_failed_read(const char* cause);

/// The outcome of `work`; `unavailable` when there are no rows to read, or reading fails (which is
/// logged).
template <class T>
Result<T> read_now(Rows* rows, const ErrorCode& unavailable, const Work<T>& work) {
    try {
        if (rows != nullptr) return work(*rows);
    } catch (const std::exception& fault) {
        note_failed_read(fault.what());
    }
    return {boost::system::in_place_error, unavailable};
}

template <class T>
Async<Result<T>> Readers::read(ErrorCode unavailable, Work<T> work) {
    return suspend<Result<T>>([this, unavailable, work = std::move(work)](Resume<Result<T>> resume
                              ) mutable {
        Job job = [unavailable, work = std::move(work), resume = std::move(resume)](Rows* rows) {
            resume(read_now(rows, unavailable, work));
        };
        if (const auto refused = queue_.push(std::move(job))) (*refused)(nullptr);
    });
}

}  // namespace latchkey::store
