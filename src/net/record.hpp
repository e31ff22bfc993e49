/// What a connection costs while nothing happens on it: one record in a slab. HTTP connections
/// between requests and waiting browsers alike have no buffer, no coroutine frame and no timer of
/// their own.
#pragma once

#include "net/frame.hpp"
#include "net/http_reader.hpp"
#include "net/socket.hpp"
#include "net/timing_wheel.hpp"
#include "net/tls.hpp"

#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace latchkey::net {

enum class Phase : std::uint8_t {
    free,
    proxy,      ///< its PROXY header is still to come
    tls,        ///< in the TLS handshake
    http,       ///< between requests, or reading one
    handling,   ///< a deferred handler works on its request
    lingering,  ///< answered and shut down; what still comes is thrown away
    open,       ///< a socket, of the record's wire
    closing,    ///< a WebSocket; our close frame was sent, theirs is awaited
    leaving,    ///< an event stream or long poll that was ended; of HTTP again after the event
    doomed,     ///< to be closed when the current event has been dealt with
};

inline constexpr Tick never = std::numeric_limits<Tick>::max();

/// What a connection holds only while something is under way on it (or for as long as it lives,
/// with TLS).
struct Work {
    std::unique_ptr<HttpReader> reader;   ///< a request that has begun
    std::unique_ptr<FrameReader> frames;  ///< a WebSocket message that has begun
    std::unique_ptr<TlsStream> tls;
    std::string input;  ///< came, not read yet
    std::string out;    ///< what the kernel did not take
    std::size_t out_at = 0;
    bool head_request = false;  ///< of the request being handled
    bool keep_alive = true;
    bool continue_sent = false;
    bool body_waits = false;    ///< `read_by` is that of the body
    Tick read_by = never;       ///< the request that has begun, or its part that is due
    Tick write_by = never;      ///< of a socket: when the kernel must have taken `write_due`
    std::size_t write_due = 0;  ///< bytes at the front of `out`

    bool empty() const { return !reader && !frames && !tls && input.empty() && out.empty(); }
};

struct Record {
    int descriptor = -1;
    std::uint32_t generation = 0;         ///< which connection of those who had this place
    std::uint32_t socket_generation = 0;  ///< which socket: a connection may have several in turn
    WheelLink wheel;
    Tick deadline = never;  ///< of the phase
    Tick wake = never;      ///< asked for by the endpoint
    Phase phase = Phase::free;
    Wire wire = Wire::websocket;
    std::uint8_t endpoint = 0;   ///< which, of the loop's
    bool readable : 1 = false;   ///< the kernel said so, and has not said otherwise since
    bool peer_done : 1 = false;  ///< the peer sends nothing more
    bool close_when_sent : 1 = false;
    bool trusted : 1 = false;  ///< a proxy whose word on the peer is believed
    bool secure : 1 = false;
    bool counted : 1 = false;  ///< in the connections of its prefix
    bool pong_awaited : 1 = false;
    bool was_open : 1 = false;       ///< the endpoint is owed `on_close`
    bool stays : 1 = false;          ///< for another request, after the event stream or long poll
    bool chunked : 1 = false;        ///< the event stream is: HTTP/1.1
    bool write_watched : 1 = false;  ///< the kernel tells when it takes bytes again
    bool turn_asked : 1 = false;     ///< there was more to read than one turn allows
    CloseCode close_code = CloseCode::abnormal;
    std::unique_ptr<Work> work;
    std::uint64_t nonce = 0;
    IpAddress address;
    alignas(8) std::array<std::byte, note_bytes> note{};
};
static_assert(sizeof(Record) <= 112);

/// Records by number, in chunks that are never moved. Not thread-safe.
class Slab {
 public:
    /// A free record; its generation is new.
    std::uint32_t take() {
        if (free_ == WheelLink::none) grow();
        const std::uint32_t slot = free_;
        Record& record = (*this)[slot];
        free_ = record.wheel.next;
        clear(record);
        record.generation = next(record.generation);
        ++used_;
        return slot;
    }
    void give_back(std::uint32_t slot) {
        Record& record = (*this)[slot];
        clear(record);
        record.wheel.next = free_;
        free_ = slot;
        --used_;
    }
    Record& operator[](std::uint32_t slot) {
        return chunks_[slot / chunk_records][slot % chunk_records];
    }
    /// The record if it is still the same connection's.
    Record* find(std::uint32_t slot, std::uint32_t generation) {
        if (slot / chunk_records >= chunks_.size()) return nullptr;
        Record& record = (*this)[slot];
        return record.generation == generation && record.phase != Phase::free ? &record : nullptr;
    }
    /// The record if its connection is still the same socket, and open.
    Record* find_socket(const SocketId& id) {
        if (id.slot / chunk_records >= chunks_.size()) return nullptr;
        Record& record = (*this)[id.slot];
        const bool same = record.socket_generation == id.generation;
        return same && record.phase == Phase::open ? &record : nullptr;
    }
    /// From now on it is another socket than any before.
    static void begin_socket(Record& record) {
        record.socket_generation = next(record.socket_generation);
    }
    WheelLink& link(std::uint32_t slot) { return (*this)[slot].wheel; }
    std::uint32_t capacity() const {
        return static_cast<std::uint32_t>(chunks_.size() * chunk_records);
    }
    std::size_t used() const { return used_; }

 private:
    static constexpr std::uint32_t chunk_records = 256;
    static std::uint32_t next(std::uint32_t generation) {
        return (generation + 1) & SocketId::generation_max;
    }
    static void clear(Record& record) {
        const std::uint32_t generation = record.generation;
        const std::uint32_t socket_generation = record.socket_generation;
        record = Record{};
        record.generation = generation;
        record.socket_generation = socket_generation;
    }
    void grow() {
        const std::uint32_t first = capacity();
        chunks_.push_back(std::make_unique<Record[]>(chunk_records));
        for (std::uint32_t i = chunk_records; i-- > 0;) {
            (*this)[first + i].wheel.next = free_;
            free_ = first + i;
        }
    }
    std::vector<std::unique_ptr<Record[]>> chunks_;
    std::uint32_t free_ = WheelLink::none;
    std::size_t used_ = 0;
};

}  // namespace latchkey::net
