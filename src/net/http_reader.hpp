/// HTTP/1.1 requests (RFC 9112), read over bytes. No I/O here; Beast's parser does the reading.
#pragma once

#include "net/http.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace latchkey::net {

/// Reads one request. Bytes may come in any pieces.
class HttpReader {
 public:
    struct Limits {
        std::size_t header_bytes_max;
        std::size_t body_bytes_max;
    };
    enum class Status : std::uint8_t {
        need_head,  ///< the head is not whole yet
        need_body,  ///< the head is, the body is not
        done,
        fault,  ///< answer `fault_status` and close: where the next request begins is not known
    };

    explicit HttpReader(const Limits& limits);
    ~HttpReader();
    HttpReader(const HttpReader&) = delete;
    HttpReader& operator=(const HttpReader&) = delete;

    /// Takes bytes from the front of `input`. Bytes it leaves (part of a head, or the next request)
    /// must be given again, with more behind them.
    Status feed(std::span<char>& input);
    /// Makes it ready for another request; keeps its memory.
    void reset();

    Request& request() { return request_; }
    bool keep_alive() const;
    bool is_http_1_1() const;  ///< or else HTTP/1.0, which knows no chunks
    /// The client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    bool expects_continue() const;
    /// An upgrade to WebSocket was asked for (RFC 6455 §4.1), well or badly.
    bool wants_websocket() const;
    unsigned fault_status() const { return fault_status_; }
    std::string_view fault_reason() const { return fault_reason_; }

 private:
    class Parser;
    Status refuse(unsigned status, std::string_view reason);
    Status check_head();

    const Limits limits_;
    Request request_;
    std::unique_ptr<Parser> parser_;
    bool head_checked_ = false;
    unsigned fault_status_ = 0;
    std::string_view fault_reason_;
};

}  // namespace latchkey::net
