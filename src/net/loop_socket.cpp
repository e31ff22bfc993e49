#include "net/event_stream.hpp"
#include "net/loop.hpp"

#include <algorithm>
#include <cstddef>

namespace latchkey::net {

std::optional<Response> Loop::upgrade_fault(const Request& request, Wire wire) const {
    if (wire == Wire::websocket) {
        if (auto fault = handshake_fault(request)) return fault;
    } else if (request.header("Sec-Fetch-Site") == "cross-site") {
        // A GET of the same site has no Origin. What it must not be, the browser says.
        return problem(403, "cross-site", "This request came from another site's page");
    }
    if (draining_) {
        Response response = problem(503, "draining", "This node is about to stop");
        response.add("Retry-After", "1");
        return response;
    }
    return std::nullopt;
}

void Loop::upgrade(
    std::uint32_t slot, HttpReader& reader, SocketEndpoint& endpoint, Wire wire, bool keep_alive
) {
    const Request& request = reader.request();
    if (const auto fault = upgrade_fault(request, wire)) {
        respond(slot, *fault, false, keep_alive);
        return;
    }
    Upgrade decision = endpoint.on_upgrade(request);
    if (const auto* refused = std::get_if<Response>(&decision)) {
        respond(slot, *refused, false, keep_alive);
        return;
    }
    Record& record = slab_[slot];
    if (record.trusted && limits_.rate_limits) {
        // Behind a proxy only the request says whose connection this is.
        if (!shared_.prefixes.add(request.peer.address, limits_.connections_per_prefix_max)) {
            LoopCounts::add(counts_.refused_limit);
            Response full =
                problem(503, "too-many-connections", "Too many connections from this address");
            full.add("Retry-After", "5");
            respond(slot, full, false, keep_alive);
            return;
        }
        record.counted = true;
    }
    record.chunked = reader.is_http_1_1();
    record.stays = keep_alive && (record.chunked || wire != Wire::events);
    open(slot, request, endpoint, wire);
    if (wire == Wire::websocket) {
        shake_hands_back(slot, request, std::get<Accept>(decision).subprotocol);
    } else {
        watch_for_absence(record);
        if (wire == Wire::events) begin_events(slot);
    }
    Socket socket(*this, slot);
    endpoint.on_open(socket, request);
}

void Loop::open(std::uint32_t slot, const Request& request, SocketEndpoint& endpoint, Wire wire) {
    Record& record = slab_[slot];
    Slab::begin_socket(record);
    record.nonce = next_nonce();
    record.address = request.peer.address;
    record.endpoint = endpoint_number(endpoint);
    record.wire = wire;
    record.phase = Phase::open;
    record.was_open = true;
    record.deadline = record.wake = never;
    LoopCounts::add(count_of(wire));
    drop_idle_work(record);
    if (wire == Wire::answer) return;  // a sign of life would be the answer
    // The first beat comes at a moment of each one's own, so that a crowd does not answer all at
    // once.
    const auto spread = static_cast<std::int64_t>(record.nonce % 1024);
    set_deadline(slot, after(limits_.heartbeat * (1024 + spread) / 2048));
}

LoopCounts::Count& Loop::count_of(Wire wire) {
    switch (wire) {
        case Wire::events:
            return counts_.streams;
        case Wire::answer:
            return counts_.polls;
        case Wire::websocket:
            break;
    }
    return counts_.sockets;
}

std::uint64_t Loop::next_nonce() {
    if (nonces_left_ == 0) {
        shared_.options.random(std::as_writable_bytes(std::span(nonces_)));
        nonces_left_ = nonces_.size();
    }
    return nonces_[--nonces_left_];
}

std::uint8_t Loop::endpoint_number(SocketEndpoint& endpoint) {
    const auto known = std::ranges::find(endpoints_, &endpoint);
    if (known != endpoints_.end()) return static_cast<std::uint8_t>(known - endpoints_.begin());
    endpoints_.push_back(&endpoint);
    return static_cast<std::uint8_t>(endpoints_.size() - 1);
}

void Loop::say(std::uint32_t slot, Opcode opcode, std::string_view data) {
    const Record& record = slab_[slot];
    if (record.phase != Phase::open) return;
    if (record.wire != Wire::websocket && opcode != Opcode::text) {
        close_socket(slot, CloseCode::unsupported_data, {});
        return;
    }
    LoopCounts::add(counts_.messages_out);
    switch (record.wire) {
        case Wire::websocket:
            send_frame(slot, opcode, data);
            break;
        case Wire::events:
            send_event(slot, data);
            break;
        case Wire::answer: {
            Response answer = json_text(std::string(data));
            answer.no_store();
            leave(slot, CloseCode::normal, std::move(answer));
            break;
        }
    }
}

void Loop::close_socket(std::uint32_t slot, CloseCode code, std::string_view reason) {
    Record& record = slab_[slot];
    if (record.phase != Phase::open) return;
    if (record.wire == Wire::answer) {
        leave(slot, code, unsaid(code, reason));
        return;
    }
    out_.clear();
    if (record.wire == Wire::events) {
        leave(slot, code, std::nullopt);
        append_last_event(out_, code, reason, record.chunked);
    } else {
        record.phase = Phase::closing;
        record.close_code = code;
        record.wake = never;
        set_deadline(slot, after(limits_.close_time_max));
        append_close(out_, code, reason);
    }
    send(slot, out_);
}

/// Says so behind what is queued already, although that is the limit, hears nothing more, and
/// leaves a little time to take it. A long poll, which waits behind answers that were not taken, is
/// left without one.
void Loop::close_slow(std::uint32_t slot) {
    LoopCounts::add(counts_.refused_limit);
    Record& record = slab_[slot];
    record.phase = Phase::lingering;
    record.close_code = CloseCode::slow;
    record.close_when_sent = true;
    record.wake = never;
    std::string& out = work(record).out;
    if (record.wire == Wire::websocket) append_close(out, CloseCode::slow, {});
    if (record.wire == Wire::events) append_last_event(out, CloseCode::slow, {}, record.chunked);
    set_deadline(slot, after(limits_.close_time_max));
}

/// A silent WebSocket is asked for a sign of life, and closed when none came by the next beat. An
/// event stream is given one; its kernel says whether it was taken.
void Loop::on_beat(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.pong_awaited) {
        doom(slot, CloseCode::abnormal);
        return;
    }
    set_deadline(slot, after(limits_.heartbeat));
    if (record.wire == Wire::events) {
        out_.clear();
        append_comment(out_, record.chunked);
        send(slot, out_);
    } else {
        record.pong_awaited = true;
        send_frame(slot, Opcode::ping, {});
    }
}

SocketId Socket::id() const {
    return {loop_.index_, slot_, loop_.slab_[slot_].socket_generation};
}
Wire Socket::wire() const {
    return loop_.slab_[slot_].wire;
}
std::uint64_t Socket::nonce() const {
    return loop_.slab_[slot_].nonce;
}
const IpAddress& Socket::address() const {
    return loop_.slab_[slot_].address;
}
SocketEndpoint& Socket::endpoint() const {
    return loop_.endpoint_of(loop_.slab_[slot_]);
}
bool Socket::closing() const {
    return loop_.slab_[slot_].phase != Phase::open;
}
void* Socket::note_memory() {
    return loop_.slab_[slot_].note.data();
}

void Socket::send_text(std::string_view text) {
    loop_.say(slot_, Opcode::text, text);
}

void Socket::send_binary(std::string_view bytes) {
    loop_.say(slot_, Opcode::binary, bytes);
}

void Socket::close(CloseCode code, std::string_view reason) {
    loop_.close_socket(slot_, code, reason);
}

void Socket::wake_after(milliseconds delay) {
    loop_.slab_[slot_].wake = loop_.after(delay);
    loop_.hang_up_wheel(slot_);
}

void SocketEndpoint::on_drain(Socket& socket, milliseconds) {
    socket.close(CloseCode::draining);
}

}  // namespace latchkey::net
