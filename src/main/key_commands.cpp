#include "main/key_commands.hpp"

#include "crypto/random.hpp"
#include "main/desk.hpp"
#include "main/run_now.hpp"
#include "main/sealing_key.hpp"
#include "ops/audit.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace latchkey {
namespace {

/// The audit log, if the server has run here so that there is one. Opened before the keys are kept
/// from others: both are kept by the lock of the directory.
class RotationLog {
 public:
    explicit RotationLog(const std::filesystem::path& data) {
        if (!std::filesystem::exists(data / store::Database::file_name)) return;
        database_ = std::make_unique<store::Database>(data, command_limits());
    }
    ~RotationLog() {
        if (database_) database_->stop();
    }
    RotationLog(const RotationLog&) = delete;
    RotationLog& operator=(const RotationLog&) = delete;

    void note(std::string_view kind, login::KeyId key) {
        if (!database_) return;
        demand(run_now(database_->audit().append({
            .at = wall_clock_now(),
            .kind = std::string(kind),
            .detail = ops::audit_detail({{"key", std::int64_t{key}}}),
        })));
    }

 private:
    std::unique_ptr<store::Database> database_;
};

/// That key was told of, and what would have made it the current one failed.
void take_back(RotationLog& log, const std::filesystem::path& data, login::KeyId told) noexcept {
    try {
        const auto keys = load_sealing_keys(data);
        const bool seals = keys && keys->front().id == told;
        if (!seals) log.note(ops::audit::key_not_rotated, told);
    } catch (const std::exception& error) {
        // That the rotation itself failed is told in any case, and most likely for the same reason.
        std::fprintf(
            stderr,
            "the audit log still tells of key %u: %s\n",
            static_cast<unsigned>(told),
            error.what()
        );
    }
}

StoredKeys with_another(StoredKeys keys) {
    const auto fresh = random_bytes<login::SealingKey>(crypto::system_random);
    auto changed = rotated(std::move(keys), fresh, wall_clock_now());
    if (changed) return *std::move(changed);
    throw std::runtime_error(
        "every id of a sealing key is taken by one that was replaced less than " +
        age_text(login::values_life_max) +
        " ago and still opens values; wait until the oldest is older"
    );
}

}  // namespace

void key_rotate(const std::filesystem::path& data) {
    RotationLog log(data);
    std::size_t before = 0;
    std::optional<login::KeyId> told;
    StoredKeys keys;
    try {
        // The keys and the log are two files, and no transaction spans both. So the log is told
        // first: it may tell of a key that never came to seal, but none seals that it is silent
        // about.
        keys = change_sealing_keys(data, [&](StoredKeys seen) {
            before = seen.size();
            StoredKeys changed = with_another(std::move(seen));
            log.note(ops::audit::key_rotated, changed.front().id);
            told = changed.front().id;
            return changed;
        });
    } catch (const std::exception&) {
        if (told) take_back(log, data, *told);
        throw;
    }
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
