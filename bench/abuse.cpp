#include "scenario.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t big_bytes = 48UL * 1024 * 1024;
constexpr std::size_t piece_bytes = 256UL * 1024;
constexpr std::size_t opening_at_once_max = 256;

/// What all cases share.
struct Bench {
    Loop loop;
    Scene scene;
    Processes processes;
    seconds hold;
};

/// Reads the server's memory now and on every tick, and prints what a case did to it.
class Watch {
 public:
    explicit Watch(Bench& bench)
        : bench_(bench),
          started_(Clock::now()),
          before_(bench.processes.pss_bytes()),
          peak_(before_) {
        bench.loop.on_tick([this](TimePoint) { look(); });
    }
    ~Watch() { bench_.loop.on_tick({}); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    void look() { peak_ = std::max(peak_, bench_.processes.pss_bytes()); }

    /// Asks for a code as somebody else would, and notes how long that took.
    void visit() {
        if (bench_.scene.wire != Wire::classic) return;
        const auto asked = Clock::now();
        try {
            const auto answer = ask(bench_.scene, new_login_request(bench_.scene.target));
            const std::chrono::duration<double, std::micro> took = Clock::now() - asked;
            if (answer.status == 200) bystander_us_ = took.count();
        } catch (const std::runtime_error& unanswered) {
            std::fprintf(stderr, "latchkey-bench abuse: somebody else: %s\n", unanswered.what());
        }
    }
    /// The exit status of a case: whether somebody else was served, where anybody asked.
    [[nodiscard]] int status() const {
        return bench_.scene.wire != Wire::classic || bystander_us_ >= 0 ? 0 : 1;
    }

    Report report(std::string_view name, std::size_t connections) {
        look();
        const std::chrono::duration<double> took = Clock::now() - started_;
        Report report("abuse");
        report.add("case", name)
            .add("server", bench_.scene.target.authority)
            .add("connections", static_cast<std::int64_t>(connections))
            .add("seconds", took.count())
            .add("pss_before_bytes", before_)
            .add("pss_peak_growth_bytes", peak_ - before_)
            .add(
                "pss_peak_growth_bytes_each",
                static_cast<double>(peak_ - before_) / static_cast<double>(connections)
            )
            .add("bystander_us", bystander_us_);
        return report;
    }

 private:
    Bench& bench_;
    TimePoint started_;
    std::int64_t before_;
    std::int64_t peak_;
    double bystander_us_ = -1;  // not served
};

/// A connection that says something and then nothing more.
class Mute final : private Stream::Owner {
 public:
    Mute(Bench& bench, std::string_view words) : words_(words), stream_(bench.loop, *this) {
        stream_.open(bench.scene.target, bench.scene.sources.next());
    }

    [[nodiscard]] bool is_open() const { return opened_; }
    [[nodiscard]] bool is_over() const { return over_; }

 private:
    void on_open() override {
        opened_ = true;
        stream_.send(words_);
    }
    std::size_t on_bytes(std::string_view bytes) override { return bytes.size(); }
    void on_end(std::string_view) override { over_ = true; }

    std::string_view words_;
    bool opened_ = false;
    bool over_ = false;
    Stream stream_;
};

int mutes(Bench& bench, std::string_view name, std::size_t count, std::string_view words) {
    Watch watch(bench);
    std::vector<std::unique_ptr<Mute>> all;
    const auto tally = [&](bool (Mute::*is)() const) {
        return static_cast<std::size_t>(std::ranges::count_if(all, [&](const auto& mute) {
            return ((*mute).*is)();
        }));
    };
    std::size_t settled = 0;  // all before it are open or over
    const auto all_settled = [&] {
        while (settled < all.size() && (all[settled]->is_open() || all[settled]->is_over())) {
            ++settled;
        }
        return settled == all.size();
    };
    while (all.size() < count) {
        for (std::size_t i = 0; i < opening_at_once_max && all.size() < count; ++i) {
            all.push_back(std::make_unique<Mute>(bench, words));
        }
        if (!bench.loop.run_until(all_settled, Clock::now() + seconds(10))) break;
    }
    const auto opened = tally(&Mute::is_open);
    bench.loop.run_for(milliseconds(500));
    const auto closed_at_once = tally(&Mute::is_over);
    watch.visit();
    std::size_t looked = 0;
    bench.loop.run_until(
        [&] {
            while (looked < all.size() && all[looked]->is_over()) ++looked;
            return looked == all.size();
        },
        Clock::now() + bench.hold
    );
    watch.report(name, count)
        .add("opened", static_cast<std::int64_t>(opened))
        .add("closed_at_once", static_cast<std::int64_t>(closed_at_once))
        .add("closed_by_server", static_cast<std::int64_t>(tally(&Mute::is_over)))
        .add("hold_s", static_cast<std::int64_t>(bench.hold.count()))
        .print();
    return opened == count ? watch.status() : 1;
}

/// A WebSocket whose end we wait for.
class Socket final : public WebSocketClient::Owner {
 public:
    void on_socket_open() override { opened = true; }
    void on_message(std::string_view) override {}
    void on_socket_end(int close_code, std::string_view) override {
        over = true;
        code = close_code;
    }

    bool opened = false;
    bool over = false;
    int code = 0;
};

/// Sends pieces until `total` bytes have been taken, the server has ended it, or it has taken
/// nothing for the holding time. Returns how many bytes were sent.
std::size_t pour(
    Bench& bench,
    const Socket& socket,
    WebSocketClient& client,
    std::string_view piece,
    std::size_t total
) {
    std::size_t sent = 0;
    while (sent < total && !socket.over) {
        client.send_raw(piece);
        sent += piece.size();
        const bool taken = bench.loop.run_until(
            [&] { return socket.over || client.unsent() == 0; }, Clock::now() + bench.hold
        );
        if (!taken) break;
    }
    return sent - std::min(sent, client.unsent());
}

bool connected(Bench& bench, const Socket& socket) {
    bench.loop.run_until([&] { return socket.opened || socket.over; }, Clock::now() + seconds(10));
    return socket.opened;
}

int big_message(Bench& bench, bool fragments) {
    Watch watch(bench);
    Socket socket;
    WebSocketClient client(bench.loop, socket);
    const auto login = bench.scene.wire == Wire::nchan ? unregistered_login() : NewLogin{};
    client.open(
        bench.scene.target,
        bench.scene.sources.next(),
        wait_request(bench.scene.target, bench.scene.wire, login)
    );
    if (!connected(bench, socket)) return 1;
    const std::string zeros(piece_bytes, 'a');
    std::string piece = zeros;
    if (fragments) {
        client.send_raw(client_frame(Opcode::text, zeros, false));
        piece = client_frame(Opcode::continuation, zeros, false);
    } else {
        client.send_raw(client_frame(Opcode::text, {}, true, big_bytes));
    }
    const auto sent = pour(bench, socket, client, piece, big_bytes);
    bench.loop.run_until([&] { return socket.over; }, Clock::now() + bench.hold);
    watch.visit();
    watch.report(fragments ? "big-fragments" : "big-frame", 1)
        .add("sent_bytes", static_cast<std::int64_t>(sent))
        .add_flag("closed_by_server", socket.over)
        .add("close_code", static_cast<std::int64_t>(socket.code))
        .print();
    return watch.status();
}

int big_body(Bench& bench) {
    Watch watch(bench);
    std::optional<int> status;
    HttpClient http(
        bench.loop,
        bench.scene.target,
        bench.scene.sources,
        [&](const Response* response, std::string_view) {
            status = response != nullptr ? response->status : 0;
        }
    );
    NewLogin login;
    login.code = std::string(big_bytes, 'a');
    http.send(approve_request(bench.scene.target, bench.scene.wire, login, bench.scene.session));
    bench.loop.run_until([&] { return status.has_value(); }, Clock::now() + bench.hold);
    watch.visit();
    watch.report("big-body", 1)
        .add("sent_bytes", static_cast<std::int64_t>(big_bytes))
        .add_flag("answered", status.has_value())
        .add("status", static_cast<std::int64_t>(status.value_or(0)))
        .print();
    return watch.status();
}

/// Asks for answers all the time and reads none of them.
int slow_reader(Bench& bench) {
    if (bench.scene.wire == Wire::nchan) return 0;
    Watch watch(bench);
    const auto given = ask(bench.scene, new_login_request(bench.scene.target));
    Response response;
    response.status = given.status;
    response.body = given.body;
    auto login = read_new_login(response);
    if (!login) return 1;
    login->cookies = given.cookies;

    Socket socket;
    WebSocketClient client(bench.loop, socket);
    client.open(
        bench.scene.target,
        bench.scene.sources.next(),
        wait_request(bench.scene.target, bench.scene.wire, *login),
        4096
    );
    if (!connected(bench, socket)) return 1;
    client.pause(true);
    std::string piece;
    const auto question = client_frame(Opcode::text, wait_message(bench.scene.wire, *login)) +
                          client_frame(Opcode::ping, std::string(125, 'p'));
    while (piece.size() < piece_bytes) piece.append(question);
    const auto sent = pour(bench, socket, client, piece, big_bytes);
    watch.visit();
    client.pause(false);
    bench.loop.run_until([&] { return socket.over; }, Clock::now() + bench.hold);
    watch.report("slow-reader", 1)
        .add("sent_bytes", static_cast<std::int64_t>(sent))
        .add_flag("closed_by_server", socket.over)
        .add("close_code", static_cast<std::int64_t>(socket.code))
        .print();
    return watch.status();
}

int run(const Arguments& arguments) {
    const auto& wanted = arguments.text("case");
    const auto silent = static_cast<std::size_t>(arguments.number("silent", 1, sockets_max()));
    const auto half_open =
        static_cast<std::size_t>(arguments.number("half-open", 1, sockets_max()));
    Bench bench{
        {},
        scene_of(arguments),
        processes_of(arguments),
        seconds(arguments.number("hold-seconds", 1, 600)),
    };
    if (bench.processes.empty()) throw UsageError("--pids is needed: memory is read there");

    int failed = 0;
    bool known = false;
    const auto wants = [&](std::string_view name) {
        const bool yes = wanted == "all" || wanted == name;
        known = known || yes;
        return yes;
    };
    constexpr std::string_view unfinished =
        "GET /ws/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso";
    if (wants("big-frame")) failed += big_message(bench, false);
    if (wants("big-fragments")) failed += big_message(bench, true);
    if (wants("big-body")) failed += big_body(bench);
    if (wants("slow-reader")) failed += slow_reader(bench);
    if (wants("silent")) failed += mutes(bench, "silent", silent, {});
    if (wants("half-open")) failed += mutes(bench, "half-open", half_open, unfinished);
    if (!known) throw UsageError("--case: no such case as " + wanted);
    return failed == 0 ? 0 : 1;
}

}  // namespace

Scenario abuse_scenario() {
    return {
        "abuse",
        "what hostile clients cost the server: memory at its peak, and whether others are served",
        server_options({
            {"case",
             "all",
             "big-frame, big-fragments, big-body, slow-reader, silent, half-open or all"},
            {"silent", "300", "sockets that say nothing"},
            {"half-open", "19000", "handshakes that stop in the middle of the head"},
            {"hold-seconds", "10", "how long each case waits for the server to end it"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
