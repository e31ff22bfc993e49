#include "crowd.hpp"
#include "scenario.hpp"

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

int run(const Arguments& arguments) {
    const auto waiting = arguments.number("waiting", 0, sockets_max());
    const auto count = arguments.number("count", 1, 10'000'000);
    const auto warm_up = arguments.number("warm-up", 0, 100'000);
    const milliseconds pause(arguments.number("pause-ms", 0, 60'000));
    const milliseconds every(arguments.number("every-ms", 0, 60'000));
    const seconds time_max(arguments.number("seconds", 1, 3600));
    auto scene = scene_of(arguments);

    Loop loop;
    Crowd crowd(loop, scene);
    const auto opened = Clock::now();
    if (waiting > 0) crowd.open(static_cast<std::size_t>(waiting), time_max);
    const std::chrono::duration<double> opening = Clock::now() - opened;

    Sample push;
    Sample login;
    std::int64_t failed = 0;
    std::int64_t lost = 0;
    std::string first_failure;
    std::int64_t ended = 0;
    bool measuring = false;
    Visitor visitor(loop, scene, [&](const Outcome& outcome) {
        ++ended;
        if (outcome.kind != Outcome::Kind::done) {
            ++(outcome.kind == Outcome::Kind::lost ? lost : failed);
            if (first_failure.empty()) first_failure = outcome.why;
        } else if (measuring) {
            push.add(outcome.push_us);
            login.add(outcome.login_us);
        }
    });
    loop.on_tick([&](TimePoint now) { visitor.check(now); });

    const auto deadline = Clock::now() + time_max;
    while (ended < warm_up + count && Clock::now() < deadline) {
        measuring = ended >= warm_up;
        const auto next = Clock::now() + every;
        visitor.start();
        loop.run_until([&] { return !visitor.is_busy(); }, Clock::time_point::max());
        if (pause > milliseconds(0)) loop.run_for(pause);
        loop.run_until([] { return false; }, next);
    }
    const bool all_waited = crowd.waiting() == static_cast<std::size_t>(waiting);

    Report("push")
        .add("server", scene.target.authority)
        .add("waiting", waiting)
        .add("still_waiting", static_cast<std::int64_t>(crowd.waiting()))
        .add("opening_s", opening.count())
        .add("pushes", static_cast<std::int64_t>(push.size()))
        .add("failed", failed)
        .add("lost_pushes", lost)
        .add("push", push)
        .add("login", login)
        .add("first_failure", first_failure)
        .print();
    return push.size() > 0 && failed == 0 && lost == 0 && all_waited ? 0 : 1;
}

}  // namespace

Scenario push_scenario() {
    return {
        "push",
        "the time from the approval sent to the push received, one login at a time",
        server_options({
            {"waiting", "0", "other browsers that wait meanwhile"},
            {"count", "2000", "logins to measure"},
            {"warm-up", "100", "logins before them"},
            {"pause-ms", "0", "rest between two logins"},
            {"every-ms", "0", "from the start of one login to that of the next, at least"},
            {"seconds", "120", "give up after that, for opening and for measuring each"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
