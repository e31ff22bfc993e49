/// Log lines, for people or as JSON. No secret gets in: `Secret` has no way to become a field.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace latchkey::ops {

enum class Level : std::uint8_t { debug, info, warn, error };
enum class LogFormat : std::uint8_t { human, json };

/// One named fact of a line.
struct Field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Sets the format and the lowest level written; to standard error. Before it is called: human,
/// info.
void set_up_log(LogFormat format, Level lowest);
bool logs(Level level);

/// Writes one line. Thread-safe. `event` is a short, stable sentence in lower case; facts are
/// fields, never part of it. Control characters of values are escaped, so that no value can forge a
/// line.
void log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

/// As `log` at info, but whatever the lowest level is: for what somebody waits to read.
void announce(std::string_view event, std::initializer_list<Field> fields = {});

}  // namespace latchkey::ops
