/// How much one address may ask for in a time.
#pragma once

#include "base/address.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace latchkey::net {

/// Token buckets by key (an address prefix, an account) in a table of at most 512 KiB, and of none
/// before the first: a flood of keys makes the table forget those who have used least. Thread-safe
/// (one lock a shard).
class Budget {
 public:
    /// `per_second` on average, `burst` at once. `random` keys the table's hash.
    Budget(double per_second, double burst, const Random& random);

    /// Takes one; zero when there was one, else how long until there will be.
    milliseconds take(const IpAddress& prefix, SteadyTime now);
    milliseconds take(std::uint64_t key, SteadyTime now);
    /// Puts back one that was taken.
    void give_back(const IpAddress& prefix);
    void give_back(std::uint64_t key);
    /// How long until there will be one, taking none; zero when there is one now.
    milliseconds wait(const IpAddress& prefix, SteadyTime now);
    milliseconds wait(std::uint64_t key, SteadyTime now);
    void lift() { lifted_ = true; }

 private:
    struct Bucket {
        std::uint64_t key = 0;
        std::int64_t full_at_us = 0;  ///< when nothing will be owed any more
    };
    static constexpr std::size_t shards = 64;
    static constexpr std::size_t ways = 8;
    static constexpr std::size_t sets_per_shard = 64;
    using Set = std::array<Bucket, ways>;
    struct Shard {
        std::mutex mutex;
        std::unique_ptr<std::array<Set, sets_per_shard>> sets;  ///< none until it is used
    };
    std::uint64_t key_of(const IpAddress& prefix) const;
    Shard& shard_of(std::uint64_t key) const { return (*table_)[key % shards]; }
    static Set& set_of(Shard& shard, std::uint64_t key);
    milliseconds charge(std::uint64_t key, SteadyTime now, bool take);

    std::int64_t cost_us_;
    std::int64_t burst_us_;
    crypto::ShortHashKey hash_key_;
    std::unique_ptr<std::array<Shard, shards>> table_;
    bool lifted_ = false;
};

}  // namespace latchkey::net
