/// How a line of the log looks. Pure.
#pragma once

#include "base/time.hpp"
#include "ops/log.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace latchkey::ops {

/// For people: `2026-11-22T22:00:00.123Z info  listening on http://127.0.0.1:40123  node=1`.
/// `{name}` in the event is replaced by that field's value, the other fields follow as
/// `name=value`.
std::string human_line(
    Level level, Time now, std::string_view event, std::initializer_list<Field> fields
);

/// One JSON object: `time`, `level`, `event` (as it stands in the code, so that it can be counted),
/// then the fields.
std::string json_line(
    Level level, Time now, std::string_view event, std::initializer_list<Field> fields
);

/// The text with everything that could forge a line or turn a terminal around written as `\n`,
/// `\x1b` or `\u{202e}`: control characters, line and paragraph separators, changes of direction,
/// and bytes that are not UTF-8.
std::string escaped(std::string_view text);

/// `2026-11-22T22:00:00.123Z`.
std::string utc_text(Time time);

std::string_view to_string(Level level);

}  // namespace latchkey::ops
