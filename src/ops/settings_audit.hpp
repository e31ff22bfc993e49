/// What the audit log is told of the settings.
#pragma once

#include "ops/config.hpp"

#include <string>

namespace latchkey::ops {

/// Every key that is not at its default, as `limits.requests_burst = 20, public_url = "…"`, in the
/// order of `keys()`. No setting is a secret; files are named, not read.
std::string not_default(const Settings& settings);

}  // namespace latchkey::ops
