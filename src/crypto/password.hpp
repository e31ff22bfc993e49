/// Passwords at rest: Argon2id (RFC 9106) in PHC strings that carry their own salt and cost.
/// Every call but `needs_rehash` takes some 30 ms of one core and 19 MiB of memory: never on a
/// loop's thread.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <string>

namespace latchkey::crypto {

/// Passes over the memory, and the memory, of a hash made now (the OWASP minimum for Argon2id).
inline constexpr unsigned long long password_passes = 2;
inline constexpr std::size_t password_memory_bytes = std::size_t{19} * 1024 * 1024;

/// A new salted hash. Thread-safe. Throws `std::bad_alloc` when there is no memory for it.
std::string hash_password(const Secret& password);

/// Whether `hash` is of that password; false for a text that is no such hash, and when there is no
/// memory to tell. Thread-safe.
bool verify_password(const std::string& hash, const Secret& password);

/// Whether the hash was made at another cost than `hash_password` has now (or is none at all).
/// Pure.
bool needs_rehash(const std::string& hash);

/// A hash at today's cost of a password that nobody knows: checking against it takes the time that
/// a real account's check takes, so that an unknown name cannot be told from a wrong password. Made
/// at the first call. Thread-safe.
const std::string& dummy_password_hash();

}  // namespace latchkey::crypto
