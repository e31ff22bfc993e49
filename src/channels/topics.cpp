#include "channels/topics.hpp"

#include <utility>

namespace latchkey::channels {
namespace {

constexpr std::size_t entries_min = 16;

constexpr std::uint32_t slot_max = 0xffffff;
static_assert(net::SocketId::generation_max < std::uint64_t{1} << 31);

/// 0 stands for a free place, so the first bit is always set. A slot has 24 bits then, a
/// generation 31.
std::uint64_t packed(const net::SocketId& id) {
    return std::uint64_t{1} << 63 | std::uint64_t{id.loop} << 55 |
           std::uint64_t{id.slot & slot_max} << 31 |
           (id.generation & net::SocketId::generation_max);
}

}  // namespace

Topics::Topics() = default;

Topics::Shard& Topics::shard(Topic topic) const {
    return shards_[topic % shard_count];
}

std::size_t Topics::home(const Shard& shard, Topic topic) {
    return topic / shard_count & (shard.entries.size() - 1);
}

void Topics::insert(Shard& shard, Entry entry) {
    const std::size_t mask = shard.entries.size() - 1;
    std::size_t at = home(shard, entry.topic);
    while (shard.entries[at].member != 0) at = (at + 1) & mask;
    shard.entries[at] = entry;
}

bool Topics::holds(const Shard& shard, const Entry& entry) {
    const std::size_t mask = shard.entries.size() - 1;
    std::size_t at = home(shard, entry.topic);
    while (shard.entries[at].member != 0 && shard.entries[at] != entry) at = (at + 1) & mask;
    return shard.entries[at].member != 0;
}

void Topics::resize(Shard& shard, std::size_t size) {
    std::vector<Entry> old = std::exchange(shard.entries, std::vector<Entry>(size));
    for (const Entry& entry : old) {
        if (entry.member != 0) insert(shard, entry);
    }
}

void Topics::join(Topic topic, const net::SocketId& member) {
    Shard& at = shard(topic);
    const std::scoped_lock lock(at.mutex);
    if (at.entries.empty()) at.entries.resize(entries_min);
    if (holds(at, {topic, packed(member)})) return;
    if ((at.used + 1) * 4 > at.entries.size() * 3) resize(at, at.entries.size() * 2);
    insert(at, {topic, packed(member)});
    ++at.used;
}

void Topics::leave(Topic topic, const net::SocketId& member) {
    Shard& at = shard(topic);
    const std::uint64_t wanted = packed(member);
    const std::scoped_lock lock(at.mutex);
    if (at.entries.empty()) return;
    const std::size_t mask = at.entries.size() - 1;
    std::size_t hole = home(at, topic);
    while (at.entries[hole].member != 0 &&
           (at.entries[hole].topic != topic || at.entries[hole].member != wanted)) {
        hole = (hole + 1) & mask;
    }
    if (at.entries[hole].member == 0) return;
    // Those behind the hole move up if the hole lies between their home and them, so that no search
    // ends early.
    for (std::size_t next = (hole + 1) & mask; at.entries[next].member != 0;
         next = (next + 1) & mask) {
        const std::size_t from_home = (next - home(at, at.entries[next].topic)) & mask;
        if (from_home >= ((next - hole) & mask))
            at.entries[std::exchange(hole, next)] = at.entries[next];
    }
    at.entries[hole] = {};
    --at.used;
    if (at.entries.size() > entries_min && at.used * 8 < at.entries.size())
        resize(at, at.entries.size() / 2);
}

std::vector<net::SocketId> Topics::members(Topic topic) const {
    std::vector<net::SocketId> found;
    Shard& at = shard(topic);
    const std::scoped_lock lock(at.mutex);
    if (at.entries.empty()) return found;
    const std::size_t mask = at.entries.size() - 1;
    for (std::size_t i = home(at, topic); at.entries[i].member != 0; i = (i + 1) & mask) {
        if (at.entries[i].topic != topic) continue;
        const std::uint64_t member = at.entries[i].member;
        found.push_back({
            static_cast<std::uint8_t>(member >> 55 & 0xff),
            static_cast<std::uint32_t>(member >> 31 & slot_max),
            static_cast<std::uint32_t>(member & net::SocketId::generation_max),
        });
    }
    return found;
}

std::size_t Topics::size() const {
    std::size_t sum = 0;
    for (Shard& one : shards_) {
        const std::scoped_lock lock(one.mutex);
        sum += one.used;
    }
    return sum;
}

}  // namespace latchkey::channels
