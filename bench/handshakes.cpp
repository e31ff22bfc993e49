#include "scenario.hpp"

#include <memory>

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

struct Count {
    std::int64_t done = 0;
    std::int64_t failed = 0;
    std::string first_failure;
};

/// Connects, upgrades and closes, over and over.
class Knocker final : private WebSocketClient::Owner {
 public:
    Knocker(Loop& loop, Scene& scene, Count& count, const bool& open, bool drops)
        : scene_(scene), count_(count), open_(open), drops_(drops), socket_(loop, *this) {}

    void start() {
        auto login = scene_.wire == Wire::nchan ? unregistered_login() : NewLogin{};
        socket_.open(
            scene_.target, scene_.sources.next(), wait_request(scene_.target, scene_.wire, login)
        );
    }

    [[nodiscard]] bool is_busy() const { return socket_.is_open(); }

 private:
    void on_socket_open() override {
        upgraded_ = true;
        if (!drops_) return socket_.close();
        socket_.drop();
        ended();
    }

    void on_message(std::string_view) override {}

    void on_socket_end(int, std::string_view why) override {
        if (!upgraded_) {
            ++count_.failed;
            if (count_.first_failure.empty()) count_.first_failure = why;
            if (open_) start();
            return;
        }
        ended();
    }

    void ended() {
        ++count_.done;
        upgraded_ = false;
        if (open_) start();
    }

    Scene& scene_;
    Count& count_;
    const bool& open_;
    bool drops_;
    bool upgraded_ = false;
    WebSocketClient socket_;
};

int run(const Arguments& arguments) {
    const auto concurrency = arguments.number("concurrency", 1, 9000);
    const seconds time(arguments.number("seconds", 1, 3600));
    const seconds warm_up(arguments.number("warm-up-seconds", 0, 600));
    const auto& closing = arguments.text("close");
    if (closing != "frame" && closing != "drop") throw UsageError("--close: want frame or drop");
    auto scene = scene_of(arguments);
    const auto processes = processes_of(arguments);

    Loop loop;
    Count count;
    bool open = true;
    std::vector<std::unique_ptr<Knocker>> knockers;
    for (std::int64_t i = 0; i < concurrency; ++i) {
        knockers.push_back(std::make_unique<Knocker>(loop, scene, count, open, closing == "drop"));
        knockers.back()->start();
    }
    if (warm_up > seconds(0)) loop.run_for(warm_up);

    const auto done_before = count.done;
    const auto cpu_before = processes.cpu_seconds();
    const auto own_cpu_before = own_cpu_seconds();
    const auto started = Clock::now();
    loop.run_for(std::chrono::duration_cast<milliseconds>(time));
    const std::chrono::duration<double> took = Clock::now() - started;
    const auto cpu = processes.cpu_seconds() - cpu_before;
    const auto own_cpu = own_cpu_seconds() - own_cpu_before;
    const auto done = count.done - done_before;
    open = false;

    const auto each = done > 0 ? static_cast<double>(done) : 1.0;
    Report("handshakes")
        .add("server", scene.target.authority)
        .add("concurrency", concurrency)
        .add("close", closing)
        .add("seconds", took.count())
        .add("handshakes", done)
        .add("failed", count.failed)
        .add("rate_per_s", static_cast<double>(done) / took.count())
        .add("server_cpu_us_each", cpu / each * 1e6)
        .add("server_cpu_cores", cpu / took.count())
        .add("rate_per_server_cpu_s", cpu > 0 ? static_cast<double>(done) / cpu : 0.0)
        .add("client_cpu_us_each", own_cpu / each * 1e6)
        .add("first_failure", count.first_failure)
        .print();
    return done > 0 && count.failed == 0 ? 0 : 1;
}

}  // namespace

Scenario handshakes_scenario() {
    return {
        "handshakes",
        "WebSockets opened and closed again: connect, upgrade, close",
        server_options({
            {"concurrency", "64", "connections at the same time"},
            {"seconds", "5", "how long to measure"},
            {"warm-up-seconds", "1", "how long to go on before measuring"},
            {"close",
             "frame",
             "frame (the closing handshake of RFC 6455) or drop (just close the connection)"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
