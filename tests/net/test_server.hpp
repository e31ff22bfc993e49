/// A real server on a free port, with routes and an endpoint that do what the tests ask of them.
#pragma once

#include "crypto/random.hpp"
#include "net/frames.hpp"
#include "net/raw_client.hpp"
#include "net/server.hpp"

#include <boost/asio/co_spawn.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace latchkey::net::test {

/// Things that happen on one thread and are waited for on another.
template <class T>
class Happenings {
 public:
    void add(T what) {
        const std::scoped_lock lock(mutex_);
        what_.push_back(std::move(what));
        changed_.notify_all();
    }
    /// The next one. Fails the test instead of waiting for ever.
    T next() {
        std::unique_lock lock(mutex_);
        const bool came =
            changed_.wait_for(lock, milliseconds(patience_ms), [this] { return !what_.empty(); });
        if (!came) throw std::runtime_error("nothing happened");
        T what = std::move(what_.front());
        what_.pop_front();
        return what;
    }
    bool none() {
        const std::scoped_lock lock(mutex_);
        return what_.empty();
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<T> what_;
};

/// What the endpoint saw.
struct Event {
    std::string what;  ///< open, message, deadline, drain, close
    SocketId id;
    std::string data;
    CloseCode code{};
};

/// Echoes, but for messages that are orders: `close CODE REASON`, `flood BYTES`, `wake`, `drop`.
class Probe final : public SocketEndpoint {
 public:
    Happenings<Event> opens, messages, closes;
    bool stays_on_drain = false;

    Upgrade on_upgrade(const Request& request) override {
        if (request.query() == "refuse") return problem(401, "no", "No");
        const bool named = request.header("Sec-WebSocket-Protocol") == "latchkey.v1";
        return Accept{named ? std::string_view("latchkey.v1") : std::string_view()};
    }
    void on_open(Socket& socket, const Request& request) override {
        opens.add({"open", socket.id(), to_string(socket.address()), {}});
        if (request.query() == "greet") socket.send_text("hello");
        if (request.query() == "close") socket.close(CloseCode::bad_token, "at once");
        if (request.query() == "wake") socket.wake_after(milliseconds(1));
    }
    void on_message(Socket& socket, Message message) override {
        std::string_view data = message.data;
        if (data.starts_with("close ")) {
            const auto code = static_cast<CloseCode>(std::stoi(std::string(data.substr(6, 4))));
            socket.close(code, data.substr(std::min<std::size_t>(11, data.size())));
        } else if (data.starts_with("flood ")) {
            socket.send_binary(std::string(std::stoul(std::string(data.substr(6))), 'f'));
        } else if (data == "wake") {
            socket.wake_after(milliseconds(1));
        } else if (message.text) {
            socket.send_text(data);
        } else {
            socket.send_binary(data);
        }
        messages.add({"message", socket.id(), std::string(data), {}});
    }
    void on_deadline(Socket& socket) override { socket.send_text("woken"); }
    void on_drain(Socket& socket, milliseconds within) override {
        if (stays_on_drain) {
            socket.send_text("drain");
        } else {
            SocketEndpoint::on_drain(socket, within);
        }
    }
    void on_close(Socket& socket, CloseCode code) noexcept override {
        socket.send_text("never sent");
        closes.add({"close", socket.id(), {}, code});
    }
};

/// Requests that wait until the test lets them go.
class Gate {
 public:
    Happenings<Resume<std::string>> waiting;

    Async<Response> pass(Request request) {
        std::function<void(Resume<std::string>)> start = [this](Resume<std::string> resume) {
            waiting.add(std::move(resume));
        };
        const std::string body = co_await suspend<std::string>(std::move(start));
        co_return json_text(body + std::string(request.query()));
    }
};

inline Async<Response> at_once(Request request) {
    co_return json_text("at once " + std::string(request.query()));
}
inline Async<Response> throws_late(Request) {
    throw std::runtime_error("secret detail");
    co_return Response{};
}

/// A clock that stands still until a test moves it.
class StillClock {
 public:
    SteadyTime now() const { return SteadyTime(milliseconds(ms_.load())); }
    void move(milliseconds by) { ms_ += by.count(); }

 private:
    std::atomic<std::int64_t> ms_{1'000'000};
};

inline constexpr std::size_t big_bytes = std::size_t{8} * 1024 * 1024;
/// Less than what the server puts together before it writes.
inline constexpr std::size_t medium_bytes = std::size_t{60} * 1024;

/// Time stands still on it unless the test moves it: nothing runs out because a machine is slow.
class TestServer {
 public:
    using Change = std::function<void(ServerOptions&)>;

    explicit TestServer(const Change& change = {}) {
        add_routes();
        ServerOptions options;
        options.listen = {{"127.0.0.1:0", false}};
        options.random = crypto::system_random;
        options.steady_clock = [this] { return clock.now(); };
        if (change) change(options);
        server = std::make_unique<Server>(std::move(options), router);
        server->start();
    }

    std::uint16_t port(std::size_t listener = 0) const {
        const std::string& url = server->bound().at(listener);
        return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }
    RawClient client(const Connect& how = {}) const { return RawClient(port(), how); }
    /// A client whose WebSocket is open.
    RawClient socket(std::string_view target = "/ws/", const Connect& how = {}) {
        RawClient client(port(), how);
        const Answer answer = client.upgrade(target);
        if (answer.status != 101) throw std::runtime_error("no upgrade: " + answer.head);
        return client;
    }
    /// A client whose event stream has begun.
    RawClient stream(std::string_view target = "/events", const Connect& how = {}) {
        RawClient client(port(), how);
        const Answer answer = client.get(target);
        if (answer.status != 200) throw std::runtime_error("no event stream: " + answer.head);
        return client;
    }
    /// A client whose long poll is held back.
    RawClient poll(std::string_view target = "/poll", const Connect& how = {}) {
        RawClient client(port(), how);
        const std::uint64_t before = server->counts().polls;
        client.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        until([&] { return server->counts().polls > before; });
        return client;
    }
    /// Does something with a socket on its own thread; false when it is gone.
    bool with(const SocketId& id, std::function<void(Socket&)> act) {
        std::promise<bool> found;
        server->with_socket(id, [&](Socket* socket) {
            if (socket != nullptr) act(*socket);
            found.set_value(socket != nullptr);
        });
        return found.get_future().get();
    }
    /// Comes back when every thread has dealt with what had come to it.
    void settle() {
        // The first post may stand before events that are there already, the second stands behind
        // them.
        for (int turn = 0; turn < 2; ++turn) {
            for (unsigned i = 0; i < server->threads(); ++i) {
                std::promise<void> done;
                boost::asio::post(server->context(i), [&done] { done.set_value(); });
                done.get_future().wait();
            }
        }
    }
    /// So much time passes, and what is due by then is dealt with.
    void pass(milliseconds time) {
        settle();
        clock.move(time);
        server->look_at_clock();
        settle();
    }
    /// A time limit runs out. Deadlines are kept to half a second.
    void run_out(milliseconds limit) { pass(limit + milliseconds(500)); }
    /// Comes back when `happened` says so.
    template <class Happened>
    void until(Happened happened) {
        const auto end = std::chrono::steady_clock::now() + milliseconds(patience_ms);
        while (!happened()) {
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error("it did not happen");
            settle();
        }
    }
    Counts settled_counts() {
        settle();
        return server->counts();
    }

    StillClock clock;
    Router router;
    Gate gate;
    Probe probe;
    std::string big = std::string(big_bytes, 'b');
    std::string medium = std::string(medium_bytes, 'm');
    std::unique_ptr<Server> server;

 private:
    void add_routes() {
        router.on(Method::get, "/hello", [](const Request&) { return json_text("hello"); });
        router.on(Method::get, "/say", [](const Request& request) {
            return json_text(std::string(request.query()));
        });
        router.on(Method::post, "/echo", [](const Request& request) {
            return json_text(request.body);
        });
        router.on(Method::post, "/finish", [](const Request&) { return empty(); }, Spends::finish);
        router.on(Method::get, "/big", [this](const Request&) {
            Response response;
            response.content_type = "text/plain";
            response.static_body = big;
            return response;
        });
        router.on(Method::get, "/medium", [this](const Request&) {
            Response response;
            response.content_type = "text/plain";
            response.static_body = medium;
            return response;
        });
        router.on(Method::get, "/who", [](const Request& request) {
            return json_text(to_string(request.peer.address) + " " + request.own_origin());
        });
        router.on(Method::get, "/nothing", [](const Request&) { return empty(); });
        router.on(Method::get, "/bye", [](const Request&) {
            Response response = json_text("bye");
            response.close = true;
            return response;
        });
        router.on(Method::get, "/throws", [](const Request&) -> Response {
            throw std::runtime_error("secret detail");
        });
        router.on(Method::get, "/gate", [this](Request request) {
            return gate.pass(std::move(request));
        });
        router.on(Method::get, "/late", Deferred(at_once));
        router.on(Method::get, "/throws-late", Deferred(throws_late));
        router.socket("/ws/", probe);
        router.socket("/events", probe, Wire::events);
        router.socket("/poll", probe, Wire::answer);
    }
};

/// Keeps one thread of a server busy until it is let go, so that everything piles up before it.
class Held {
 public:
    explicit Held(Server& server, unsigned thread = 0) {
        std::promise<void> begun;
        boost::asio::post(server.context(thread), [&begun, free = free_.get_future().share()] {
            begun.set_value();
            free.wait();
        });
        begun.get_future().wait();
    }
    ~Held() { let_go(); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    void let_go() {
        if (!std::exchange(gone_, true)) free_.set_value();
    }

 private:
    std::promise<void> free_;
    bool gone_ = false;
};

inline std::string get_of(std::string_view target, std::string_view lines = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

/// Sends `bytes` in one packet with a request before them, whose answer the kernel does not take.
/// The client is slow.
inline void send_behind_an_answer_not_taken(
    TestServer& server, RawClient& client, std::string_view bytes
) {
    if (client.get("/hello").status != 200) throw std::runtime_error("not served");
    const int few_bytes = 4096;
    ::setsockopt(
        server_end_of(client).value(), SOL_SOCKET, SO_SNDBUF, &few_bytes, sizeof few_bytes
    );
    client.send(get_of("/medium") + std::string(bytes));
    server.until([&] { return server.server->counts().requests == 2; });
}

}  // namespace latchkey::net::test
