#include "net/forwarded.hpp"
#include "net/loop.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <utility>

namespace latchkey::net {
namespace {

constexpr int reads_at_once = 16;  // of one connection, before the others get their turn
constexpr std::size_t cork_bytes_max = std::size_t{64} * 1024;
constexpr milliseconds linger_time_max{2'000};

}  // namespace

/// Reads and acts until the kernel has no more, or the connection may not be read now.
void Loop::pump(std::uint32_t slot) {
    cork(slot);
    for (int reads = 0; slab_[slot].readable && may_read(slab_[slot]); ++reads) {
        Record& record = slab_[slot];
        if (reads == reads_at_once) {
            pump_later(slot);
            break;
        }
        if (record.phase == Phase::proxy) {
            read_proxy_header(slot);
            continue;
        }
        if (record.phase == Phase::tls) {
            shake_hands(slot);
            continue;
        }
        const Transfer got = receive(record);
        if (got.status == Transfer::Status::would_block) break;
        if (got.status == Transfer::Status::closed) {
            on_end_of_input(slot);
            break;
        }
        on_bytes(slot, std::span(scratch_).first(got.bytes));
    }
    uncork();
}

/// No new edge will tell of what is left.
void Loop::pump_later(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.turn_asked) return;
    record.turn_asked = true;
    boost::asio::post(context_, [this, slot, generation = record.generation] {
        Record* const found = slab_.find(slot, generation);
        if (found == nullptr) return;
        const Turn turn(*this);
        found->turn_asked = false;
        pump(slot);
        reap();
    });
}

/// While a handler works or a slow reader has not taken its answer, the kernel keeps what comes.
bool Loop::may_read(const Record& record) const {
    switch (record.phase) {
        case Phase::proxy:
        case Phase::tls:
        case Phase::lingering:
        case Phase::open:
        case Phase::closing:
            return true;
        case Phase::http:
            return !record.close_when_sent && (!record.work || record.work->out.empty());
        default:
            return false;
    }
}

Transfer Loop::receive(Record& record) {
    Transfer got;
    if (record.work && record.work->tls) {
        got = record.work->tls->read(scratch_);
    } else {
        const ssize_t bytes =
            ::recv(record.descriptor, scratch_.data(), scratch_.size(), MSG_DONTWAIT);
        if (bytes > 0) {
            got.bytes = static_cast<std::size_t>(bytes);
            // Edge-triggered: a short read has emptied the socket, and the next byte is a new edge.
            // Not so when the end was announced already.
            if (got.bytes < scratch_.size() && !record.peer_done) record.readable = false;
        } else if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) {
            got.status = Transfer::Status::would_block;
        } else {
            got.status = Transfer::Status::closed;
        }
    }
    if (got.status == Transfer::Status::would_block) record.readable = false;
    return got;
}

void Loop::on_end_of_input(std::uint32_t slot) {
    Record& record = slab_[slot];
    record.readable = false;
    record.peer_done = true;
    if (slot == corked_slot_) uncork();  // shows whether the kernel takes all of it
    // A client may close its half and still read the answers, or the goodbye, on their way.
    const bool ours = record.phase == Phase::closing || record.phase == Phase::lingering;
    if ((ours || record.phase == Phase::http) && record.work && !record.work->out.empty()) {
        record.close_when_sent = true;
        return;
    }
    doom(slot, ours ? record.close_code : CloseCode::abnormal);
}

void Loop::on_bytes(std::uint32_t slot, std::span<char> bytes) {
    switch (slab_[slot].phase) {
        case Phase::http:
            read_requests(slot, bytes);
            break;
        case Phase::open:
        case Phase::closing:
            if (slab_[slot].wire == Wire::websocket) {
                read_frames(slot, bytes);
            } else {
                hold_back(slot, bytes);
            }
            break;
        default:
            break;
    }
}

/// Looks before it takes, since what follows the header belongs to TLS.
void Loop::read_proxy_header(std::uint32_t slot) {
    Record& record = slab_[slot];
    const std::span<char> room = std::span(scratch_).first(proxy_header_bytes_max);
    const ssize_t seen =
        ::recv(record.descriptor, room.data(), room.size(), MSG_DONTWAIT | MSG_PEEK);
    if (seen <= 0) {
        record.readable = false;
        if (seen == 0 || errno != EAGAIN) doom(slot, CloseCode::abnormal);
        return;
    }
    const ProxyHeader header = parse_proxy_v2(room.first(static_cast<std::size_t>(seen)));
    if (header.status == ProxyHeader::Status::need_more) {
        record.readable = record.peer_done;
        if (record.peer_done) doom(slot, CloseCode::abnormal);
        return;
    }
    if (header.status == ProxyHeader::Status::fault) {
        LoopCounts::add(counts_.protocol_errors);
        doom(slot, CloseCode::abnormal);
        return;
    }
    (void)!::recv(record.descriptor, room.data(), header.bytes, MSG_DONTWAIT);
    const bool over_tls = record.secure;
    record.trusted = false;  // its word has been heard, although it may name nobody
    if (header.peer) {
        record.address = header.peer->address;
        record.secure = record.secure || header.peer->secure;
        if (limits_.rate_limits) {
            record.counted =
                shared_.prefixes.add(record.address, limits_.connections_per_prefix_max);
            if (!record.counted) {
                LoopCounts::add(counts_.refused_limit);
                doom(slot, CloseCode::overloaded);
                return;
            }
        }
    }
    record.phase = over_tls ? Phase::tls : Phase::http;
}

void Loop::shake_hands(std::uint32_t slot) {
    Record& record = slab_[slot];
    Work& held = work(record);
    if (!held.tls) {
        const auto context = shared_.tls();
        held.tls = std::make_unique<TlsStream>(*context, record.descriptor);
    }
    switch (held.tls->handshake().status) {
        case Transfer::Status::done:
            record.phase = Phase::http;
            break;
        case Transfer::Status::would_block:
            record.readable = false;
            break;
        case Transfer::Status::closed:
            doom(slot, CloseCode::abnormal);
            break;
    }
}

Work& Loop::work(Record& record) {
    if (!record.work) {
        record.work = std::make_unique<Work>();
        LoopCounts::add(counts_.working);
    }
    return *record.work;
}

void Loop::drop_idle_work(Record& record) {
    const bool needed = record.phase == Phase::handling;  // it holds how to answer
    if (needed || !record.work || !record.work->empty()) return;
    record.work.reset();
    LoopCounts::subtract(counts_.working);
}

/// Everything sent to one connection while its event is dealt with goes out in one write.
void Loop::cork(std::uint32_t slot) {
    corked_slot_ = slot;
}

void Loop::uncork() {
    const std::uint32_t slot = std::exchange(corked_slot_, WheelLink::none);
    if (slot == WheelLink::none || corked_.empty()) return;
    std::string bytes;
    bytes.swap(corked_);
    send(slot, bytes);
    bytes.clear();
    corked_.swap(bytes);  // keeps its memory
    const Record& record = slab_[slot];
    if (record.phase == Phase::http && record.work && !record.work->out.empty()) {
        set_deadline(slot, after(limits_.write_time_max));
    }
}

Transfer Loop::write(Record& record, std::string_view bytes) {
    if (record.work && record.work->tls) return record.work->tls->write(bytes);
    const ssize_t sent =
        ::send(record.descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return {Transfer::Status::done, static_cast<std::size_t>(sent)};
    if (errno == EAGAIN || errno == EINTR) return {Transfer::Status::would_block, 0};
    return {Transfer::Status::closed, 0};
}

/// Sends now what the kernel takes and keeps the rest. The kernel's silence about it never costs a
/// thread.
void Loop::send(std::uint32_t slot, std::string_view bytes) {
    if (slot == corked_slot_) {
        if (corked_.size() + bytes.size() <= cork_bytes_max) {
            corked_ += bytes;
            return;
        }
        const Phase before = slab_[slot].phase;
        uncork();
        if (slab_[slot].phase == before) send(slot, bytes);  // not behind a goodbye
        cork(slot);
        return;
    }
    Record& record = slab_[slot];
    if (!record.work || record.work->out.empty()) {
        while (!bytes.empty()) {
            const Transfer sent = write(record, bytes);
            if (sent.status == Transfer::Status::closed) {
                doom(slot, CloseCode::abnormal);
                return;
            }
            if (sent.status == Transfer::Status::would_block) break;
            bytes.remove_prefix(sent.bytes);
        }
        if (bytes.empty()) return;
    }
    Work& held = work(record);
    held.out += bytes;
    watch_writing(slot);
    if (record.phase != Phase::open) return;
    if (held.out.size() - held.out_at > limits_.queue_bytes_max) {
        close_slow(slot);
    } else if (held.write_by == never) {
        await_writing(slot);
    }
}

/// From the first time on that the kernel does not take all, it says when it takes more; also when
/// that came in between.
void Loop::watch_writing(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.write_watched) return;
    record.write_watched = true;
    if (!watch_connection(slot, EPOLL_CTL_MOD)) doom(slot, CloseCode::abnormal);
}

/// Gives a socket its time to take all that is queued now; what is queued meanwhile has its time
/// after that. So whoever reads steadily is never closed, and nothing waits longer than twice the
/// limit.
void Loop::await_writing(std::uint32_t slot) {
    Work& held = *slab_[slot].work;
    held.write_due = held.out.size() - held.out_at;
    held.write_by = after(limits_.write_time_max);
    hang_up_wheel(slot);
}

void Loop::flush(std::uint32_t slot) {
    Record& record = slab_[slot];
    if (record.phase == Phase::doomed || !record.work || record.work->out.empty()) return;
    Work& held = *record.work;
    while (held.out_at < held.out.size()) {
        const Transfer sent = write(record, std::string_view(held.out).substr(held.out_at));
        if (sent.status == Transfer::Status::would_block) {
            // A reader who is slow but never quite done must not make it grow.
            if (held.out_at > held.out.size() / 2) {
                held.out.erase(0, std::exchange(held.out_at, 0));
            }
            if (record.phase == Phase::open && held.write_due == 0) await_writing(slot);
            return;
        }
        if (sent.status == Transfer::Status::closed) {
            doom(slot, CloseCode::abnormal);
            return;
        }
        held.out_at += sent.bytes;
        held.write_due -= std::min(held.write_due, sent.bytes);
    }
    std::string().swap(held.out);  // an assignment would keep the memory
    held.out_at = 0;
    held.write_by = never;
    if (record.phase == Phase::http && held.reader && !record.close_when_sent) {
        set_deadline(slot, held.read_by);  // the next request has begun already
    } else if (record.phase == Phase::http) {
        answered(slot);
        if (record.phase == Phase::http && record.work && !record.work->input.empty())
            read_requests(slot, {});
    } else if (record.close_when_sent) {
        linger(slot);
    } else {
        drop_idle_work(record);
    }
}

/// Says nothing more once all is sent, and throws away what still comes. Closing at once would make
/// the kernel reset the connection over bytes we have not read, and our last word could be lost
/// with it (RFC 9112 §9.6).
void Loop::linger(std::uint32_t slot) {
    if (slot == corked_slot_) uncork();
    Record& record = slab_[slot];
    if (record.phase == Phase::doomed) return;
    if (record.work && !record.work->out.empty()) {
        record.close_when_sent = true;  // `flush` comes back here
        return;
    }
    if (record.peer_done) {
        doom(slot, record.close_code);
        return;
    }
    if (record.work && record.work->tls) record.work->tls->shut_down();
    ::shutdown(record.descriptor, SHUT_WR);
    record.phase = Phase::lingering;
    set_deadline(slot, after(linger_time_max));
}

}  // namespace latchkey::net
