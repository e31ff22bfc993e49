#include "ops/keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace latchkey::ops {
namespace {

std::string shortest(double value) {
    std::array<char, 32> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    return {text.data(), end.ptr};
}

template <class T>
std::optional<Value> number_of(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Value> flag_of_text(std::string_view text) {
    constexpr std::array<std::string_view, 4> yes = {"true", "1", "yes", "on"};
    constexpr std::array<std::string_view, 4> no = {"false", "0", "no", "off"};
    if (std::find(yes.begin(), yes.end(), text) != yes.end()) return true;
    if (std::find(no.begin(), no.end(), text) != no.end()) return false;
    return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> items_of(const std::vector<std::string>& texts) {
    std::vector<std::string> items;
    for (std::string_view rest : texts) {
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            if (const auto item = trimmed(rest.substr(0, comma)); !item.empty())
                items.emplace_back(item);
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return items;
}

/// A basic string of TOML 1.0.
std::string toml_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
            quoted += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            quoted.append("\\u00").append(1, digits[byte >> 4U]).append(1, digits[byte & 0xfU]);
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

struct TomlText {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return shortest(value); }
    std::string operator()(const std::string& value) const { return toml_string(value); }
    std::string operator()(const std::vector<std::string>& values) const {
        std::string list = "[";
        for (const std::string& value : values) {
            if (list.size() > 1) list += ", ";
            list += toml_string(value);
        }
        return list + ']';
    }
};

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string flag_of(const Key& key) {
    std::string flag = "--" + std::string(key.name);
    std::replace_if(flag.begin(), flag.end(), [](char c) { return c == '.' || c == '_'; }, '-');
    return flag;
}

std::string variable_of(const Key& key) {
    std::string variable = "LATCHKEY_";
    for (const char c : key.name) {
        variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return variable;
}

std::string would_do(const Key& key) {
    const std::string of = key.unit.empty() ? "" : " of " + std::string(key.unit);
    const std::string range = " from " + shortest(key.least) + " to " + shortest(key.most);
    switch (key.kind) {
        case Kind::flag:
            return "true or false";
        case Kind::whole:
            return "a whole number" + of + range;
        case Kind::number:
            return "a number" + of + range;
        case Kind::text:
            return std::string(key.text_would_do);
        case Kind::list:
            return "a list, each " + std::string(key.text_would_do);
    }
    return {};
}

bool is_good(const Key& key, const Value& value) {
    const auto in_range = [&](double number) { return number >= key.least && number <= key.most; };
    switch (key.kind) {
        case Kind::flag:
            return true;
        case Kind::whole:
            return in_range(static_cast<double>(std::get<std::int64_t>(value)));
        case Kind::number:
            return in_range(std::get<double>(value));
        case Kind::text:
            return key.text_good(std::get<std::string>(value));
        case Kind::list: {
            const auto& items = std::get<std::vector<std::string>>(value);
            const bool may_be_empty = key.name != "listen";
            return (may_be_empty || !items.empty()) &&
                   std::all_of(items.begin(), items.end(), key.text_good);
        }
    }
    return false;
}

std::optional<Value> value_of_texts(const Key& key, const std::vector<std::string>& texts) {
    if (key.kind == Kind::list) return items_of(texts);
    if (texts.size() != 1) return std::nullopt;
    const std::string& text = texts.front();
    switch (key.kind) {
        case Kind::flag:
            return flag_of_text(text);
        case Kind::whole:
            return number_of<std::int64_t>(text);
        case Kind::number:
            return number_of<double>(text);
        default:
            return text;
    }
}

std::string toml_text(const Value& value) {
    return std::visit(TomlText{}, value);
}

std::string_view section_of(std::string_view name) {
    const std::size_t dot = name.find('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::vector<std::string_view> sections() {
    std::vector<std::string_view> found;
    for (const Key& key : keys()) {
        const std::string_view section = section_of(key.name);
        const bool is_new = found.empty() || found.back() != section;
        if (!section.empty() && is_new) found.push_back(section);
    }
    return found;
}

std::string_view KeyNames::next(std::string_view name, std::string& text) {
    const std::string_view section = section_of(name);
    if (section.empty()) return name;
    if (section != section_) text.append("\n[").append(section).append("]\n");
    section_ = section;
    return name.substr(section.size() + 1);
}

std::string example_toml() {
    std::string text =
        "# Latchkey's settings, each with its default. `latchkey check-config --config FILE` says "
        "what would hold.\n"
        "# Every key is also a flag (--log-level) and a variable (LATCHKEY_LOG_LEVEL); flags win "
        "over variables,\n"
        "# variables over this file.\n";
    KeyNames names;
    for (const Key& key : keys()) {
        const std::string_view name = names.next(key.name, text);
        text.append("\n# ")
            .append(key.help)
            .append("\n# It is ")
            .append(would_do(key))
            .append(".\n# ");
        text.append(name).append(" = ").append(toml_text(key.read(Settings{}))).append("\n");
    }
    return text;
}

std::string nearest(std::string_view wrong, const std::vector<std::string>& names) {
    std::string best;
    std::size_t best_distance = wrong.size() / 3 + 1;  // further away it would be guessing
    for (const std::string& name : names) {
        const std::size_t away = distance(wrong, name);
        if (away <= best_distance && (best.empty() || away < best_distance)) {
            best = name;
            best_distance = away;
        }
    }
    return best;
}

}  // namespace latchkey::ops
