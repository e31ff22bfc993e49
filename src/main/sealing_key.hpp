/// The keys that seal codes, tokens and handles, as a file.
#pragma once

#include "base/random.hpp"
#include "login/values.hpp"
#include "main/key_ring.hpp"

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>

namespace latchkey {

inline constexpr const char* sealing_key_name = "sealing.key";

/// Reads `directory`/sealing.key, which its owner alone may read: exactly 32 bytes (one key, whose
/// id is 0 and which is as old as the file), or a list of keys as `to_text` writes it. Nothing when
/// there is no such file. Throws `std::runtime_error` that names the file and says what would do.
std::optional<StoredKeys> load_sealing_keys(const std::filesystem::path& directory);

/// As `load_sealing_keys`, or makes a file of one key when it is not there: mode 0600, durable
/// before this returns, and either whole or not there at all. When two processes make it at once,
/// both read the same one.
StoredKeys load_or_make_sealing_keys(const std::filesystem::path& directory, const Random& random);

/// Replaces the file, whole and durably; it stays its owner's. `change` gets what the file has now,
/// and nobody else changes it in between. Returns what is there then. Throws as
/// `load_sealing_keys`, also when there is no file, and what `change` throws (then nothing has
/// changed).
StoredKeys change_sealing_keys(
    const std::filesystem::path& directory, const std::function<StoredKeys(StoredKeys)>& change
);

/// The keys of a running server and the file that they are from. Thread-safe.
class ServingKeys {
 public:
    /// Loads the file or makes it. Throws as `load_or_make_sealing_keys`.
    ServingKeys(std::filesystem::path directory, const Random& random);

    const login::SealingKeys& keys() const { return keys_; }

    /// Takes what the file has now. A file that is gone or broken changes nothing. Logs when
    /// something is new or wrong. Never throws.
    void read_again() noexcept;

 private:
    const std::filesystem::path directory_;
    std::mutex reading_;
    StoredKeys stored_;
    login::SealingKeys keys_;
};

}  // namespace latchkey
