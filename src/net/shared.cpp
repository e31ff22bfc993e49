#include "net/shared.hpp"

namespace latchkey::net {

PrefixCounts::Shard& PrefixCounts::shard(const IpAddress& prefix) {
    unsigned sum = 0;
    for (const std::byte byte : prefix.bytes) sum = sum * 31 + static_cast<unsigned>(byte);
    return shards_[sum % shard_count];
}

bool PrefixCounts::add(const IpAddress& address, std::size_t most) {
    const IpAddress prefix = address.budget_prefix();
    Shard& at = shard(prefix);
    const std::scoped_lock lock(at.mutex);
    std::uint32_t& count = at.counts[prefix];
    if (count >= most) return false;
    ++count;
    return true;
}

void PrefixCounts::remove(const IpAddress& address) {
    const IpAddress prefix = address.budget_prefix();
    Shard& at = shard(prefix);
    const std::scoped_lock lock(at.mutex);
    const auto found = at.counts.find(prefix);
    if (found != at.counts.end() && --found->second == 0) at.counts.erase(found);
}

Shared::Shared(ServerOptions given, const Router& table)
    : options(std::move(given)),
      limits(options.limits),
      router(table),
      requests(limits.requests_per_second, limits.requests_burst, options.random),
      finishes(limits.requests_per_second, limits.requests_burst, options.random),
      failures(limits.failures_per_minute / 60, limits.failures_burst, options.random) {
    if (!limits.rate_limits) {
        requests.lift();
        finishes.lift();
        failures.lift();
    }
}

std::shared_ptr<const TlsContext> Shared::tls() const {
    const std::scoped_lock lock(tls_mutex_);
    return tls_;
}

void Shared::set_tls(std::shared_ptr<const TlsContext> context) {
    const std::scoped_lock lock(tls_mutex_);
    tls_ = std::move(context);
}

}  // namespace latchkey::net
