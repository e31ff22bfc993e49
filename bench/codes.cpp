#include "scenario.hpp"

#include <memory>

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

struct Count {
    std::int64_t begun = 0;
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::int64_t wanted = 0;
    TimePoint deadline;
};

/// Asks for one code after the other over one connection, as a new browser each time (no cookie).
class Asker {
 public:
    Asker(Loop& loop, Scene& scene, Count& count)
        : request_(new_login_request(scene.target, scene.wire)),
          wire_(scene.wire),
          count_(count),
          http_(
              loop,
              scene.target,
              scene.sources,
              [this](const Response* response, std::string_view) { answered(response); }
          ) {}

    void next() {
        if (count_.begun >= count_.wanted || Clock::now() >= count_.deadline) return;
        ++count_.begun;
        http_.send(request_);
    }

    [[nodiscard]] bool is_busy() const { return http_.is_busy(); }

 private:
    void answered(const Response* response) {
        if (response != nullptr && read_new_login(*response, wire_)) {
            ++count_.done;
        } else {
            ++count_.failed;
        }
        next();
    }

    std::string request_;
    Wire wire_;
    Count& count_;
    HttpClient http_;
};

int run(const Arguments& arguments) {
    const auto concurrency = arguments.number("concurrency", 1, 9000);
    const auto warm_up = arguments.number("warm-up", 0, 10'000'000);
    const auto wanted = arguments.number("count", 1, 1'000'000'000);
    const seconds time_max(arguments.number("seconds", 1, 7200));
    const auto& directory = arguments.text("data");
    auto scene = scene_of(arguments);
    const auto processes = processes_of(arguments);

    Loop loop;
    Count count;
    std::vector<std::unique_ptr<Asker>> askers;
    askers.reserve(static_cast<std::size_t>(concurrency));
    for (std::int64_t i = 0; i < concurrency; ++i) {
        askers.push_back(std::make_unique<Asker>(loop, scene, count));
    }
    const auto ask_for = [&](std::int64_t codes, TimePoint deadline) {
        count = {.begun = 0, .done = 0, .failed = 0, .wanted = codes, .deadline = deadline};
        for (auto& asker : askers) asker->next();
        const auto idle = [&] {
            if (count.begun < count.wanted && Clock::now() < deadline) return false;
            for (const auto& asker : askers) {
                if (asker->is_busy()) return false;
            }
            return true;
        };
        loop.run_until(idle, deadline + seconds(10));
    };

    if (warm_up > 0) ask_for(warm_up, Clock::now() + time_max);
    const auto rss_before = processes.rss_bytes();
    const auto pss_before = processes.pss_bytes();
    const auto disk_before = directory_bytes(directory);
    const auto cpu_before = processes.cpu_seconds();
    const auto own_cpu_before = own_cpu_seconds();
    const auto started = Clock::now();
    ask_for(wanted, started + time_max);
    const std::chrono::duration<double> took = Clock::now() - started;
    const auto cpu = processes.cpu_seconds() - cpu_before;
    const auto own_cpu = own_cpu_seconds() - own_cpu_before;

    const auto each = count.done > 0 ? static_cast<double>(count.done) : 1.0;
    Report("codes")
        .add("server", scene.target.authority)
        .add("concurrency", concurrency)
        .add("asked", wanted)
        .add("codes", count.done)
        .add("failed", count.failed)
        .add("seconds", took.count())
        .add("rate_per_s", static_cast<double>(count.done) / took.count())
        .add("server_cpu_us_each", cpu / each * 1e6)
        .add("server_cpu_cores", cpu / took.count())
        .add("rate_per_server_cpu_s", cpu > 0 ? static_cast<double>(count.done) / cpu : 0.0)
        .add("client_cpu_us_each", own_cpu / each * 1e6)
        .add("rss_before_bytes", rss_before)
        .add("rss_after_bytes", processes.rss_bytes())
        .add("pss_growth_bytes", processes.pss_bytes() - pss_before)
        .add("disk_growth_bytes", directory_bytes(directory) - disk_before)
        .print();
    return count.done == wanted && count.failed == 0 ? 0 : 1;
}

}  // namespace

Scenario codes_scenario() {
    return {
        "codes",
        "POST /qrcode/ or /v1/logins over keep-alive connections; memory and disk before and after",
        server_options({
            {"concurrency", "64", "connections"},
            {"count", "1000000", "codes to ask for; up to a billion"},
            {"warm-up", "20000", "codes before the measuring"},
            {"seconds", "600", "stop after that"},
            {"data", "", "the server's data directory, to see whether it grows"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
