/// Settings from a TOML 1.0 file.
#pragma once

#include "ops/keys.hpp"

#include <string>
#include <vector>

namespace latchkey::ops {

/// What one source gave for one key, of the key's kind and within its bounds.
struct Given {
    const Key* key = nullptr;
    Value value;
    std::string source;
};

/// Reads the file at `path`. Appends to `given` what is good and to `faults` what is not: a file
/// that cannot be read, a mistake in the syntax (then nothing else is known of the file), unknown
/// keys, wrong values.
void read_toml(const std::string& path, std::vector<Given>& given, std::vector<Fault>& faults);

}  // namespace latchkey::ops
