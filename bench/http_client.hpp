#pragma once

#include "stream.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::bench {

/// One answer. The views point into the bytes that were parsed.
struct Response {
    int status = 0;
    std::string_view head;  ///< status line and header fields, with the last CRLF of the fields
    std::string body;       ///< without chunk framing
    bool keep_alive = true;

    /// The value of the first field of that name at or after `from` (an offset into `head`, moved
    /// behind the field), without blanks around it. Names compare without case (RFC 9110 §5.1).
    [[nodiscard]] std::optional<std::string_view> field(
        std::string_view name, std::size_t* from = nullptr
    ) const;
};

/// What `parse_response` found.
struct ParsedResponse {
    enum class State { incomplete, malformed, complete };
    State state = State::incomplete;
    std::size_t bytes = 0;  ///< how many were the answer, when complete
    Response response;
};

/// Reads one HTTP/1.1 answer (RFC 9112) with Content-Length, chunks or no body at all (1xx, 204,
/// 304). Answers delimited by the end of the connection are malformed here.
[[nodiscard]] ParsedResponse parse_response(std::string_view bytes);

/// A keep-alive connection that carries one request at a time. It connects by itself, and connects
/// and sends again when an idle connection was ended by the server before any byte of the answer.
class HttpClient final : private Stream::Owner {
 public:
    /// `response` is null when the request failed; `why` says then what happened.
    using Done = std::function<void(const Response* response, std::string_view why)>;

    HttpClient(Loop& loop, const Target& target, Sources& sources, Done done);

    /// Sends `request` (head and body, complete). One answer or one failure follows, never before
    /// this returns.
    void send(std::string request);
    /// Drops the connection and forgets an outstanding request.
    void reset();
    /// Whether a request is outstanding.
    [[nodiscard]] bool is_busy() const { return busy_; }

 private:
    void on_open() override;
    std::size_t on_bytes(std::string_view bytes) override;
    void on_end(std::string_view why) override;
    void finish(const Response* response, std::string_view why);

    const Target& target_;
    Sources& sources_;
    Done done_;
    std::string request_;
    bool busy_ = false;
    bool reused_ = false;    // the request went over a connection that had served another before
    bool answered_ = false;  // bytes of the answer have arrived
    Stream stream_;
};

}  // namespace latchkey::bench
