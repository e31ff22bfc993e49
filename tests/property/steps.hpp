/// What may happen to logins, in any order: the steps that the interleavings are made of.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <rapidcheck.h>
#include <vector>

namespace latchkey::test {

/// What can happen to a login, or to all of them.
enum class Act : std::uint8_t {
    create,
    watch_socket,
    watch_stream,
    poll,
    scan,
    approve,
    approve_wrong,
    approve_bare,
    deny,
    report,
    end,
    cancel,
    cancel_by_stranger,
    collect,
    collect_under_a,
    collect_under_b,
    collect_by_stranger,
    pass,
    crash,
    crash_amid,  ///< while the request that is next for that login is under way
};
inline constexpr std::array act_names{
    "create",
    "watch by socket",
    "watch by stream",
    "poll",
    "scan",
    "approve",
    "approve wrong",
    "approve bare",
    "deny",
    "report",
    "end",
    "cancel",
    "cancel by stranger",
    "collect",
    "collect under a",
    "collect under b",
    "collect by stranger",
    "pass",
    "crash",
    "crash amid",
};

/// How often it is looked, at the most, whether the answer has come before the server dies. Of a
/// few looks it mostly has not, of more it has.
inline constexpr int looks_max = 8;

/// One thing that happens.
struct Step {
    Act act;
    std::size_t login;  ///< of two
    std::size_t phone;  ///< of three
    int time_ms;        ///< that passes; to a crash amid a request, what and when
};

inline void showValue(const Step& step, std::ostream& out) {
    out << act_names.at(static_cast<std::size_t>(step.act)) << " (login " << step.login
        << ", phone " << step.phone << ", " << step.time_ms << " ms)";
}

/// Mostly a login goes forward with its first phone, so that the late states are reached.
inline rc::Gen<std::vector<Step>> any_steps(std::size_t logins) {
    const auto act = rc::gen::weightedElement<Act>({
        {4, Act::create},
        {6, Act::watch_socket},
        {4, Act::watch_stream},
        {2, Act::poll},
        {14, Act::scan},
        {10, Act::approve},
        {2, Act::approve_wrong},
        {2, Act::approve_bare},
        {2, Act::deny},
        {2, Act::report},
        {2, Act::end},
        {2, Act::cancel},
        {1, Act::cancel_by_stranger},
        {4, Act::collect},
        {8, Act::collect_under_a},
        {3, Act::collect_under_b},
        {4, Act::collect_by_stranger},
        {6, Act::pass},
        {2, Act::crash},
        {4, Act::crash_amid},
    });
    const auto phone = rc::gen::weightedElement<std::size_t>({{6, 0}, {2, 1}, {2, 2}});
    const auto time = rc::gen::weightedOneOf<int>(
        {{4, rc::gen::inRange(1'000, 30'000)}, {2, rc::gen::inRange(30'000, 660'000)}}
    );
    return rc::gen::container<std::vector<Step>>(
        rc::gen::construct<Step>(act, rc::gen::inRange<std::size_t>(0, logins), phone, time)
    );
}

}  // namespace latchkey::test
