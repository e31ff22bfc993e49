/// WebSocket frames (RFC 6455 §5), read and written over bytes. No I/O here.
#pragma once

#include "base/utf8.hpp"
#include "net/socket.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::net {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

/// Appends one whole frame as a server sends it: final, not masked (RFC 6455 §5.1). Pure.
void append_frame(std::string& out, Opcode opcode, std::string_view payload);
/// Appends a close frame. `reason` is cut to 123 bytes, between characters; `no_status` and
/// `abnormal` give an empty payload.
void append_close(std::string& out, CloseCode code, std::string_view reason);

/// What a reader found in the bytes.
struct FrameEvent {
    enum class Kind : std::uint8_t { need_more, message, ping, pong, close, fault };
    Kind kind = Kind::need_more;
    bool text = false;  ///< of a message
    CloseCode code{
    };  ///< of a close (`no_status` when it had none); of a fault: what to close with
    std::string_view payload;  ///< message, ping's data, close reason, or why it is a fault; valid
                               ///< until the next call
};

struct FrameLimits {
    std::size_t message_bytes_max;
    std::size_t fragments_max;
};

/// Reads what a client sends. Holds memory only while something is incomplete, and never more than
/// one message and one control frame; when `idle`, it holds nothing and may be thrown away and made
/// anew. Text is checked as it arrives, so that a wrong byte fails at once (RFC 6455 §8.1). After a
/// fault nothing more is read.
class FrameReader {
 public:
    /// Takes bytes from the front of `input` (and removes them) up to the next event. Unmasks in
    /// place. Sizes beyond the limits are a fault as soon as the frame's head says so.
    FrameEvent next(std::span<char>& input, const FrameLimits& limits);
    bool idle() const { return head_size_ == 0 && !in_frame_ && !in_message_; }

 private:
    static constexpr std::size_t head_bytes_max = 14;
    static constexpr std::size_t control_bytes_max = 125;

    struct Head {
        bool final = false;
        Opcode opcode = Opcode::text;
        std::size_t size = 0;   ///< of the payload
        std::size_t bytes = 0;  ///< of the head itself
        std::array<char, 4> mask{};
    };
    enum class Parsed : std::uint8_t { whole, need_more, fault };
    Parsed parse_head(std::string_view bytes, Head& head);
    bool accept_head(const FrameLimits& limits);
    FrameEvent take_payload(std::span<char>& input);
    FrameEvent frame_end(std::string_view payload);
    FrameEvent close_event(std::string_view payload);
    FrameEvent fault(CloseCode code, std::string_view why);
    void forget_last_event();

    std::array<char, head_bytes_max> head_bytes_{};
    std::uint8_t head_size_ = 0;  ///< bytes of an incomplete head
    bool in_frame_ = false;       ///< a head was read, payload is still to come
    bool in_message_ = false;     ///< fragments came, the final one did not
    bool message_is_text_ = false;
    bool message_given_ = false;  ///< the last event showed `message_`
    bool control_given_ = false;
    bool failed_ = false;
    Utf8Checker utf8_;
    Head frame_;
    std::size_t frame_read_ = 0;  ///< payload bytes of the frame so far
    std::size_t fragments_ = 0;
    CloseCode fault_code_{};
    std::string_view fault_why_;
    std::string message_;
    std::string control_;
};

}  // namespace latchkey::net
