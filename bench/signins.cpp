#include "scenario.hpp"

#include <cstdlib>
#include <memory>
#include <stdexcept>

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

struct Count {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    Sample time;
    std::string first_failure;
};

/// One browser that signs in again and again over a keep-alive connection, as if it never had been.
class Person {
 public:
    /// `by_password` is the whole body of that; empty: with the passkey of the scene.
    Person(Loop& loop, Scene& scene, Count& count, const bool& open, std::string by_password)
        : scene_(scene),
          count_(count),
          open_(open),
          by_password_(std::move(by_password)),
          http_(
              loop,
              scene.target,
              scene.sources,
              [this](const Response* response, std::string_view why) { answered(response, why); }
          ) {}

    void start() {
        if (!open_) return;
        started_ = Clock::now();
        asking_ = by_password_.empty();
        if (asking_) return send("/v1/session/challenge", "{}");
        send("/v1/session", by_password_);
    }

    [[nodiscard]] bool is_busy() const { return http_.is_busy(); }

 private:
    void send(std::string_view path, std::string_view body) {
        http_.send(json_request(scene_.target, path, body, {}));
    }

    void answered(const Response* response, std::string_view why) {
        if (response == nullptr || response->status != 200) {
            ++count_.failed;
            if (count_.first_failure.empty()) {
                count_.first_failure = response == nullptr ? std::string(why) : response->body;
            }
            return;
        }
        if (asking_) {
            asking_ = false;
            const auto assertion = scene_.passkey->assertion(text_in(response->body, "challenge"));
            return send("/v1/session", "{\"passkey\":" + assertion + "}");
        }
        ++count_.done;
        count_.time.add(std::chrono::duration<double, std::micro>(Clock::now() - started_).count());
        start();
    }

    Scene& scene_;
    Count& count_;
    const bool& open_;
    const std::string by_password_;
    bool asking_ = false;
    TimePoint started_;
    HttpClient http_;
};

std::string password_body(const Arguments& arguments) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
    const char* const password = std::getenv("LATCHKEY_BENCH_PASSWORD");
    if (password == nullptr) throw UsageError("wants LATCHKEY_BENCH_PASSWORD");
    return "{\"name\":\"" + arguments.required("sign-in") + "\",\"password\":\"" + password + "\"}";
}

int run(const Arguments& arguments) {
    const auto concurrency = arguments.number("concurrency", 1, 9000);
    const seconds time(arguments.number("seconds", 1, 3600));
    const seconds warm_up(arguments.number("warm-up-seconds", 0, 600));
    auto scene = scene_of(arguments);
    const auto processes = processes_of(arguments);
    const std::string body = scene.passkey ? std::string() : password_body(arguments);

    Loop loop;
    Count count;
    bool open = true;
    std::vector<std::unique_ptr<Person>> people;
    for (std::int64_t i = 0; i < concurrency; ++i) {
        people.push_back(std::make_unique<Person>(loop, scene, count, open, body));
        people.back()->start();
    }
    if (warm_up > seconds(0)) loop.run_for(warm_up);
    count.done = 0;
    count.time = {};
    const auto cpu_before = processes.cpu_seconds();
    const auto started = Clock::now();
    loop.run_for(std::chrono::duration_cast<milliseconds>(time));
    const std::chrono::duration<double> took = Clock::now() - started;
    const auto cpu = processes.cpu_seconds() - cpu_before;
    const auto done = count.done;
    open = false;
    loop.run_until(
        [&] {
            for (const auto& person : people) {
                if (person->is_busy()) return false;
            }
            return true;
        },
        Clock::now() + seconds(10)
    );

    Report("signins")
        .add("server", scene.target.authority)
        .add("concurrency", concurrency)
        .add("by", scene.passkey ? "passkey" : "password")
        .add("seconds", took.count())
        .add("signins", done)
        .add("failed", count.failed)
        .add("rate_per_s", static_cast<double>(done) / took.count())
        .add("server_cpu_us_each", cpu / static_cast<double>(done > 0 ? done : 1) * 1e6)
        .add("rate_per_server_cpu_s", cpu > 0 ? static_cast<double>(done) / cpu : 0.0)
        .add("signin", count.time)
        .add("first_failure", count.first_failure)
        .print();
    return done > 0 && count.failed == 0 ? 0 : 1;
}

}  // namespace

Scenario signins_scenario() {
    return {
        "signins",
        "people who sign in with a password, or with a passkey (--wire v1 --passkey 1)",
        server_options({
            {"concurrency", "16", "who signs in at the same time"},
            {"seconds", "5", "how long to measure"},
            {"warm-up-seconds", "1", "how long to go on before measuring"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
