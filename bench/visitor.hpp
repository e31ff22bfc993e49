#pragma once

#include "passkey.hpp"
#include "report.hpp"
#include "websocket_client.hpp"
#include "wire.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace latchkey::bench {

/// What every page and phone of a run shares. Must outlive them.
struct Scene {
    Target target;
    Wire wire = Wire::classic;
    std::string session;  ///< the phone's Cookie value, or empty
    Sources sources;
    std::vector<std::string> browsers;  ///< v1: the cookies of each that the account has
    std::optional<Passkey> passkey{};   ///< v1: with which the phone approves
    std::size_t people = 0;
    std::int64_t messages = 0;  ///< that pages have got
};

/// A browser's page: a WebSocket that waits for its login.
class Page final : private WebSocketClient::Owner {
 public:
    class Owner {
     public:
        /// The server has acknowledged the token.
        virtual void on_waiting() = 0;
        /// The push has come. It may also come without `on_waiting`.
        virtual void on_approved() = 0;
        /// The socket is over.
        virtual void on_page_end(std::string_view why) = 0;

     protected:
        ~Owner() = default;
    };

    Page(Loop& loop, Scene& scene, Owner& owner)
        : scene_(scene), owner_(&owner), socket_(loop, *this) {}

    /// Connects and begins to wait. Throws std::system_error without a socket.
    void open(const NewLogin& login, in_addr source);
    /// Asks for the closing handshake; `on_page_end` follows.
    void close() { socket_.close(); }
    /// Drops the connection at once and silently.
    void drop() { socket_.drop(); }
    /// From now on another one hears of it.
    void hand_to(Owner& owner) { owner_ = &owner; }
    [[nodiscard]] bool is_open() const { return socket_.is_open(); }

 private:
    void on_socket_open() override;
    void on_message(std::string_view text) override;
    void on_socket_end(int code, std::string_view why) override;

    Scene& scene_;
    Owner* owner_;
    std::string message_;
    WebSocketClient socket_;
};

/// How one login went. Times in microseconds.
struct Outcome {
    enum class Kind { done, failed, lost };
    Kind kind = Kind::failed;
    double login_us = 0;  ///< from the first request sent to the push received; v1: to the session
    double push_us = 0;   ///< from the approval sent to the push received
    std::string why;      ///< of a failure
};

/// A person with a browser and a phone who signs in, once for each `start`: asks for a code over a
/// keep-alive connection, waits on a new WebSocket, approves over that keep-alive connection,
/// hears the push, closes the socket. On the v1 wire always with the same browser, one of those
/// that the account has; the phone scans before it approves, both over the same connection and from
/// the address of the page, with its passkey where the scene has one, and the browser takes its
/// session before it closes.
class Visitor final : private Page::Owner {
 public:
    using Done = std::function<void(const Outcome&)>;

    Visitor(Loop& loop, Scene& scene, Done done);

    /// Begins a login. `done` is called once, never before this returns, provided that `check` is
    /// called from time to time.
    void start();
    /// Ends a login that has taken too long, as failed or lost.
    void check(TimePoint now);
    [[nodiscard]] bool is_busy() const { return step_ != Step::idle; }

 private:
    enum class Step { idle, asking, opening, scanning, approving, collecting, closing };

    void on_waiting() override;
    void on_approved() override;
    void on_page_end(std::string_view why) override;
    void answered(const Response* response, std::string_view why);
    void open_page();
    void on_new_login(const Response& response);
    void on_scan(const Response& response);
    void approve();
    void both_heard();
    void close_page();
    void finish(Outcome::Kind kind, std::string_view why);

    Scene& scene_;
    Sources own_;       // one address, for the wire that asks whether both ends are near
    Sources& sources_;  // that one, or all of the scene
    Done done_;
    Step step_ = Step::idle;
    NewLogin login_;
    std::string browser_;  // its cookies, on the v1 wire
    TimePoint started_;
    TimePoint approval_sent_;
    bool approval_answered_ = false;
    bool pushed_ = false;
    Outcome outcome_;
    HttpClient http_;
    Page page_;
};

}  // namespace latchkey::bench
