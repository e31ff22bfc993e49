#include "store/database.hpp"

#include "contract/await.hpp"
#include "contract/examples.hpp"
#include "contract/fresh_directory.hpp"
#include "store/sqlite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace latchkey::store {
namespace {

using login::Errc;
using login::Login;
using login::State;

class DatabaseOf : public testing::Test {
 protected:
    Result<Login> save(Database& database, const Login& login) {
        return await(database.logins().update(login.id, becomes(login), asked));
    }
    std::optional<Login> found(Database& database, const LoginId& id) {
        return await(database.logins().find(id)).value();
    }
    FreshDirectory directory_;
};

/// A process of its own that runs `act` on the same database. Made before any thread is.
class Child {
 public:
    explicit Child(const std::function<void(int answer)>& act) {
        int ends[2] = {};
        if (::pipe(ends) != 0) throw std::runtime_error("pipe failed");
        pid_ = ::fork();
        if (pid_ == 0) {
            ::close(ends[0]);
            run(act, ends[1]);
        }
        ::close(ends[1]);
        read_ = ends[0];
    }
    ~Child() {
        if (pid_ > 0) kill_now();
        ::close(read_);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next byte that it says; nothing when it has ended.
    std::optional<char> hear() const {
        char byte = 0;
        return ::read(read_, &byte, 1) == 1 ? std::optional(byte) : std::nullopt;
    }
    void kill_now() {
        ::kill(pid_, SIGKILL);
        wait();
    }
    int wait() {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        pid_ = 0;
        return status;
    }

 private:
    /// What goes wrong in here ends here: the rest of the test, and what it cleans up, is the
    /// parent's.
    [[noreturn]] static void run(const std::function<void(int answer)>& act, int answer) {
        try {
            act(answer);
        } catch (const std::exception& fault) {
            std::fprintf(stderr, "child: %s\n", fault.what());
            ::_exit(3);
        }
        ::_exit(0);
    }

    pid_t pid_ = 0;
    int read_ = -1;
};

void say(int pipe, char byte) {
    if (::write(pipe, &byte, 1) != 1) ::_exit(2);
}

TEST_F(DatabaseOf, KeepsWhatWasAnsweredThroughKillMinus9) {
    const Login login = scanned_login(1);
    Child child([&](int answer) {
        Database database(directory_.path());
        say(answer, save(database, login) ? 'y' : 'n');
        ::pause();
    });
    ASSERT_EQ(child.hear(), 'y');
    child.kill_now();

    Database database(directory_.path());
    EXPECT_EQ(found(database, login.id), login);
}

TEST_F(DatabaseOf, SurvivesBeingKilledAmidManyWritesWithEveryAnswerKept) {
    Child child([&](int answer) {
        Database database(directory_.path());
        for (int i = 1; i < 250; ++i) {
            if (!save(database, scanned_login(i))) ::_exit(1);
            say(answer, static_cast<char>(i));
        }
        ::pause();
    });
    int answered = 0;
    while (answered < 100 && child.hear()) ++answered;
    child.kill_now();
    while (child.hear()) ++answered;

    Database database(directory_.path());
    for (int i = 1; i <= answered; ++i) {
        EXPECT_EQ(found(database, scanned_login(i).id), scanned_login(i)) << i;
    }
}

Result<Login> one_more(const std::optional<Login>& seen) {
    Login login = seen.value_or(scanned_login(1));
    login.decided_at += milliseconds(1);
    return login;
}

/// Lets processes begin at the same moment.
class Start {
 public:
    explicit Start(int runners)
        : runners_(runners),
          ready_(static_cast<std::atomic<int>*>(::mmap(
              nullptr, sizeof *ready_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0
          ))) {
        if (ready_ == MAP_FAILED) throw std::runtime_error("mmap failed");
        new (ready_) std::atomic<int>(0);
    }
    ~Start() { ::munmap(ready_, sizeof *ready_); }
    Start(const Start&) = delete;
    Start& operator=(const Start&) = delete;

    void await() const {
        ++*ready_;
        while (*ready_ < runners_) ::sched_yield();
    }

 private:
    int runners_;
    std::atomic<int>* ready_;
};

TEST_F(DatabaseOf, OpensForProcessesThatComeAtOnce) {
    constexpr int rounds = 10;
    constexpr int processes = 4;
    for (int round = 0; round < rounds; ++round) {
        const auto path = directory_.path() / std::to_string(round);
        const Start start(processes);
        std::vector<std::unique_ptr<Child>> children;
        for (int i = 0; i < processes; ++i) {
            children.push_back(std::make_unique<Child>([&](int answer) {
                start.await();
                const Database database(path);
                say(answer, 'y');
            }));
        }
        for (const auto& child : children) ASSERT_EQ(child->hear(), 'y') << "round " << round;
    }
}

TEST_F(DatabaseOf, TwoProcessesChangeOneRowWithoutLosingAChange) {
    constexpr int rounds = 200;
    const LoginId id = scanned_login(1).id;
    const auto count_up = [&] {
        Database database(directory_.path());
        for (int i = 0; i < rounds; ++i) {
            if (!await(database.logins().update(id, one_more, asked))) return false;
        }
        return true;
    };
    Child child([&](int) { ::_exit(count_up() ? 0 : 1); });

    EXPECT_TRUE(count_up());
    EXPECT_EQ(child.wait(), 0);

    Database database(directory_.path());
    EXPECT_EQ(
        found(database, id)->decided_at, scanned_login(1).decided_at + milliseconds(2 * rounds)
    );
}

TEST_F(DatabaseOf, TwoProcessesRaceForALoginAndOneWins) {
    const LoginId id = scanned_login(1).id;
    const auto scan = [&](int who) {
        Database database(directory_.path());
        const login::Approver by{filled<AccountId>(who), filled<SessionId>(who)};
        return await(database.logins().update(
            id,
            [id, by](const std::optional<Login>& seen) {
                return scanned(seen, {.id = id}, by, noon);
            },
            asked
        ));
    };
    Child child([&](int answer) { say(answer, scan(1) ? 'y' : 'n'); });

    const bool mine = scan(2).has_value();
    const bool its = child.hear() == 'y';

    EXPECT_NE(mine, its);
    Database database(directory_.path());
    EXPECT_EQ(found(database, id)->account, filled<AccountId>(mine ? 2 : 1));
}

/// The login of that number.
Login numbered(std::uint64_t number) {
    Login login = scanned_login(0);
    put_big_endian<std::uint64_t>(login.id.span().last<8>(), number);
    return login;
}

template <class T>
Async<bool> succeeds(Async<Result<T>> work) {
    const auto result = co_await std::move(work);
    co_return result.has_value();
}

/// A database whose disk has next to no room, filled until a write is refused.
class FullDisk : public DatabaseOf {
 protected:
    static DatabaseLimits limits() {
        DatabaseLimits limits;
        limits.pages_max = 48;
        return limits;
    }
    FullDisk() {
        await(database_.accounts().add_account(ada)).value();
        await(database_.sessions().add_session(new_session(ada, 1))).value();
        for (std::uint64_t i = 0; i < 10'000 && last_; ++i) {
            last_ = save(database_, numbered(i));
            if (last_) answered_.push_back(*last_);
        }
    }

    /// A write that needs no room: it appends nothing to any table.
    bool touch_session(Time now) {
        return await(database_.sessions().touch_session(ada.id, filled<SessionId>(1), now))
            .has_value();
    }
    Time seen_at() {
        return await(database_.sessions().session(ada.id, filled<SessionId>(1))).value()->seen_at;
    }

    Database database_{directory_.path(), limits()};
    Result<Login> last_ = Login{};
    std::vector<Login> answered_;
};

TEST_F(FullDisk, IsUnavailableToWhatNeedsRoomAndLosesNothingThatWasAnswered) {
    ASSERT_FALSE(last_) << "48 pages do not hold 10,000 logins";
    EXPECT_EQ(last_.error(), Errc::unavailable);
    EXPECT_TRUE(database_.counts().failing);
    EXPECT_FALSE(await(database_.check())) << "an operator sees it";
    ASSERT_GT(answered_.size(), 10U);

    database_.stop();
    Database again(directory_.path());
    for (const Login& login : answered_) ASSERT_EQ(found(again, login.id), login);
}

TEST_F(FullDisk, LetsGoOnWhatNeedsNoRoom) {
    EXPECT_EQ(found(database_, answered_.back().id), answered_.back());

    EXPECT_TRUE(touch_session(noon + seconds(60)));
    EXPECT_EQ(seen_at(), noon + seconds(60));
    EXPECT_TRUE(await(database_.check()));
}

TEST_F(FullDisk, DecidesNothingThatItCannotWriteDown) {
    const auto decide = [this](Login login) {
        login.state = State::approved;
        return save(database_, login);
    };
    // Each decision takes its line of the audit log, until that has no room either.
    std::size_t decided = 0;
    while (decided < answered_.size() && decide(answered_[decided])) ++decided;

    ASSERT_LT(decided, answered_.size());
    EXPECT_EQ(decide(answered_[decided]).error(), Errc::unavailable);
    EXPECT_EQ(found(database_, answered_[decided].id), answered_[decided]);
}

TEST_F(FullDisk, AWriteThatNeedsRoomDoesNotTakeItsNeighboursDown) {
    std::vector<Async<bool>> callers;
    for (int i = 0; i < 32; ++i) {
        const Login fresh = numbered(100'000U + static_cast<unsigned>(i));
        callers.push_back(succeeds(database_.logins().update(fresh.id, becomes(fresh), asked)));
        callers.push_back(succeeds(
            database_.sessions().touch_session(ada.id, filled<SessionId>(1), noon + seconds(i))
        ));
    }

    const auto answers = await_all(std::move(callers));

    for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i], i % 2 == 1) << i;
    EXPECT_EQ(seen_at(), noon + seconds(31));
}

TEST_F(DatabaseOf, WaitsForNobodyForEverWhenAnotherProcessHoldsTheLock) {
    {
        Database database(directory_.path());
    }
    const auto file = directory_.path() / Database::file_name;
    DatabaseLimits limits;
    limits.busy_max = milliseconds(10);
    Database database(directory_.path(), limits);
    Connection other(file, Connection::Access::read_write, milliseconds(0));
    other.execute("BEGIN IMMEDIATE");

    EXPECT_EQ(save(database, scanned_login(1)).error(), Errc::unavailable);
    other.execute("ROLLBACK");
    EXPECT_TRUE(save(database, scanned_login(1)));
    EXPECT_FALSE(database.counts().failing);
}

TEST_F(DatabaseOf, SweepsLoginsThatAreOverAndNoOthers) {
    Database database(directory_.path());
    Login extended = scanned_login(2);
    extended.state = State::approved;
    extended.expires_at = noon + 2 * login::login_life;
    for (const Login& login : {scanned_login(1), extended}) save(database, login).value();
    Login later = scanned_login(3);
    later.id = login_id(noon + seconds(300), 3);
    later.expires_at = noon + seconds(900);
    save(database, later).value();

    EXPECT_EQ(await(database.sweep(noon + login::login_life - seconds(1))).value(), 0U);
    EXPECT_EQ(await(database.sweep(noon + login::login_life + seconds(2))).value(), 1U);
    EXPECT_FALSE(found(database, scanned_login(1).id));
    EXPECT_TRUE(found(database, extended.id));
    EXPECT_TRUE(found(database, later.id));
    EXPECT_EQ(await(database.sweep(noon + 2 * login::login_life)).value(), 2U);
}

TEST_F(DatabaseOf, NeverSweepsALoginWhoseCodeCouldStillBeScanned) {
    Database database(directory_.path());
    Login early = scanned_login(1);
    early.expires_at = noon + seconds(1);
    save(database, early).value();

    EXPECT_EQ(await(database.sweep(noon + seconds(60))).value(), 0U);
}

TEST_F(DatabaseOf, SweepsInBatchesUntilAllAreGone) {
    Database database(directory_.path());
    std::vector<Async<Result<Login>>> callers;
    for (std::uint64_t i = 0; i < 1'700; ++i) {
        Login login = scanned_login(0);
        put_big_endian<std::uint64_t>(login.id.span().last<8>(), i);
        callers.push_back(database.logins().update(login.id, becomes(login), asked));
    }
    for (const auto& answer : await_all(std::move(callers))) ASSERT_TRUE(answer);

    EXPECT_EQ(await(database.sweep(noon + std::chrono::hours(1))).value(), 1'700U);
    EXPECT_EQ(await(database.sweep(noon + std::chrono::hours(1))).value(), 0U);
}

TEST_F(DatabaseOf, SweepsSessionsThatAreOverOrIdleAndNoOthers) {
    Database database(directory_.path());
    for (const auto& account : {ada, ben}) await(database.accounts().add_account(account)).value();
    identity::NewSession over = new_session(ada, 1);
    over.session.expires_at = noon + seconds(10);
    identity::NewSession used = new_session(ben, 3);
    used.session.seen_at = noon + std::chrono::hours(24);
    for (const auto& wanted : {over, new_session(ada, 2), used}) {
        await(database.sessions().add_session(wanted)).value();
    }
    const auto sessions_of = [&](const identity::Account& account, Time now) {
        return await(database.sessions().sessions_of(account.id, now)).value().size();
    };

    EXPECT_EQ(await(database.sweep(noon + seconds(10))).value(), 1U);
    EXPECT_EQ(sessions_of(ada, noon), 1U);
    EXPECT_EQ(await(database.sweep(noon + identity::session_idle_max)).value(), 1U);
    EXPECT_EQ(sessions_of(ada, noon), 0U);
    EXPECT_EQ(sessions_of(ben, noon), 1U);
}

TEST_F(DatabaseOf, TheLoginsOfADeletedAccountStartNothingAnewAndSayNothingOfIt) {
    Database database(directory_.path());
    for (const auto& account : {ada, ben}) await(database.accounts().add_account(account)).value();
    Login over = scanned_login(1);
    over.state = login::State::collected;
    over.shown.browser = "Firefox";
    over.session = filled<SessionId>(8);
    save(database, over).value();
    save(database, scanned_login(2)).value();

    await(database.accounts().remove_account(ada.id, noon)).value();

    const auto collected = found(database, over.id);
    ASSERT_TRUE(collected);
    EXPECT_EQ(collected->state, login::State::collected);
    EXPECT_EQ(collected->account, AccountId{});
    EXPECT_EQ(collected->approver, SessionId{});
    EXPECT_EQ(collected->shown.browser, "");
    EXPECT_FALSE(collected->session);
    EXPECT_EQ(found(database, scanned_login(2).id)->state, login::State::denied);
}

TEST_F(DatabaseOf, SessionsAreIdleWhenTheOperatorSaysSo) {
    DatabaseLimits limits;
    limits.session_idle_max = seconds(60);
    Database database(directory_.path(), limits);
    await(database.accounts().add_account(ada)).value();
    await(database.sessions().add_session(new_session(ada, 1))).value();
    const auto alive = [&](Time now) {
        return await(database.sessions().sessions_of(ada.id, now)).value().size();
    };

    EXPECT_EQ(alive(noon + seconds(59)), 1U);
    EXPECT_EQ(alive(noon + seconds(60)), 0U);
    EXPECT_EQ(
        await(database.overview().glance(noon, noon + seconds(59))).value().counts.sessions, 1
    );
    EXPECT_EQ(
        await(database.overview().glance(noon, noon + seconds(60))).value().counts.sessions, 0
    );
    EXPECT_EQ(await(database.sweep(noon + seconds(59))).value(), 0U);
    EXPECT_EQ(await(database.sweep(noon + seconds(60))).value(), 1U);
}

TEST_F(DatabaseOf, CountsWhatItDoes) {
    Database database(directory_.path());
    save(database, scanned_login(1)).value();

    const DatabaseCounts counts = database.counts();
    EXPECT_EQ(counts.writes, 1U);
    EXPECT_GE(counts.commits, 1U);
    EXPECT_EQ(counts.failures, 0U);
    EXPECT_EQ(counts.queued, 0U);
    EXPECT_FALSE(counts.failing);
    EXPECT_TRUE(await(database.check()));
}

TEST_F(DatabaseOf, AfterStopEverythingIsUnavailable) {
    Database database(directory_.path());
    database.stop();

    EXPECT_EQ(save(database, scanned_login(1)).error(), Errc::unavailable);
    EXPECT_EQ(await(database.logins().find(scanned_login(1).id)).error(), Errc::unavailable);
    EXPECT_EQ(await(database.sweep(noon)).error(), identity::Errc::unavailable);
}

}  // namespace
}  // namespace latchkey::store
