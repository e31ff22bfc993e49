#include "identity/session_cache.hpp"

#include <algorithm>

namespace latchkey::identity {
namespace {

bool fresh(Time fetched_at, Time now) {
    return fetched_at <= now && now < fetched_at + session_fresh_max;
}

}  // namespace

SessionCache::SessionCache(seconds idle_max)
    : idle_max_(idle_max), table_(std::make_unique<std::array<Shard, shards>>()) {}

/// Hashes of secrets are as good as random: their own bytes spread them.
SessionCache::Place SessionCache::place(const crypto::Sha256& token_hash) const {
    const std::size_t spread = std::hash<crypto::Sha256>{}(token_hash);
    Shard& shard = (*table_)[spread % shards];
    return {&shard, spread / shards % sets_per_shard};
}

std::optional<SignedIn> SessionCache::find(const crypto::Sha256& token_hash, Time now) const {
    const Place at = place(token_hash);
    const std::scoped_lock lock(at.shard->mutex);
    if (!at.shard->sets) return std::nullopt;
    for (const Entry& entry : (*at.shard->sets)[at.set]) {
        if (!entry.signed_in || entry.signed_in->session.token_hash != token_hash) continue;
        if (!fresh(entry.fetched_at, now) || !lives(entry.signed_in->session, now, idle_max_))
            break;
        return entry.signed_in;
    }
    return std::nullopt;
}

void SessionCache::keep(const SignedIn& signed_in, Time now, std::uint64_t epoch) {
    const crypto::Sha256& token_hash = signed_in.session.token_hash;
    const Place at = place(token_hash);
    const std::scoped_lock lock(at.shard->mutex);
    if (epoch != this->epoch()) return;
    auto& sets = at.shard->sets;
    if (!sets) sets = std::make_unique<std::array<Set, sets_per_shard>>();
    Set& set = (*sets)[at.set];
    auto entry = std::ranges::find_if(set, [&](const Entry& e) {
        return e.signed_in && e.signed_in->session.token_hash == token_hash;
    });
    if (entry == set.end()) entry = std::ranges::min_element(set, {}, &Entry::fetched_at);
    *entry = {signed_in, now};
}

/// The epoch moves first: a look-up that has seen the session before it ended either finds a later
/// epoch under the shard's lock, or has put its entry where it is found here.
template <class Ended>
void SessionCache::forget_if(Ended ended) {
    epoch_.fetch_add(1, std::memory_order_acq_rel);
    for (Shard& shard : *table_) {
        const std::scoped_lock lock(shard.mutex);
        if (!shard.sets) continue;
        for (Set& set : *shard.sets) {
            for (Entry& entry : set) {
                if (entry.signed_in && ended(entry.signed_in->session)) entry = {};
            }
        }
    }
}

void SessionCache::forget(const crypto::Sha256& token_hash) {
    epoch_.fetch_add(1, std::memory_order_acq_rel);
    const Place at = place(token_hash);
    const std::scoped_lock lock(at.shard->mutex);
    if (!at.shard->sets) return;
    for (Entry& entry : (*at.shard->sets)[at.set]) {
        if (entry.signed_in && entry.signed_in->session.token_hash == token_hash) entry = {};
    }
}

void SessionCache::forget(const AccountId& account, const SessionId& id) {
    forget_if([&](const Session& session) { return session.account == account && session.id == id; }
    );
}

void SessionCache::forget(const AccountId& account) {
    forget_if([&](const Session& session) { return session.account == account; });
}

}  // namespace latchkey::identity
