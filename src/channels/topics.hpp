/// Which connections of this process joined which topic.
#pragma once

#include "net/socket.hpp"

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

namespace latchkey::channels {

/// What connections gather under, such as a login. 64 bits that no stranger can choose; two things
/// that fall on one topic only get each other's hints.
using Topic = std::uint64_t;

/// A sharded set of pairs (topic, connection): 16 bytes an entry, open addressing, at most 3/4
/// full. Thread-safe (one lock a shard, never held while calling out).
class Topics {
 public:
    Topics();

    /// No effect when it joined already.
    void join(Topic topic, const net::SocketId& member);
    /// No effect when it never joined.
    void leave(Topic topic, const net::SocketId& member);
    /// Copies: the members may have gone when they are called.
    std::vector<net::SocketId> members(Topic topic) const;
    std::size_t size() const;

 private:
    struct Entry {
        Topic topic = 0;
        std::uint64_t member = 0;  ///< packed; 0: free
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::vector<Entry> entries;  ///< a power of two
        std::size_t used = 0;
    };
    static constexpr std::size_t shard_count = 16;
    Shard& shard(Topic topic) const;
    static std::size_t home(const Shard& shard, Topic topic);
    static bool holds(const Shard& shard, const Entry& entry);
    static void insert(Shard& shard, Entry entry);
    static void resize(Shard& shard, std::size_t size);

    mutable std::array<Shard, shard_count> shards_;
};

}  // namespace latchkey::channels
