#include "net/event_stream.hpp"
#include "net/loop.hpp"

#include <algorithm>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace latchkey::net {
namespace {

constexpr int probes = 4;  // of a silent peer, in one heartbeat

/// Unix sockets know none of these; their peer cannot be lost.
void try_option(int descriptor, int level, int option, int value) {
    (void)::setsockopt(descriptor, level, option, &value, sizeof value);
}

}  // namespace

void Loop::begin_events(std::uint32_t slot) {
    const Record& record = slab_[slot];
    LoopCounts::add(counts_.responses_by_class[2]);
    begin_head(200);
    // nginx gathers answers unless it is told not to.
    out_.append(
        "Content-Type: text/event-stream\r\nCache-Control: no-store\r\n"
        "X-Accel-Buffering: no\r\n"
    );
    if (record.chunked) out_.append("Transfer-Encoding: chunked\r\n");
    if (!record.stays) out_.append("Connection: close\r\n");
    out_.append("\r\n");
    send(slot, out_);
}

void Loop::send_event(std::uint32_t slot, std::string_view text) {
    out_.clear();
    append_event(out_, text, slab_[slot].chunked);
    send(slot, out_);
}

/// A browser that only listens never answers us, but its kernel does. An event stream whose comment
/// was not acknowledged within a heartbeat ends; a long poll, to which nothing is said, is probed
/// when it was silent for a heartbeat, and ends after another.
void Loop::watch_for_absence(const Record& record) {
    const auto beat_ms = static_cast<int>(limits_.heartbeat.count());
    if (record.wire == Wire::events) {
        try_option(record.descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, beat_ms);
        return;
    }
    const int beat_s = std::max(1, beat_ms / 1000);
    try_option(record.descriptor, IPPROTO_TCP, TCP_KEEPIDLE, beat_s);
    try_option(record.descriptor, IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, beat_s / probes));
    try_option(record.descriptor, IPPROTO_TCP, TCP_KEEPCNT, probes);
    try_option(record.descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
}

/// What comes before the answer has ended is the next request (RFC 9112 §9.3.2). It is kept, up to
/// what a WebSocket may say at once; whoever waits can make us hold no more.
void Loop::hold_back(std::uint32_t slot, std::span<char> bytes) {
    Record& record = slab_[slot];
    const std::size_t held = record.work ? record.work->input.size() : 0;
    if (held + bytes.size() > limits_.message_bytes_max) {
        LoopCounts::add(counts_.refused_limit);
        doom(slot, CloseCode::message_too_big);
        return;
    }
    work(record).input.append(bytes.data(), bytes.size());
}

/// Nothing is said any more. The endpoint is in the middle of a call, so the rest waits until the
/// event has been dealt with.
void Loop::leave(std::uint32_t slot, CloseCode code, std::optional<Response> answer) {
    Record& record = slab_[slot];
    record.phase = Phase::leaving;
    record.close_code = code;
    record.deadline = record.wake = never;
    leaving_.push_back({slot, std::move(answer)});
}

/// Makes an HTTP connection again of an event stream or long poll that is over.
void Loop::release(std::uint32_t slot, const std::optional<Response>& answer) {
    Record& record = slab_[slot];
    if (record.phase != Phase::leaving) return;  // it has ended by itself
    end_socket(slot);
    record.note = {};
    if (record.trusted) {
        // It is the proxy's again, whose next request may be another browser's.
        if (record.counted) shared_.prefixes.remove(record.address);
        record.counted = false;
        record.address = peer_of(record.descriptor);
    }
    if (record.wire == Wire::events)
        try_option(record.descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, 0);
    record.phase = Phase::http;
    const bool stays = record.stays && !draining_;
    if (answer) {
        respond(slot, *answer, false, stays);
    } else {
        if (!stays) record.close_when_sent = true;
        await_taking(slot);
    }
    go_on(slot);
}

}  // namespace latchkey::net
