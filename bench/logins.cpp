#include "scenario.hpp"

#include <algorithm>
#include <memory>

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

struct Tally {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t lost = 0;
    Sample login;
    Sample push;
    std::string first_failure;

    void add(const Outcome& outcome) {
        if (outcome.kind == Outcome::Kind::done) {
            ++done;
            login.add(outcome.login_us);
            push.add(outcome.push_us);
            return;
        }
        ++(outcome.kind == Outcome::Kind::lost ? lost : failed);
        if (first_failure.empty()) first_failure = outcome.why;
    }
};

/// People who sign in again and again.
class People {
 public:
    People(Loop& loop, Scene& scene, std::int64_t people, std::int64_t count_max)
        : loop_(loop), count_max_(count_max) {
        for (std::int64_t i = 0; i < people; ++i) {
            const auto index = visitors_.size();
            auto done = [this, index](const Outcome& outcome) {
                tally.add(outcome);
                if (!open_ || is_enough()) return;
                ++begun_;
                visitors_[index]->start();
            };
            visitors_.push_back(std::make_unique<Visitor>(loop, scene, std::move(done)));
        }
        loop.on_tick([this](TimePoint now) {
            for (auto& visitor : visitors_) visitor->check(now);
        });
    }

    /// All begin, and go on for `time` without being counted. What fails meanwhile is a failure all
    /// the same.
    void warm_up(seconds time) {
        for (auto& visitor : visitors_) visitor->start();
        if (time > seconds(0)) loop_.run_for(time);
        Tally kept;
        kept.failed = tally.failed;
        kept.lost = tally.lost;
        kept.first_failure = tally.first_failure;
        tally = std::move(kept);
        begun_ = 0;
    }

    /// Goes on until `time` is over or the count is reached.
    void go_on(seconds time) {
        loop_.run_until([this] { return is_enough() && is_idle(); }, Clock::now() + time);
    }

    /// Lets those under way finish, so that a lost push among them is seen.
    void finish() {
        open_ = false;
        loop_.run_until([this] { return is_idle(); }, Clock::now() + seconds(20));
    }

    Tally tally;

 private:
    [[nodiscard]] bool is_enough() const { return count_max_ > 0 && begun_ >= count_max_; }
    [[nodiscard]] bool is_idle() const {
        return std::ranges::none_of(visitors_, [](const auto& visitor) {
            return visitor->is_busy();
        });
    }

    Loop& loop_;
    std::int64_t count_max_;
    std::int64_t begun_ = 0;
    bool open_ = true;
    std::vector<std::unique_ptr<Visitor>> visitors_;
};

int run(const Arguments& arguments) {
    const auto concurrency = arguments.number("concurrency", 1, 9000);
    const auto count_max = arguments.number("count", 0, 1'000'000'000);
    const seconds time(arguments.number("seconds", 1, 3600));
    const seconds warm_up(arguments.number("warm-up-seconds", 0, 600));
    auto scene = scene_of(arguments);
    const auto processes = processes_of(arguments);

    Loop loop;
    People people(loop, scene, concurrency, count_max);
    people.warm_up(warm_up);
    const auto cpu_before = processes.cpu_seconds();
    const auto own_cpu_before = own_cpu_seconds();
    const auto started = Clock::now();
    people.go_on(time);
    const std::chrono::duration<double> took = Clock::now() - started;
    const auto cpu = processes.cpu_seconds() - cpu_before;
    const auto own_cpu = own_cpu_seconds() - own_cpu_before;
    const auto measured = people.tally;
    people.finish();

    const auto& all = people.tally;
    const auto each = static_cast<double>(std::max<std::int64_t>(measured.done, 1));
    Report("logins")
        .add("server", scene.target.authority)
        .add("concurrency", concurrency)
        .add("seconds", took.count())
        .add("logins", measured.done)
        .add("failed", all.failed)
        .add("lost_pushes", all.lost)
        .add("rate_per_s", static_cast<double>(measured.done) / took.count())
        .add("server_cpu_us_each", cpu / each * 1e6)
        .add("server_cpu_cores", cpu / took.count())
        .add("client_cpu_us_each", own_cpu / each * 1e6)
        .add("login", measured.login)
        .add("push", measured.push)
        .add("first_failure", all.first_failure)
        .print();
    return measured.done > 0 && all.failed == 0 && all.lost == 0 ? 0 : 1;
}

}  // namespace

Scenario logins_scenario() {
    return {
        "logins",
        "whole sign-ins: a code, a WebSocket that waits, the approval, the push, the close",
        server_options({
            {"concurrency", "64", "people who sign in at the same time"},
            {"seconds", "10", "how long to measure"},
            {"count", "0", "stop after about so many logins; 0 for no such limit"},
            {"warm-up-seconds", "1", "how long to go on before measuring"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
