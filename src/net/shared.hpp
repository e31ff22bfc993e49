/// What the loops of one server share. Everything here is constant while they run, or thread-safe
/// by itself.
#pragma once

#include "net/budget.hpp"
#include "net/server.hpp"
#include "net/tls.hpp"

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>

namespace latchkey::net {

/// How many connections each address prefix has. Thread-safe; memory grows with connections only.
class PrefixCounts {
 public:
    /// False, and nothing counted, when the prefix has `most` already.
    bool add(const IpAddress& address, std::size_t most);
    void remove(const IpAddress& address);

 private:
    struct Shard {
        std::mutex mutex;
        std::map<IpAddress, std::uint32_t> counts;
    };
    static constexpr std::size_t shard_count = 16;
    Shard& shard(const IpAddress& prefix);
    std::array<Shard, shard_count> shards_;
};

struct Shared {
    Shared(ServerOptions given, const Router& table);

    const ServerOptions options;
    const Limits limits;
    const Router& router;
    Budget requests;
    Budget finishes;  ///< as `requests`, for what ends something that is under way
    Budget failures;
    PrefixCounts prefixes;
    std::atomic<std::size_t> connections{0};

    /// The context for connections to come; swapped by a reload.
    std::shared_ptr<const TlsContext> tls() const;
    void set_tls(std::shared_ptr<const TlsContext> context);

 private:
    mutable std::mutex tls_mutex_;
    std::shared_ptr<const TlsContext> tls_;
};

/// One thread's counts: written by it alone, read by any.
struct LoopCounts {
    using Count = std::atomic<std::uint64_t>;
    Count connections{0}, sockets{0}, streams{0}, polls{0}, working{0}, accepted{0}, requests{0},
        handshakes{0}, messages_in{0}, messages_out{0}, refused_limit{0}, protocol_errors{0};
    std::array<Count, 6> responses_by_class{};

    static void add(Count& count, std::uint64_t amount = 1) {
        count.store(count.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    static void subtract(Count& count) {
        count.store(count.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    }
};

}  // namespace latchkey::net
