#include "ops/log_line.hpp"

#include "base/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace latchkey::ops {
namespace {

std::string hex_escape(std::string_view before, unsigned value, std::string_view after, int width) {
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), "%0*x", width, value);
    return std::string(before).append(digits.data()).append(after);
}

/// What of valid UTF-8 must not be shown as it is: C1 controls, separators, changes of direction.
bool is_misleading(unsigned code_point) {
    return (code_point >= 0x80 && code_point <= 0x9f) || code_point == 0x200e ||
           code_point == 0x200f || (code_point >= 0x2028 && code_point <= 0x202e) ||
           (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0xfeff;
}

/// The code point that starts at `at` of valid UTF-8, and how many bytes it takes.
std::pair<unsigned, std::size_t> decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned first = byte(0);
    if (first < 0xe0) return {(first & 0x1fU) << 6 | (byte(1) & 0x3fU), 2};
    if (first < 0xf0)
        return {(first & 0x0fU) << 12 | (byte(1) & 0x3fU) << 6 | (byte(2) & 0x3fU), 3};
    return {0x10000, 4};  // nothing misleading up there
}

std::string escape_of(char control) {
    switch (control) {
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return hex_escape("\\x", static_cast<unsigned char>(control), "", 2);
    }
}

std::string number(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end.ptr};
}

struct Shown {
    std::string operator()(std::string_view text) const { return escaped(text); }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number(value); }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
};

/// In quotes where a reader could not tell where the value ends.
std::string quoted(std::string text) {
    if (!text.empty() && text.find_first_of(" =\"") == std::string::npos) return text;
    std::string inside;
    for (const char c : text) {
        if (c == '"') inside += '\\';
        inside += c;
    }
    return '"' + inside + '"';
}

}  // namespace

std::string utc_text(Time time) {
    const auto whole = std::chrono::floor<seconds>(time);
    const std::time_t stamp = std::chrono::system_clock::to_time_t(whole);
    std::tm parts{};
    gmtime_r(&stamp, &parts);
    std::array<char, 48> text{};
    const int written = std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
        parts.tm_year + 1900,
        parts.tm_mon + 1,
        parts.tm_mday,
        parts.tm_hour,
        parts.tm_min,
        parts.tm_sec,
        static_cast<int>((time - whole).count())
    );
    return {text.data(), static_cast<std::size_t>(written)};
}

std::string_view to_string(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warn:
            return "warn";
        case Level::error:
            return "error";
    }
    return "error";
}

std::string escaped(std::string_view text) {
    const bool valid = is_utf8(text);
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x20 || byte == 0x7f) {
            out += escape_of(text[at++]);
        } else if (byte < 0x80) {
            out += text[at++];
        } else if (!valid) {
            out += hex_escape("\\x", byte, "", 2);
            ++at;
        } else {
            const auto [code_point, size] = decode(text, at);
            if (is_misleading(code_point)) {
                out += hex_escape("\\u{", code_point, "}", 1);
            } else {
                out += text.substr(at, size);
            }
            at += size;
        }
    }
    return out;
}

std::string human_line(
    Level level, Time now, std::string_view event, std::initializer_list<Field> fields
) {
    std::string line = utc_text(now);
    line += ' ';
    line += to_string(level);
    line.append(6 - to_string(level).size(), ' ');

    std::string said(event);
    std::string rest;
    for (const Field& field : fields) {
        const std::string place = '{' + std::string(field.name) + '}';
        const std::string value = std::visit(Shown{}, field.value);
        if (const auto at = said.find(place); at != std::string::npos) {
            said.replace(at, place.size(), value);
        } else {
            rest.append("  ").append(field.name).append("=").append(quoted(value));
        }
    }
    return line + said + rest;
}

std::string json_line(
    Level level, Time now, std::string_view event, std::initializer_list<Field> fields
) {
    boost::json::object line;
    line["time"] = utc_text(now);
    line["level"] = to_string(level);
    line["event"] = event;
    for (const Field& field : fields) {
        if (const auto* text = std::get_if<std::string_view>(&field.value)) {
            line[field.name] = is_utf8(*text) ? std::string(*text) : escaped(*text);
        } else {
            std::visit([&](const auto& value) { line[field.name] = value; }, field.value);
        }
    }
    return boost::json::serialize(line);
}

}  // namespace latchkey::ops
