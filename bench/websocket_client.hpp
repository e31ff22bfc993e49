#pragma once

#include "stream.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::bench {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// One frame of a client, masked (RFC 6455 §5.2, §5.3). `size_said` puts another length than the
/// payload's into the head, for clients that promise more than they have sent yet.
[[nodiscard]] std::string client_frame(
    Opcode opcode,
    std::string_view payload,
    bool last = true,
    std::optional<std::uint64_t> size_said = std::nullopt
);

/// One frame of a server; the payload points into the bytes that were parsed.
struct ServerFrame {
    enum class State { incomplete, malformed, complete };
    State state = State::incomplete;
    Opcode opcode = Opcode::text;
    std::string_view payload;
    std::size_t bytes = 0;  ///< head and payload
};

/// Reads one frame of a server. Masked frames, reserved bits and fragments are malformed: no server
/// here has a reason to send them.
[[nodiscard]] ServerFrame parse_server_frame(std::string_view bytes);

/// The handshake request (RFC 6455 §4.1). `cookies` is the whole Cookie value, or empty, and so is
/// `subprotocol`.
/// The key is always the one of the RFC's example, so that the accept value is known without SHA-1.
[[nodiscard]] std::string handshake_request(
    const Target& target,
    std::string_view path,
    std::string_view cookies,
    std::string_view subprotocol = {}
);

/// A WebSocket connection. Pings are answered, a close is answered, and the connection may be
/// opened again after its end.
class WebSocketClient final : private Stream::Owner {
 public:
    class Owner {
     public:
        virtual void on_socket_open() = 0;
        virtual void on_message(std::string_view text) = 0;
        /// The connection is over. `code` is the close code that the server sent, 1005 when it sent
        /// a close without one, or 1006 when it sent none. `why` is for people.
        virtual void on_socket_end(int code, std::string_view why) = 0;

     protected:
        ~Owner() = default;
    };

    WebSocketClient(Loop& loop, Owner& owner) : owner_(owner), stream_(loop, *this) {}

    /// Connects and sends the handshake. Throws std::system_error as `Stream::open` does.
    void open(const Target& target, in_addr source, std::string handshake, int receive_bytes = 0);
    void send_text(std::string_view text) { stream_.send(client_frame(Opcode::text, text)); }
    /// Sends bytes as they are, for clients that misbehave.
    void send_raw(std::string_view bytes) { stream_.send(bytes); }
    /// Sends a close frame with code 1000; `on_socket_end` follows when the server has ended it.
    void close();
    /// Drops the connection at once and silently.
    void drop() { stream_.close(); }
    void pause(bool paused) { stream_.pause(paused); }

    [[nodiscard]] bool is_open() const { return stream_.is_open(); }
    [[nodiscard]] std::size_t unsent() const { return stream_.unsent(); }

 private:
    void on_open() override;
    std::size_t on_bytes(std::string_view bytes) override;
    void on_end(std::string_view why) override;
    void fail(std::string_view why);
    /// Returns false when the connection ended on this frame.
    bool take(const ServerFrame& frame);

    Owner& owner_;
    std::string handshake_;
    bool upgraded_ = false;
    bool closing_ = false;
    std::uint32_t opened_ = 0;
    int code_ = 1006;
    Stream stream_;
};

}  // namespace latchkey::bench
