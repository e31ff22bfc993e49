#include "net/budget.hpp"

#include <algorithm>

namespace latchkey::net {
namespace {

constexpr double us_per_second = 1e6;
constexpr std::uint64_t no_key = 0;

std::int64_t in_us(SteadyTime time) {
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace

Budget::Budget(double per_second, double burst, const Random& random)
    : cost_us_(static_cast<std::int64_t>(us_per_second / per_second)),
      burst_us_(static_cast<std::int64_t>(us_per_second / per_second * burst)),
      table_(std::make_unique<std::array<Shard, shards>>()) {
    random(hash_key_.span());
}

std::uint64_t Budget::key_of(const IpAddress& prefix) const {
    return crypto::short_hash(hash_key_, prefix.bytes);
}

milliseconds Budget::take(const IpAddress& prefix, SteadyTime now) {
    return lifted_ ? milliseconds(0) : charge(key_of(prefix), now, true);
}
milliseconds Budget::take(std::uint64_t key, SteadyTime now) {
    return lifted_ ? milliseconds(0) : charge(key, now, true);
}
milliseconds Budget::wait(const IpAddress& prefix, SteadyTime now) {
    return lifted_ ? milliseconds(0) : charge(key_of(prefix), now, false);
}
milliseconds Budget::wait(std::uint64_t key, SteadyTime now) {
    return lifted_ ? milliseconds(0) : charge(key, now, false);
}

void Budget::give_back(const IpAddress& prefix) {
    give_back(key_of(prefix));
}
void Budget::give_back(std::uint64_t key) {
    if (key == no_key) key = 1;
    Shard& shard = shard_of(key);
    const std::scoped_lock lock(shard.mutex);
    for (Bucket& bucket : set_of(shard, key)) {
        if (bucket.key == key) bucket.full_at_us -= cost_us_;
    }
}

/// Under the shard's lock.
Budget::Set& Budget::set_of(Shard& shard, std::uint64_t key) {
    if (!shard.sets) shard.sets = std::make_unique<std::array<Set, sets_per_shard>>();
    return (*shard.sets)[key / shards % sets_per_shard];
}

/// The generic cell rate algorithm: a bucket is one moment, the one at which nothing is owed any
/// more.
milliseconds Budget::charge(std::uint64_t key, SteadyTime now, bool take) {
    if (key == no_key) key = 1;
    const std::int64_t now_us = in_us(now);
    Shard& shard = shard_of(key);

    const std::scoped_lock lock(shard.mutex);
    Set& set = set_of(shard, key);
    auto bucket = std::ranges::find(set, key, &Bucket::key);
    if (bucket == set.end()) {
        // Whoever owes least is forgotten: at worst they start with a full bucket again.
        bucket = std::ranges::min_element(set, {}, &Bucket::full_at_us);
        if (!take) return milliseconds(0);
        *bucket = {key, now_us};
    }
    const std::int64_t full_at_us = std::max(bucket->full_at_us, now_us) + cost_us_;
    const std::int64_t over_us = full_at_us - now_us - burst_us_;
    if (over_us > 0) return milliseconds(over_us / 1000 + 1);
    if (take) bucket->full_at_us = full_at_us;
    return milliseconds(0);
}

}  // namespace latchkey::net
