/// A browser and a phone for the tests: plain blocking sockets, so that nothing of the server's own
/// code is on this side.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::login::test {

struct Reply {
    unsigned status = 0;
    std::multimap<std::string, std::string> fields;  ///< names in lower case
    std::string body;

    std::string field(const std::string& name) const;
    /// The value of the cookie that is set; nothing when it is not.
    std::optional<std::string> cookie(std::string_view name) const;
    /// The whole Set-Cookie line of that cookie.
    std::string cookie_line(std::string_view name) const;
    /// The text of a member of the JSON body.
    std::string text(std::string_view member) const;
    /// The stable word of a problem.
    std::string problem() const;
};

/// A request that is under way.
class Asking {
 public:
    explicit Asking(int descriptor) : descriptor_(descriptor) {}
    ~Asking();
    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;
    Asking(Asking&& other) noexcept;

    /// Whether its answer has begun to come. Does not wait.
    bool is_answered() const;
    /// All that comes before the server closes, or says nothing for ten seconds.
    std::string whole() const;

 private:
    int descriptor_;
};

/// Something with cookies that sends requests: a browser, or a phone.
class Visitor {
 public:
    explicit Visitor(std::uint16_t port) : port_(port) {}

    using Fields = std::vector<std::pair<std::string, std::string>>;
    Reply send(
        std::string_view method,
        std::string_view target,
        std::string_view body = {},
        Fields fields = {}
    );
    /// The two halves of `send`: others may ask in between.
    Asking ask(
        std::string_view method,
        std::string_view target,
        std::string_view body = {},
        const Fields& fields = {}
    ) const;
    Reply answer(const Asking& asking);
    Reply post_json(std::string_view target, std::string_view json, Fields fields = {});
    Reply post_form(std::string_view target, std::string_view form, Fields fields = {});

    std::map<std::string, std::string> cookies;  ///< kept from answers, sent with requests
    std::string cookie_field() const;
    std::uint8_t host = 1;  ///< it comes from 127.0.0.`host`
    std::uint16_t port() const { return port_; }

 private:
    std::uint16_t port_;
};

/// A WebSocket. Every read waits at most ten seconds and fails the test by an empty answer.
class Page {
 public:
    explicit Page(
        const Visitor& visitor, std::string_view subprotocol = {}, Visitor::Fields fields = {}
    );
    ~Page();
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;
    Page(Page&& other) noexcept;

    unsigned status() const { return reply_.status; }
    const Reply& reply() const { return reply_; }

    void say(std::string_view text);
    void say_binary(std::string_view bytes);
    /// The next text message; empty when the server closed, or says nothing.
    std::string hear();
    /// The close code, after whatever came before it; 0 when the server does not close.
    std::uint16_t closed();
    /// Ends the connection without a closing handshake.
    void drop();

 private:
    void send_frame(std::uint8_t opcode, std::string_view payload);
    bool fill(std::size_t bytes);
    int descriptor_ = -1;
    std::string input_;
    Reply reply_;
    std::uint16_t close_code_ = 0;
};

/// An answer to a GET that the server goes on with, or holds back.
class Stream {
 public:
    Stream(const Visitor& visitor, std::string_view target, Visitor::Fields fields);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Once its head is there.
    const Reply& reply();
    /// The data of the next event; empty when the server has ended, or says nothing.
    std::string hear();
    /// The body of an answer that has a length.
    std::string body();

 private:
    int descriptor_ = -1;
    std::string input_;
    Reply reply_;
};

}  // namespace latchkey::login::test
