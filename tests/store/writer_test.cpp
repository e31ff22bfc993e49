#include "store/writer.hpp"

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "store/open.hpp"

#include <gtest/gtest.h>

#include <future>

namespace latchkey::store {
namespace {

using login::Errc;
using login::Login;

constexpr Errc unavailable = Errc::unavailable;

/// A writer whose queue can be filled while its thread is held up, so that what queued up is one
/// batch.
class GroupCommit : public testing::Test {
 protected:
    explicit GroupCommit(std::size_t jobs_max = 1'000) { open(jobs_max); }
    ~GroupCommit() override {
        if (held_) release();
        writer_->stop();
        loop_.restart();
        loop_.poll();
    }

    void open(std::size_t jobs_max, milliseconds busy_max = milliseconds(0)) {
        writer_ = std::make_unique<Writer>(
            open_for_writing(file_, busy_max), jobs_max, identity::session_idle_max
        );
    }

    /// Asks for `work`; its outcome is in `outcomes_` once it is answered.
    void ask(Writes writes, Work<std::int64_t> work) {
        outcomes_.push_back(std::make_unique<std::optional<Result<std::int64_t>>>());
        boost::asio::co_spawn(
            loop_.get_executor(),
            keep_outcome(
                writer_->write<std::int64_t>(writes, unavailable, std::move(work)),
                outcomes_.back().get()
            ),
            [](const std::exception_ptr&) {}
        );
        turn();
    }
    void ask_to_save(const Login& login) {
        ask(Writes::at_the_end, [login](Rows& rows) -> Result<std::int64_t> {
            rows.logins.add(login);
            return 0;
        });
    }
    /// Holds the writer's thread in a batch of its own.
    void hold() {
        held_ = true;
        std::promise<void> begun;
        std::shared_future<void> opened = gate_.get_future().share();
        ask(Writes::at_the_end, [&begun, opened](Rows&) -> Result<std::int64_t> {
            begun.set_value();
            opened.wait();
            return 0;
        });
        begun.get_future().wait();
    }
    void release() {
        held_ = false;
        gate_.set_value();
    }
    /// Releases the writer and waits until all is answered.
    void finish() {
        if (held_) release();
        writer_->stop();
        turn();
    }
    void turn() {
        loop_.restart();
        loop_.poll();
    }
    std::size_t answered() const {
        return static_cast<std::size_t>(std::ranges::count_if(outcomes_, [](const auto& outcome) {
            return outcome->has_value();
        }));
    }
    const Result<std::int64_t>& outcome(std::size_t place) const { return **outcomes_[place]; }
    std::int64_t rows_on_disk() {
        Connection reader(file_, Connection::Access::read_only, milliseconds(0));
        return reader.number("SELECT count(*) FROM logins");
    }

    FreshDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "latchkey.db";
    boost::asio::io_context loop_{1};
    std::vector<std::unique_ptr<std::optional<Result<std::int64_t>>>> outcomes_;
    std::promise<void> gate_;
    bool held_ = false;
    std::unique_ptr<Writer> writer_;
};

TEST_F(GroupCommit, CommitsAllThatQueuedUpAtOnce) {
    hold();
    for (int i = 1; i <= 64; ++i) ask_to_save(scanned_login(i));
    const auto before = writer_->counts();

    finish();

    EXPECT_EQ(rows_on_disk(), 64);
    EXPECT_EQ(writer_->counts().commits - before.commits, 2U) << "the held batch and the 64";
    EXPECT_EQ(writer_->counts().jobs, 65U);
}

TEST_F(GroupCommit, AnswersNobodyBeforeItIsCommitted) {
    std::promise<void> at_last_job;
    std::promise<void> gate;
    std::shared_future<void> opened = gate.get_future().share();
    hold();
    for (int i = 1; i <= 8; ++i) ask_to_save(scanned_login(i));
    ask(Writes::at_the_end, [&](Rows& rows) -> Result<std::int64_t> {
        at_last_job.set_value();
        opened.wait();
        return rows.connection.number("SELECT count(*) FROM logins");
    });
    release();

    at_last_job.get_future().wait();
    turn();
    EXPECT_EQ(answered(), 1U) << "the one that held the writer";
    EXPECT_EQ(rows_on_disk(), 0);

    gate.set_value();
    finish();
    EXPECT_EQ(answered(), 10U);
    EXPECT_EQ(outcome(9).value(), 8) << "those before it in the batch have written";
    EXPECT_EQ(rows_on_disk(), 8);
}

Async<bool> is_there_when_answered(Writer& writer, Login login, std::filesystem::path file) {
    Work<std::int64_t> save = [login](Rows& rows) -> Result<std::int64_t> {
        rows.logins.add(login);
        return 0;
    };
    const auto saved =
        co_await writer.write<std::int64_t>(Writes::at_the_end, unavailable, std::move(save));
    if (!saved) co_return false;
    Connection other(file, Connection::Access::read_only, milliseconds(0));
    co_return LoginRows(other).find(login.id) == login;
}

TEST_F(GroupCommit, WhoeverWasAnsweredFindsItByAnotherConnection) {
    std::vector<Async<bool>> callers;
    for (int i = 1; i <= 64; ++i) {
        callers.push_back(is_there_when_answered(*writer_, scanned_login(i), file_));
    }
    for (const bool there : await_all(std::move(callers))) EXPECT_TRUE(there);
}

TEST_F(GroupCommit, ACommitThatFailsIsUnavailableToItsWholeBatchAndLeavesNothing) {
    hold();
    ask_to_save(scanned_login(1));
    ask(Writes::at_the_end, [](Rows& rows) -> Result<std::int64_t> {
        rows.connection.execute(
            "PRAGMA defer_foreign_keys = ON;"
            "INSERT INTO sessions (account, id, token_hash, kind, created_at, seen_at, expires_at, "
            "browser, system, address) VALUES (zeroblob(16), zeroblob(16), zeroblob(32), 1, 0, 0, "
            "0, '', '', '')"
        );
        return 0;
    });
    ask(Writes::at_the_end, [](Rows&) -> Result<std::int64_t> { return Errc::already_scanned; });

    finish();

    EXPECT_TRUE(outcome(0));
    EXPECT_EQ(outcome(1).error(), Errc::unavailable);
    EXPECT_EQ(outcome(2).error(), Errc::unavailable);
    EXPECT_EQ(outcome(3).error(), Errc::unavailable) << "what it saw was never true";
    EXPECT_EQ(rows_on_disk(), 0);
    EXPECT_EQ(writer_->counts().failures, 1U);
    EXPECT_TRUE(writer_->counts().failing);
}

TEST_F(GroupCommit, AJobThatFailsAloneDoesNotHarmItsNeighbours) {
    hold();
    ask_to_save(scanned_login(1));
    ask(Writes::as_it_goes, [](Rows& rows) -> Result<std::int64_t> {
        rows.logins.add(scanned_login(2));
        rows.connection.execute("INSERT INTO nowhere VALUES (1)");
        return 0;
    });
    ask(Writes::as_it_goes, [](Rows& rows) -> Result<std::int64_t> {
        rows.logins.add(scanned_login(3));
        return Errc::not_approved;
    });
    ask_to_save(scanned_login(4));

    finish();

    EXPECT_TRUE(outcome(1));
    EXPECT_EQ(outcome(2).error(), Errc::unavailable);
    EXPECT_EQ(outcome(3).error(), Errc::not_approved);
    EXPECT_TRUE(outcome(4));
    EXPECT_EQ(rows_on_disk(), 2) << "only what was answered with a value";
}

ops::AuditEvent event(int number) {
    return {.at = noon + seconds(number), .kind = std::string(ops::audit::login_scanned)};
}

/// The times of the events of an intact audit log, in order; none of one that is not.
std::vector<Time> intact_events(const std::filesystem::path& file) {
    Connection reader(file, Connection::Access::read_only, milliseconds(0));
    AuditRows rows(reader);
    ChainCheck check;
    std::vector<Time> times;
    for (const AuditRow& row : rows.after(0, 100).rows) {
        if (check.next(row)) return {};
        times.push_back(row.event.at);
    }
    return check.end(rows.counted()) ? std::vector<Time>() : times;
}

TEST_F(GroupCommit, AnEventThatWasUndoneLeavesTheNextOfItsBatchInTheChain) {
    hold();
    for (int i = 1; i <= 6; ++i) {
        ask(Writes::as_it_goes, [i](Rows& rows) -> Result<std::int64_t> {
            rows.audit.append(event(i));
            if (i == 2) return Errc::not_approved;
            if (i == 4) rows.connection.execute("INSERT INTO nowhere VALUES (1)");
            return 0;
        });
    }

    finish();

    const std::vector<Time> kept{
        noon + seconds(1), noon + seconds(3), noon + seconds(5), noon + seconds(6)
    };
    EXPECT_EQ(intact_events(file_), kept);
}

TEST_F(GroupCommit, ALoginWhoseWriteWasUndoneIsNotKept) {
    hold();
    const Login kept = scanned_login(1);
    const auto is_kept = [&kept](Rows& rows) -> Result<std::int64_t> {
        return rows.kept_logins.find(kept.id) != nullptr ? 1 : 0;
    };
    ask(Writes::at_the_end, [&](Rows& rows) -> Result<std::int64_t> {
        rows.kept_logins.keep(kept);
        return 0;
    });
    ask(Writes::at_the_end, is_kept);
    ask(Writes::as_it_goes, [&](Rows&) -> Result<std::int64_t> { return Errc::not_approved; });
    ask(Writes::at_the_end, is_kept);

    finish();

    EXPECT_EQ(outcome(2).value(), 1);
    EXPECT_EQ(outcome(4).value(), 0);
}

TEST_F(GroupCommit, ALoginOfABatchThatWasNotCommittedIsNotKept) {
    hold();
    const Login kept = scanned_login(1);
    ask(Writes::at_the_end, [&](Rows& rows) -> Result<std::int64_t> {
        rows.kept_logins.keep(kept);
        rows.connection.execute("INSERT INTO nowhere VALUES (1)");
        return 0;
    });
    release();
    while (answered() < outcomes_.size()) turn();
    ask(Writes::at_the_end, [&](Rows& rows) -> Result<std::int64_t> {
        return rows.kept_logins.find(kept.id) != nullptr ? 1 : 0;
    });
    finish();

    EXPECT_EQ(outcome(1).error(), Errc::unavailable);
    EXPECT_EQ(outcome(2).value(), 0);
}

TEST_F(GroupCommit, AnEventOfAnotherProcessBetweenTwoBatchesStaysInTheChain) {
    const auto append = [this](int number) {
        ask(Writes::as_it_goes, [number](Rows& rows) -> Result<std::int64_t> {
            rows.audit.append(event(number));
            return 0;
        });
        while (answered() < outcomes_.size()) turn();
    };
    append(1);
    {
        Connection other(file_, Connection::Access::read_write, milliseconds(10'000));
        AuditRows rows(other);
        other.execute("BEGIN IMMEDIATE");
        rows.append(event(2));
        rows.append(event(3));
        rows.count();
        other.execute("COMMIT");
    }
    append(4);
    finish();

    const std::vector<Time> kept{
        noon + seconds(1), noon + seconds(2), noon + seconds(3), noon + seconds(4)
    };
    EXPECT_EQ(intact_events(file_), kept);
}

TEST_F(GroupCommit, AfterItHasStoppedEverythingIsUnavailableAtOnce) {
    finish();
    ask_to_save(scanned_login(1));
    turn();

    EXPECT_EQ(outcome(0).error(), Errc::unavailable);
}

TEST_F(GroupCommit, StoppingFinishesWhatHasQueuedUp) {
    hold();
    for (int i = 1; i <= 10; ++i) ask_to_save(scanned_login(i));

    finish();

    EXPECT_EQ(rows_on_disk(), 10);
    EXPECT_EQ(answered(), 11U);
}

TEST_F(GroupCommit, TheLogIsCopiedIntoTheDatabaseAndDoesNotGrowForEver) {
    for (int round = 0; round < 4'000; ++round) {
        Login login = scanned_login(round % 200);
        login.decided_at = noon + milliseconds(round);
        ask_to_save(login);
        if (round % 50 == 0) {
            hold();
            release();
            gate_ = {};
        }
    }
    finish();

    EXPECT_EQ(rows_on_disk(), 200);
    EXPECT_LT(std::filesystem::file_size(file_.string() + "-wal"), 6'000U * 4'096U);
}

/// Somebody's long transaction (a dump of the database) keeps the log from starting over. The
/// writer would wait for its end here, and the test for ever.
TEST_F(GroupCommit, AnOldReaderHoldsNobodyUp) {
    constexpr milliseconds for_ever{3'600'000};
    open(1'000, for_ever);
    Connection reader(file_, Connection::Access::read_only, milliseconds(0));
    reader.execute("BEGIN");
    EXPECT_EQ(reader.number("SELECT count(*) FROM logins"), 0);
    ask(Writes::at_the_end, [](Rows& rows) -> Result<std::int64_t> {
        rows.connection.execute("CREATE TABLE ballast (bytes BLOB)");
        return 0;
    });
    for (int mib = 0; mib < 80; mib += 4) {
        ask(Writes::at_the_end, [](Rows& rows) -> Result<std::int64_t> {
            rows.connection.execute("INSERT INTO ballast VALUES (zeroblob(4194304))");
            return 0;
        });
        hold();
        release();
        gate_ = {};
    }
    ask_to_save(scanned_login(1));
    finish();

    EXPECT_EQ(rows_on_disk(), 1);
    reader.execute("ROLLBACK");
}

class ShortQueue : public GroupCommit {
 protected:
    ShortQueue() : GroupCommit(2) {}
};

TEST_F(ShortQueue, WhoDoesNotFitIsToldAtOnce) {
    hold();
    for (int i = 1; i <= 4; ++i) ask_to_save(scanned_login(i));
    turn();

    EXPECT_EQ(answered(), 2U);
    EXPECT_EQ(outcome(3).error(), Errc::unavailable);
    EXPECT_EQ(outcome(4).error(), Errc::unavailable);
    finish();
    EXPECT_EQ(rows_on_disk(), 2);
}

}  // namespace
}  // namespace latchkey::store
