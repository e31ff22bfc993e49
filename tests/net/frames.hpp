/// Frames as clients write them, and what a reader makes of bytes that come in pieces.
#pragma once

#include "net/frame.hpp"

#include <cstdint>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::net::test {

/// One frame as a client sends it. Everything a faulty client could do wrong is a member.
struct ClientFrame {
    std::uint8_t opcode = 1;
    std::string payload = {};
    bool final = true;
    std::uint8_t reserved = 0;  ///< the three bits, as 0x40, 0x20, 0x10
    bool masked = true;
    std::string mask = std::string("\x37\xfa\x21\x3d", 4);
    int length_bytes = 0;  ///< of the extended length: 2 or 8 although fewer would do

    std::string bytes() const {
        std::string out;
        out += static_cast<char>((final ? 0x80 : 0) | reserved | opcode);
        const std::uint64_t size = payload.size();
        int extra = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
        if (length_bytes != 0) extra = length_bytes;
        const std::uint8_t mask_bit = masked ? 0x80 : 0;
        const auto small = static_cast<std::uint8_t>(extra == 0 ? size : extra == 2 ? 126 : 127);
        out += static_cast<char>(mask_bit | small);
        for (int i = extra - 1; i >= 0; --i) out += static_cast<char>(size >> 8 * i);
        if (!masked) return out + payload;
        out += mask;
        for (std::size_t i = 0; i < payload.size(); ++i)
            out += static_cast<char>(payload[i] ^ mask[i % 4]);
        return out;
    }
};

inline std::string text_frame(std::string payload) {
    return ClientFrame{.opcode = 1, .payload = std::move(payload)}.bytes();
}
inline std::string binary_frame(std::string payload) {
    return ClientFrame{.opcode = 2, .payload = std::move(payload)}.bytes();
}
inline std::string ping_frame(std::string payload = {}) {
    return ClientFrame{.opcode = 9, .payload = std::move(payload)}.bytes();
}
inline std::string pong_frame(std::string payload = {}) {
    return ClientFrame{.opcode = 10, .payload = std::move(payload)}.bytes();
}
inline std::string close_payload(unsigned code, std::string_view reason = {}) {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    return payload.append(reason);
}
inline std::string close_frame(unsigned code, std::string_view reason = {}) {
    return ClientFrame{.opcode = 8, .payload = close_payload(code, reason)}.bytes();
}

/// An event that outlives the reader's next call.
struct Seen {
    FrameEvent::Kind kind{};
    bool text = false;
    CloseCode code{};
    std::string payload;
    friend bool operator==(const Seen&, const Seen&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
    constexpr const char* kinds[] = {"need_more", "message", "ping", "pong", "close", "fault"};
    return out << kinds[static_cast<int>(seen.kind)] << (seen.text ? " text " : " ")
               << static_cast<int>(seen.code) << " [" << seen.payload.size() << "] \""
               << seen.payload.substr(0, 40) << '"';
}

inline constexpr FrameLimits roomy{1 << 20, 1000};

/// Every event that the pieces make, up to a fault or a close; and how many bytes were needed.
struct FrameReading {
    std::vector<Seen> events;
    std::size_t bytes_fed = 0;
    bool idle = false;
};

inline FrameReading read_pieces(
    const std::vector<std::string>& pieces, const FrameLimits& limits = roomy
) {
    FrameReading reading;
    FrameReader reader;
    for (std::string piece : pieces) {
        reading.bytes_fed += piece.size();
        std::span<char> input(piece);
        while (true) {
            const FrameEvent event = reader.next(input, limits);
            if (event.kind == FrameEvent::Kind::need_more) break;
            const bool fault = event.kind == FrameEvent::Kind::fault;
            reading.events.push_back(
                {event.kind, event.text, event.code, fault ? "" : std::string(event.payload)}
            );
            const bool last = fault || event.kind == FrameEvent::Kind::close;
            if (last) return reading;
        }
    }
    reading.idle = reader.idle();
    return reading;
}

inline std::vector<std::string> bytewise(std::string_view bytes) {
    std::vector<std::string> pieces;
    for (const char c : bytes) pieces.emplace_back(1, c);
    return pieces;
}

inline std::vector<std::string> random_pieces(std::string_view bytes, std::mt19937& random) {
    std::vector<std::string> pieces;
    while (!bytes.empty()) {
        const std::size_t most = random() % 4 == 0 ? 4000 : 20;
        const std::size_t size = std::min<std::size_t>(1 + random() % most, bytes.size());
        pieces.emplace_back(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
    return pieces;
}

}  // namespace latchkey::net::test
