/// Sessions that were looked up a moment ago.
#pragma once

#include "identity/ports.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace latchkey::identity {

/// How long a look-up is good for. A session that another process ended (`latchkey user disable`)
/// works for at most this long.
inline constexpr milliseconds session_fresh_max{1'000};

/// A table of at most so many: what does not fit is looked up again. A session that ends in this
/// process is gone from here at once, even when a look-up of it is under way. Thread-safe.
class SessionCache {
 public:
    static constexpr std::size_t entries_max = 4'096;

    explicit SessionCache(seconds idle_max);

    std::optional<SignedIn> find(const crypto::Sha256& token_hash, Time now) const;

    /// What a look-up saw may be kept only if nothing ended since it began: `epoch` before, `keep`
    /// after.
    std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }
    void keep(const SignedIn& signed_in, Time now, std::uint64_t epoch);

    void forget(const crypto::Sha256& token_hash);
    void forget(const AccountId& account, const SessionId& id);
    void forget(const AccountId& account);

 private:
    static constexpr std::size_t ways = 4;
    static constexpr std::size_t shards = 16;
    static constexpr std::size_t sets_per_shard = entries_max / shards / ways;
    struct Entry {
        std::optional<SignedIn> signed_in;
        Time fetched_at{};
    };
    using Set = std::array<Entry, ways>;
    struct Shard {
        mutable std::mutex mutex;
        std::unique_ptr<std::array<Set, sets_per_shard>> sets;  ///< none until it is used
    };
    struct Place {
        Shard* shard;
        std::size_t set;
    };
    Place place(const crypto::Sha256& token_hash) const;
    template <class Ended>
    void forget_if(Ended ended);

    const seconds idle_max_;
    std::unique_ptr<std::array<Shard, shards>> table_;
    std::atomic<std::uint64_t> epoch_{0};
};

}  // namespace latchkey::identity
