#include "store/writer.hpp"

#include "ops/log.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <vector>

namespace latchkey::store {
namespace {

/// The write-ahead log is copied into the database when it has this many pages (4 MiB), between
/// two batches: rarely enough that few who approve wait for it…
constexpr int log_pages_soft_max = 1'000;
/// …and when readers have kept it from starting over for so long (64 MiB), the writer waits for
/// them, a moment each time that many more have come.
constexpr int log_pages_hard_max = 16'000;

/// Commits in a row after which a failure counts as over.
constexpr int successes_to_recover = 100;

}  // namespace

Writer::Writer(Connection connection, std::size_t jobs_max, seconds session_idle_max)
    : rows_(std::move(connection), session_idle_max),
      begin_(rows_.connection, "BEGIN IMMEDIATE"),
      commit_(rows_.connection, "COMMIT"),
      rollback_(rows_.connection, "ROLLBACK"),
      save_(rows_.connection, "SAVEPOINT job"),
      undo_(rows_.connection, "ROLLBACK TO job"),
      keep_(rows_.connection, "RELEASE job"),
      queue_(jobs_max) {
    rows_.connection.copy_log_by_hand();
    thread_ = std::thread([this] { serve(); });
}

Writer::~Writer() {
    stop();
}

void Writer::stop() {
    queue_.close();
    if (thread_.joinable()) thread_.join();
}

Writer::Counts Writer::counts() const {
    return {commits_.load(), jobs_.load(), failures_.load(), failing_.load()};
}

void Writer::serve() {
    std::deque<std::unique_ptr<Job>> taken;
    std::vector<std::unique_ptr<Job>> batch;
    for (;;) {
        queue_.take_all(taken);
        if (taken.empty()) return;
        std::ranges::move(taken, std::back_inserter(batch));
        settle(batch);
        batch.clear();
        taken.clear();
        copy_log();
    }
}

/// A job that breaks the whole transaction (it needs a page more than the disk has) must not fail
/// its neighbours: then each gets a transaction of its own.
void Writer::settle(Jobs batch) {
    const Outcome outcome = commit(batch);
    if (outcome == Outcome::broken_by_job && batch.size() > 1) {
        for (std::size_t i = 0; i < batch.size(); ++i) settle(batch.subspan(i, 1));
        return;
    }
    // Counted first: whoever has an answer finds itself counted.
    jobs_ += batch.size();
    for (const auto& job : batch) {
        if (outcome != Outcome::committed) job->fail();
        job->answer();
    }
}

Writer::Outcome Writer::commit(Jobs batch) {
    bool in_job = false;
    try {
        begin_.run();
        rows_.audit.forget_head();
        in_job = true;
        for (const auto& job : batch) run(*job);
        rows_.audit.count();
        in_job = false;
        commit_.run();
        note_success();
        return Outcome::committed;
    } catch (const std::exception& fault) {
        note_failure(fault.what(), batch.size());
    }
    rows_.undone();
    try {
        if (rows_.connection.in_transaction()) rollback_.run();
    } catch (const SqliteError& fault) {
        // The next BEGIN fails then, and is answered so.
        ops::log(
            ops::Level::debug, "a rollback failed", {{"cause", std::string_view(fault.what())}}
        );
    }
    return in_job ? Outcome::broken_by_job : Outcome::no_transaction;
}

/// Throws when the transaction is lost.
void Writer::run(Job& job) {
    const bool can_undo = job.writes == Writes::as_it_goes;
    bool stays = false;
    if (can_undo) save_.run();
    try {
        stays = job.run(rows_);
    } catch (const std::exception& fault) {
        // Without a savepoint nobody knows how much of it was written.
        if (!can_undo || !rows_.connection.in_transaction()) throw;
        job.fail();
        ops::log(ops::Level::error, "a write failed", {{"cause", std::string_view(fault.what())}});
    }
    if (!can_undo) return;
    if (!stays) {
        undo_.run();
        rows_.undone();
    }
    keep_.run();
}

/// One line when it begins and one when it is over, also when every other commit fails.
void Writer::note_failure(const char* cause, std::size_t jobs) {
    ++failures_;
    failing_ = true;
    successes_since_failure_ = 0;
    if (std::exchange(failure_told_, true)) return;
    ops::log(
        ops::Level::error,
        "the database cannot be written",
        {{"cause", std::string_view(cause)}, {"writes", static_cast<std::int64_t>(jobs)}}
    );
}

void Writer::note_success() {
    ++commits_;
    failing_ = false;
    if (!failure_told_ || ++successes_since_failure_ < successes_to_recover) return;
    failure_told_ = false;
    ops::log(ops::Level::info, "the database can be written again");
}

void Writer::copy_log() {
    const int pages = rows_.connection.log_pages();
    if (pages < copied_at_pages_) copied_at_pages_ = 0;  // it has started over
    if (pages < copied_at_pages_ + log_pages_soft_max) return;
    copied_at_pages_ = pages;
    rows_.connection.copy_log(pages >= log_pages_hard_max);
}

}  // namespace latchkey::store
