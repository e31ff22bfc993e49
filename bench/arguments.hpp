#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace latchkey::bench {

/// One option `--NAME VALUE` of a subcommand.
struct Option {
    std::string_view name;
    std::string_view value;  ///< what it is without being given
    std::string_view help;
};

/// A wrong command line.
class UsageError : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

/// The options of one subcommand, read from a command line.
class Arguments {
 public:
    /// Throws UsageError on an unknown option or one without its value.
    Arguments(const std::vector<Option>& options, const std::vector<std::string>& given);

    /// Throws UsageError when the value is empty.
    [[nodiscard]] const std::string& required(std::string_view name) const;
    [[nodiscard]] const std::string& text(std::string_view name) const;
    /// Throws UsageError unless the value is a whole number from `least` to `most`.
    [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most)
        const;
    /// A comma-separated list of process ids, possibly empty.
    [[nodiscard]] std::vector<pid_t> pids(std::string_view name) const;

 private:
    std::map<std::string, std::string, std::less<>> values_;
};

/// The text for `--help`.
[[nodiscard]] std::string help(
    std::string_view command, std::string_view sentence, const std::vector<Option>& options
);

}  // namespace latchkey::bench
