/// Browsers that wait, as endpoints see them, by whichever wire they came: a WebSocket, an event
/// stream, or one answer that is held back. Each is a small record without buffers; an endpoint is
/// called when something happens on one.
#pragma once

#include "base/time.hpp"
#include "net/http.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

namespace latchkey::net {

/// Where a socket lives: thread, place in its slab, and which of those who had that place. Never
/// reused within 2^31 sockets of one place. Plain value; knowing one permits nothing.
struct SocketId {
    /// Of `generation`, so that what packs an id into 64 bits loses nothing of it.
    static constexpr std::uint32_t generation_max = 0x7fffffff;
    std::uint8_t loop = 0;
    std::uint32_t slot = 0;
    std::uint32_t generation = 0;
    friend auto operator<=>(const SocketId&, const SocketId&) = default;
};

/// Close codes of RFC 6455 §7.4.1, and ours: 4000–4099 stop, 4100–4199 make a new login, 4200–4299
/// reconnect after a random delay.
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    unsupported_data = 1003,
    no_status = 1005,  ///< never on the wire
    abnormal = 1006,   ///< never on the wire: the connection just ended
    invalid_payload = 1007,
    policy_violation = 1008,
    message_too_big = 1009,
    internal_error = 1011,
    bad_message = 4000,
    bad_token = 4001,
    bad_origin = 4003,
    expired = 4100,
    consumed = 4101,
    draining = 4200,
    overloaded = 4201,
    slow = 4202,
};

/// How what an endpoint says reaches the browser.
enum class Wire : std::uint8_t {
    websocket,  ///< messages both ways (RFC 6455)
    events,     ///< server-sent events (WHATWG HTML): an answer to a GET that goes on
    answer,     ///< a long poll: the answer to a GET, held back until there is one thing to say
};

/// What an endpoint keeps with a socket: `note_bytes` of trivially copyable data inside the record.
inline constexpr std::size_t note_bytes = 40;

struct Message {
    bool text = true;       ///< valid UTF-8 then; binary otherwise
    std::string_view data;  ///< valid during the call
};

class Loop;
class SocketEndpoint;

/// An open socket of any wire, during one call on its own thread. Never keep it: keep its `id()`.
/// An event stream or a long poll that is over leaves its connection to the next request, and with
/// that perhaps to another socket: of another id and another nonce, with an empty note.
class Socket {
 public:
    Socket(Loop& loop, std::uint32_t slot) : loop_(loop), slot_(slot) {}

    SocketId id() const;
    Wire wire() const;
    /// 64 random bits that go with the socket for its life: half of its unguessable name.
    std::uint64_t nonce() const;
    const IpAddress& address() const;
    /// What serves it.
    SocketEndpoint& endpoint() const;

    /// The endpoint's own bytes, zero at first.
    template <class T>
    T& note() {
        static_assert(
            std::is_trivially_copyable_v<T> && sizeof(T) <= note_bytes && alignof(T) <= 8
        );
        return *reinterpret_cast<T*>(note_memory());
    }

    /// Sends a text message: in order, at most once, never waits. What the kernel does not take is
    /// queued up to `queue_bytes_max`; a peer beyond that is closed as `slow`, behind what is
    /// queued. Nothing is sent after `close`. An event stream has it as one event, of whose data
    /// each line ends in LF. A long poll has it as its answer, JSON by then, and that was all: the
    /// socket is closing from then on, and `on_close(normal)` follows.
    void send_text(std::string_view text);
    /// As `send_text`. Only a WebSocket carries bytes that are no text: the others are closed as
    /// `unsupported_data`.
    void send_binary(std::string_view bytes);
    /// Starts the closing handshake (RFC 6455 §7.1.2). `reason` is at most 123 bytes. An event
    /// stream ends with an event `close` whose data is `{"code":…,"reason":…}`; a long poll is
    /// answered as `unsaid` has it. Both connections stay, if the client wants.
    void close(CloseCode code, std::string_view reason = {});
    bool closing() const;
    /// Calls the endpoint's `on_deadline` once after `delay` (to a quarter of a second); replaces
    /// an earlier one.
    void wake_after(milliseconds delay);

 private:
    void* note_memory();
    Loop& loop_;
    std::uint32_t slot_;
};

/// The answer to an upgrade: go on with that subprotocol (empty: none), or refuse with a response.
struct Accept {
    std::string_view subprotocol;  ///< a literal; of a WebSocket only
};
using Upgrade = std::variant<Accept, Response>;

/// What serves the sockets of a path. Every call for one connection is made on that connection's
/// thread, one at a time, in the order of events; calls for different connections run at once.
/// Calls must not block or throw.
class SocketEndpoint {
 public:
    virtual ~SocketEndpoint() = default;
    /// Before anything is answered, whatever the wire. Other sites have been refused. Has no
    /// effects.
    virtual Upgrade on_upgrade(const Request& request) = 0;
    /// After the 101, or the head of the event stream; a long poll has been told nothing yet.
    /// `request` is the one that `on_upgrade` saw.
    virtual void on_open(Socket& socket, const Request& request) = 0;
    /// Of a WebSocket only.
    virtual void on_message(Socket& socket, Message message) = 0;
    virtual void on_deadline(Socket& socket) = 0;
    /// The server drains: say so and close by `within`. Default: close 4200 at once.
    virtual void on_drain(Socket& socket, milliseconds within);
    /// The last call for that socket; sending has no effect any more.
    virtual void on_close(Socket& socket, CloseCode code) noexcept = 0;
};

}  // namespace latchkey::net
