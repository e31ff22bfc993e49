/// Settings from the command line.
#pragma once

#include "ops/config.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): not ours
class App;
}

namespace latchkey::ops {

/// Collects what the flags say; must outlive the parsing.
class Flags {
 public:
    /// Adds `--config FILE` and a flag for each key of the table to a command, or only for the keys
    /// `only`.
    void add_to(CLI::App& command, const std::vector<std::string_view>& only = {});

    /// What was given, together with the environment of the process.
    Sources sources() const;

 private:
    std::string file_;
    std::vector<std::pair<std::string, std::vector<std::string>>> given_;
};

}  // namespace latchkey::ops
