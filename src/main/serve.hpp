/// The command `serve`.
#pragma once

#include "ops/config.hpp"

#include <string>
#include <vector>

namespace latchkey {

/// Serves until SIGTERM or SIGINT, then drains and returns. SIGHUP reads the TLS files again; a
/// second SIGTERM or SIGINT ends the process at once. Never leaves the foreground. Must be called
/// before any thread is started. Throws when it cannot start, saying why.
/// `warnings` are logged once the addresses are.
void serve(const ops::Settings& settings, const std::vector<std::string>& warnings);

}  // namespace latchkey
