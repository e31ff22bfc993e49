#include "main/key_commands.hpp"

#include "crypto/random.hpp"
#include "main/desk.hpp"
#include "main/run_now.hpp"
#include "main/sealing_key.hpp"
#include "ops/audit.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace latchkey {
namespace {

/// In the audit log, if the server has run here so that there is one.
void note_rotation(const std::filesystem::path& data, login::KeyId key) {
    if (!std::filesystem::exists(data / store::Database::file_name)) return;
    store::Database database(data, command_limits());
    demand(run_now(database.audit().append({
        .at = wall_clock_now(),
        .kind = std::string(ops::audit::key_rotated),
        .detail = ops::audit_detail({{"key", std::int64_t{key}}}),
    })));
    database.stop();
}

}  // namespace

void key_rotate(const std::filesystem::path& data) {
    std::size_t before = 0;
    const StoredKeys keys = change_sealing_keys(data, [&](StoredKeys seen) {
        before = seen.size();
        const auto fresh = random_bytes<login::SealingKey>(crypto::system_random);
        auto changed = rotated(std::move(seen), fresh, wall_clock_now());
        if (changed) return *std::move(changed);
        throw std::runtime_error(
            "every id of a sealing key is taken by one that was replaced less than " +
            age_text(login::values_life_max) +
            " ago and still opens values; wait until the oldest is older"
        );
    });
    note_rotation(data, keys.front().id);
    std::printf(
        "key %u seals from now on; keys dropped: %zu\n"
        "A running server takes it within a minute, or at once on SIGHUP.\n",
        static_cast<unsigned>(keys.front().id),
        before + 1 - keys.size()
    );
}

void key_list(const std::filesystem::path& data) {
    const auto keys = load_sealing_keys(data);
    if (!keys) {
        throw std::runtime_error(
            "there is no " + (data / sealing_key_name).string() +
            "; name the server's data directory with --data. The server makes it when it is started"
        );
    }
    const Time now = wall_clock_now();
    for (const StoredKey& key : *keys) {
        std::printf(
            "%u\t%s\t%s\n",
            static_cast<unsigned>(key.id),
            key.id == keys->front().id ? "current" : "older",
            age_text(now - key.made_at).c_str()
        );
    }
}

std::string age_text(milliseconds age) {
    using std::chrono::floor;
    age = std::max(age, milliseconds(0));
    if (age < std::chrono::minutes(1)) return std::to_string(floor<seconds>(age).count()) + " s";
    if (age < std::chrono::hours(1))
        return std::to_string(floor<std::chrono::minutes>(age).count()) + " min";
    if (age < std::chrono::days(1))
        return std::to_string(floor<std::chrono::hours>(age).count()) + " h";
    return std::to_string(floor<std::chrono::days>(age).count()) + " d";
}

}  // namespace latchkey
