#include "arguments.hpp"

#include <charconv>
#include <sstream>

namespace latchkey::bench {
namespace {

std::int64_t whole_number(std::string_view name, const std::string& text) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end) {
        throw UsageError("--" + std::string(name) + ": want a whole number, got '" + text + "'");
    }
    return value;
}

}  // namespace

Arguments::Arguments(const std::vector<Option>& options, const std::vector<std::string>& given) {
    for (const auto& option : options) values_.emplace(option.name, option.value);
    for (std::size_t i = 0; i < given.size(); i += 2) {
        const auto& word = given[i];
        const auto found = word.starts_with("--") ? values_.find(word.substr(2)) : values_.end();
        if (found == values_.end()) throw UsageError("unknown option " + word);
        if (i + 1 == given.size()) throw UsageError(word + " wants a value");
        found->second = given[i + 1];
    }
}

const std::string& Arguments::text(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw std::logic_error("no option " + std::string(name));
    return found->second;
}

const std::string& Arguments::required(std::string_view name) const {
    const auto& value = text(name);
    if (value.empty()) throw UsageError("--" + std::string(name) + " is needed");
    return value;
}

std::int64_t Arguments::number(std::string_view name, std::int64_t least, std::int64_t most) const {
    const auto value = whole_number(name, text(name));
    if (value < least || value > most) {
        throw UsageError(
            "--" + std::string(name) + ": from " + std::to_string(least) + " to " +
            std::to_string(most)
        );
    }
    return value;
}

std::vector<pid_t> Arguments::pids(std::string_view name) const {
    std::vector<pid_t> found;
    std::istringstream list(text(name));
    std::string word;
    while (std::getline(list, word, ',')) {
        found.push_back(static_cast<pid_t>(whole_number(name, word)));
    }
    return found;
}

std::string help(
    std::string_view command, std::string_view sentence, const std::vector<Option>& options
) {
    std::ostringstream text;
    text << "latchkey-bench " << command << ": " << sentence << "\n\n";
    for (const auto& option : options) {
        text << "  --" << option.name << " VALUE\n        " << option.help;
        if (!option.value.empty()) text << " [" << option.value << "]";
        text << "\n";
    }
    return text.str();
}

}  // namespace latchkey::bench
