#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::bench {

/// Durations in microseconds; the order of `add` does not matter.
class Sample {
 public:
    void add(double value) { values_.push_back(value); }
    [[nodiscard]] std::size_t size() const { return values_.size(); }
    /// The value below which `share` (0…1) of all lie, by nearest rank; 0 without values.
    [[nodiscard]] double quantile(double share) const;
    [[nodiscard]] double max() const { return quantile(1.0); }

 private:
    std::vector<double> values_;
};

/// One line of JSON on standard output: `{"scenario":"logins","rate_per_s":…}`.
class Report {
 public:
    explicit Report(std::string_view scenario);

    Report& add(std::string_view name, double value);
    Report& add(std::string_view name, std::int64_t value);
    Report& add(std::string_view name, std::string_view value);
    Report& add_flag(std::string_view name, bool value);
    /// `NAME_us_p50`, `NAME_us_p99`, `NAME_us_max`.
    Report& add(std::string_view name, const Sample& sample);
    void print() const;

 private:
    void key(std::string_view name);

    std::string line_;
};

}  // namespace latchkey::bench
