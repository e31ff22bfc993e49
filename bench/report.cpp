#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace latchkey::bench {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out.push_back(' ');
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
    return out;
}

}  // namespace

double Sample::quantile(double share) const {
    if (values_.empty()) return 0;
    auto sorted = values_;
    const auto count = static_cast<double>(sorted.size());
    const auto rank = std::clamp(std::ceil(share * count), 1.0, count) - 1;
    const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(sorted, nth);
    return *nth;
}

Report::Report(std::string_view scenario) : line_("{\"scenario\":" + quoted(scenario)) {}

void Report::key(std::string_view name) {
    line_.append(",").append(quoted(name)).append(":");
}

Report& Report::add(std::string_view name, double value) {
    key(name);
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", std::isfinite(value) ? value : 0.0);
    line_.append(text);
    return *this;
}

Report& Report::add(std::string_view name, std::int64_t value) {
    key(name);
    line_.append(std::to_string(value));
    return *this;
}

Report& Report::add(std::string_view name, std::string_view value) {
    key(name);
    line_.append(quoted(value));
    return *this;
}

Report& Report::add_flag(std::string_view name, bool value) {
    key(name);
    line_.append(value ? "true" : "false");
    return *this;
}

Report& Report::add(std::string_view name, const Sample& sample) {
    const std::string stem(name);
    add(stem + "_us_p50", sample.quantile(0.50));
    add(stem + "_us_p99", sample.quantile(0.99));
    return add(stem + "_us_max", sample.max());
}

void Report::print() const {
    std::printf("%s}\n", line_.c_str());
    std::fflush(stdout);
}

}  // namespace latchkey::bench
