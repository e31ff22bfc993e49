#include "login/examples.hpp"
#include "login/login.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <rapidcheck.h>
#include <set>
#include <utility>
#include <vector>

namespace latchkey::login {
namespace {

using namespace test;

enum class Try : std::uint8_t {
    scan,
    scan_for_number,
    allow,
    approve,
    approve_with_7,
    deny,
    report,
    take_back,
    collect,
    cancel
};

struct Attempt {
    Try what;
    Approver who;
    Time when;
};

void showValue(const Attempt& attempt, std::ostream& out) {
    static constexpr const char* names[] = {
        "scan",
        "scan for number 7",
        "allow",
        "approve",
        "approve with 7",
        "deny",
        "report",
        "take back",
        "collect",
        "cancel"
    };
    out << names[static_cast<int>(attempt.what)] << " at " << (attempt.when - noon).count()
        << " ms";
    out << (attempt.who.account == alice.account ? " by alice" : " by bob");
}

const LoginId id = login_made_at(noon);

rc::Gen<Attempt> any_attempt() {
    return rc::gen::apply(
        [](Try what, int who, int second) {
            const Approver approver = who == 0 ? alice : who == 1 ? alice_on_her_tablet : bob;
            return Attempt{what, approver, noon + seconds(second)};
        },
        rc::gen::element(
            Try::scan,
            Try::scan_for_number,
            Try::allow,
            Try::approve,
            Try::approve_with_7,
            Try::deny,
            Try::report,
            Try::take_back,
            Try::collect,
            Try::cancel
        ),
        rc::gen::inRange(0, 3),
        // Clocks of two nodes may differ, so the times of a sequence need not grow.
        rc::gen::inRange(0, 700)
    );
}

Result<Login> tried(const std::optional<Login>& seen, const Attempt& attempt) {
    const Scanning tap{.id = id};
    const Scanning number{.id = id, .confirm = Confirm::number, .number = 7};
    switch (attempt.what) {
        case Try::scan:
            return scanned(seen, tap, attempt.who, attempt.when);
        case Try::scan_for_number:
            return scanned(seen, number, attempt.who, attempt.when);
        case Try::allow:
            return allowed(seen, tap, attempt.who, attempt.when);
        case Try::approve:
            return approved(seen, attempt.who, {}, attempt.when);
        case Try::approve_with_7:
            return approved(seen, attempt.who, {7}, attempt.when);
        case Try::deny:
            return denied(seen, attempt.who, attempt.when);
        case Try::report:
            return reported(seen, attempt.who, attempt.when);
        case Try::take_back:
            return taken_back(seen, attempt.who, attempt.when);
        case Try::collect:
            return collected(seen, bytes_full_of<SessionId>(1), attempt.when);
        case Try::cancel:
            return cancelled(seen, attempt.when);
    }
    return Errc::login_unknown;
}

/// Every change there may be; a state that stays is none.
bool is_a_way(const std::optional<State>& from, State to) {
    static const std::set<std::pair<std::optional<State>, State>> ways{
        {std::nullopt, State::scanned},
        {std::nullopt, State::approved},
        {State::scanned, State::scanned},
        {State::scanned, State::approved},
        {State::scanned, State::denied},
        {State::scanned, State::cancelled},
        {State::scanned, State::reported},
        {State::approved, State::collected},
        {State::approved, State::reported},
        {State::approved, State::cancelled},
    };
    return from == to || ways.contains({from, to});
}

std::optional<State> state_of(const std::optional<Login>& login) {
    return login ? std::optional(login->state) : std::nullopt;
}

/// What was approved can be collected until its time, unless its own account took it back.
void expect_approval_kept(const Login& stored, const Attempt& attempt, const Login& moved) {
    const Time last = stored.expires_at - milliseconds(1);
    RC_ASSERT(collected(stored, bytes_full_of<SessionId>(1), last).has_value());
    if (moved.state == State::approved) {
        RC_ASSERT(moved == stored);
        return;
    }
    if (moved.state == State::collected) {
        RC_ASSERT(attempt.what == Try::collect);
        return;
    }
    RC_ASSERT(attempt.what == Try::report || attempt.what == Try::take_back);
    RC_ASSERT(attempt.who.account == stored.account);
}

void no_sequence_leaves_the_ways(const std::vector<Attempt>& attempts) {
    std::optional<Login> stored;
    int collects = 0;
    int decisions = 0;
    for (const Attempt& attempt : attempts) {
        const auto moved = tried(stored, attempt);
        if (!moved) continue;

        RC_ASSERT(is_a_way(state_of(stored), moved->state));
        RC_ASSERT(moved->id == id);
        if (stored) {
            RC_ASSERT(moved->account == stored->account);
            RC_ASSERT(moved->expires_at >= stored->expires_at);
            RC_ASSERT(moved->confirm == stored->confirm && moved->number == stored->number);
            if (stored->state == State::approved) expect_approval_kept(*stored, attempt, *moved);
        }
        RC_ASSERT(moved->expires_at <= expires_at(id) + collect_time_min);
        if (stored == *moved) continue;  // it may be looked at, and reported, at any time
        RC_ASSERT(attempt.when < moved->expires_at);
        if (moved->state == State::collected) ++collects;
        if (moved->state == State::approved && moved->confirm == Confirm::number) {
            RC_ASSERT(attempt.what == Try::approve_with_7);
            RC_ASSERT(attempt.who.account == moved->account);
        }
        if (state_of(stored) != moved->state &&
            (moved->state == State::approved || moved->state == State::denied)) {
            ++decisions;
        }
        stored = *moved;
    }
    RC_ASSERT(collects <= 1);
    RC_ASSERT(decisions <= 1);
}

TEST(LoginMovesProperty, NoSequenceLeavesTheWaysCollectsOrDecidesTwice) {
    EXPECT_TRUE(rc::check([] {
        no_sequence_leaves_the_ways(*rc::gen::container<std::vector<Attempt>>(any_attempt()));
    }));
}

}  // namespace
}  // namespace latchkey::login
