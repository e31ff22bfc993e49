/// Counters and histograms, for Prometheus. Names and labels never hold a secret or an address.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::ops {

/// Owns every series. Thread-safe. References stay good for the life of `Metrics`.
class Metrics {
 public:
    class Counter {
     public:
        virtual ~Counter() = default;
        virtual void add(double amount = 1) noexcept = 0;
    };
    class Histogram {
     public:
        virtual ~Histogram() = default;
        virtual void observe(double seconds) noexcept = 0;
    };

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// The same name and label value give the same counter. `label` may be empty.
    Counter& counter(
        std::string_view name,
        std::string_view help,
        std::string_view label = {},
        std::string_view value = {}
    );
    /// Seconds, buckets from 50 µs to 10 s.
    Histogram& latency(std::string_view name, std::string_view help);
    /// A figure that is asked for at each scrape; with `counter` it only grows. `read` is called
    /// from the thread that scrapes, must live as long as `Metrics`, and must not use it.
    void sampled(
        std::string_view name, std::string_view help, bool counter, std::function<double()> read
    );

    /// Prometheus text exposition format 0.0.4.
    std::string text() const;

 private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::ops
