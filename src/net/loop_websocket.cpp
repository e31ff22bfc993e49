#include "base/encoding.hpp"
#include "crypto/digest.hpp"
#include "net/loop.hpp"

#include <algorithm>

namespace latchkey::net {
namespace {

constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 §1.3
constexpr std::size_t key_characters = 24;  // 16 bytes in base64

std::string accept_key(std::string_view key) {
    std::string joined(key);
    joined += accept_suffix;
    return base64(crypto::sha1(bytes_of(joined)).view());
}

bool is_key(std::string_view key) {
    return key.size() == key_characters && key.ends_with("==") &&
           std::ranges::all_of(key.substr(0, key_characters - 2), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

}  // namespace

std::optional<Response> Loop::handshake_fault(const Request& request) const {
    if (request.header("Sec-WebSocket-Version") != "13") {
        Response response =
            problem(426, "websocket-version", "Only WebSocket version 13 is served here");
        response.add("Sec-WebSocket-Version", "13").add("Upgrade", "websocket");
        return response;
    }
    if (!is_key(request.header("Sec-WebSocket-Key"))) {
        return problem(400, "websocket-key", "Sec-WebSocket-Key is not 16 bytes in base64");
    }
    // Other sites' pages may open sockets with the browser's cookies; only Origin tells (RFC 6455
    // §10.2).
    if (!is_same_site(request, shared_.options.allowed_origins)) {
        return problem(403, "cross-site", "This WebSocket was asked for by another site's page");
    }
    return std::nullopt;
}

void Loop::shake_hands_back(
    std::uint32_t slot, const Request& request, std::string_view subprotocol
) {
    LoopCounts::add(counts_.handshakes);
    LoopCounts::add(counts_.responses_by_class[1]);
    out_.assign("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    );
    out_.append("Sec-WebSocket-Accept: ")
        .append(accept_key(request.header("Sec-WebSocket-Key")))
        .append("\r\n");
    if (!subprotocol.empty())
        out_.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
    out_.append("\r\n");
    send(slot, out_);
}

void Loop::read_frames(std::uint32_t slot, std::span<char> bytes) {
    const FrameLimits limits{limits_.message_bytes_max, limits_.fragments_max};
    std::unique_ptr<FrameReader> held;
    {
        Record& record = slab_[slot];
        record.pong_awaited = false;  // any byte is a sign of life
        if (record.phase == Phase::open) record.deadline = after(limits_.heartbeat);
        if (record.work) held = std::move(record.work->frames);
    }
    FrameReader fresh;
    FrameReader& reader = held ? *held : fresh;
    while (true) {
        const FrameEvent event = reader.next(bytes, limits);
        if (event.kind == FrameEvent::Kind::need_more || !on_frame(slot, event)) break;
    }
    Record& record = slab_[slot];
    if (!reader.idle() && (record.phase == Phase::open || record.phase == Phase::closing)) {
        if (!held) held = std::make_unique<FrameReader>(std::move(fresh));
        work(record).frames = std::move(held);
    } else {
        drop_idle_work(record);
    }
}

/// False when nothing more shall be read.
bool Loop::on_frame(std::uint32_t slot, const FrameEvent& event) {
    Record& record = slab_[slot];
    switch (event.kind) {
        case FrameEvent::Kind::message: {
            if (record.phase != Phase::open) return true;  // said goodbye already
            LoopCounts::add(counts_.messages_in);
            Socket socket(*this, slot);
            endpoint_of(record).on_message(socket, {event.text, event.payload});
            return slab_[slot].phase != Phase::doomed;
        }
        case FrameEvent::Kind::ping:
            if (record.phase == Phase::open) send_frame(slot, Opcode::pong, event.payload);
            return slab_[slot].phase != Phase::doomed;
        case FrameEvent::Kind::pong:
            return true;
        case FrameEvent::Kind::close:
            if (record.phase == Phase::open) {
                record.phase = Phase::closing;
                record.close_code = event.code;
                out_.clear();
                append_close(out_, event.code, {});  // its own code again: RFC 6455 §5.5.1
                send(slot, out_);
            }
            end(slot);
            return false;
        case FrameEvent::Kind::fault: {
            if (event.code == CloseCode::message_too_big) {
                LoopCounts::add(counts_.refused_limit);
            } else {
                LoopCounts::add(counts_.protocol_errors);
            }
            if (record.phase == Phase::open) {
                record.phase = Phase::lingering;
                record.close_code = event.code;
                out_.clear();
                append_close(out_, event.code, event.payload);
                send(slot, out_);
            }
            if (record.phase == Phase::doomed) return false;
            record.phase = Phase::lingering;
            set_deadline(slot, after(limits_.close_time_max));
            linger(slot);
            return false;
        }
        case FrameEvent::Kind::need_more:
            break;
    }
    return false;
}

/// Both have said goodbye: RFC 6455 §7.1.1 lets the server close first.
void Loop::end(std::uint32_t slot) {
    if (slot == corked_slot_) uncork();
    Record& record = slab_[slot];
    if (record.work && !record.work->out.empty() && record.phase != Phase::doomed) {
        record.phase = Phase::lingering;
        set_deadline(slot, after(limits_.close_time_max));
        linger(slot);
    } else {
        doom(slot, record.close_code);
    }
}

void Loop::send_frame(std::uint32_t slot, Opcode opcode, std::string_view payload) {
    if (slab_[slot].phase != Phase::open) return;
    out_.clear();
    append_frame(out_, opcode, payload);
    send(slot, out_);
}

}  // namespace latchkey::net
