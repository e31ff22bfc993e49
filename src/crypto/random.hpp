/// The machine's randomness.
#pragma once

#include <cstddef>
#include <span>

namespace latchkey::crypto {

/// Fills with cryptographically secure random bytes of the operating system, fetched ahead by some
/// hundred for each thread. Thread-safe; a forked child gets others than its parent.
void system_random(std::span<std::byte> bytes);

}  // namespace latchkey::crypto
