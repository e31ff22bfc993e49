/// Passwords at rest: Argon2id (RFC 9106) in PHC strings that carry their own salt and cost.
/// At the default cost every call but `needs_rehash` takes some 30 ms of one core and 19 MiB of
/// memory: never on a loop's thread.
#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <string>

namespace latchkey::crypto {

/// What a guess costs. The default is the minimum that OWASP gives for Argon2id.
struct PasswordCost {
    unsigned long long passes = 2;  ///< over the memory
    std::size_t memory_bytes = std::size_t{19} * 1024 * 1024;
};

/// A new salted hash. Thread-safe. Throws `std::bad_alloc` when there is no memory for it.
std::string hash_password(const Secret& password, const PasswordCost& cost = {});

/// Whether `hash` is of that password; false for a text that is no such hash, and when there is no
/// memory to tell. Thread-safe.
bool verify_password(const std::string& hash, const Secret& password);

/// Whether the hash was made at another cost than this (or is none at all). Pure.
bool needs_rehash(const std::string& hash, const PasswordCost& cost = {});

/// A hash of a password that nobody knows: checking against it takes the time that a real account's
/// check takes, so that an unknown name cannot be told from a wrong password. Thread-safe. Throws
/// as `hash_password`.
std::string hash_of_unknown_password(const PasswordCost& cost = {});

}  // namespace latchkey::crypto
