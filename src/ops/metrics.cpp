#include "ops/metrics.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace latchkey::ops {
namespace {

constexpr std::size_t cache_line_bytes = 64;
constexpr std::size_t stripes = 8;

/// Which stripe a thread counts on, so that threads do not fight over one cache line.
std::size_t stripe_of_this_thread() {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % stripes;
    return mine;
}

struct alignas(cache_line_bytes) Stripe {
    std::atomic<double> amount{0};

    void add(double more) noexcept {
        double seen = amount.load(std::memory_order_relaxed);
        while (!amount.compare_exchange_weak(seen, seen + more, std::memory_order_relaxed)) {
        }
    }
};

/// prometheus-cpp's own counters share a cache line and its histograms take a lock for each
/// observation; these do neither.
class StripedCounter final : public Metrics::Counter {
 public:
    void add(double amount) noexcept override { stripes_[stripe_of_this_thread()].add(amount); }

    double total() const {
        double sum = 0;
        for (const Stripe& stripe : stripes_) sum += stripe.amount.load(std::memory_order_relaxed);
        return sum;
    }

 private:
    std::array<Stripe, stripes> stripes_;
};

constexpr std::array bucket_bounds_s = {
    0.00005,
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0
};

class LatencyHistogram final : public Metrics::Histogram {
 public:
    void observe(double seconds) noexcept override {
        const auto* const bound =
            std::lower_bound(bucket_bounds_s.begin(), bucket_bounds_s.end(), seconds);
        const auto bucket = static_cast<std::size_t>(bound - bucket_bounds_s.begin());
        counts_[bucket].fetch_add(1, std::memory_order_relaxed);
        sum_s_.add(seconds);
    }

    prometheus::ClientMetric collect() const {
        prometheus::ClientMetric metric;
        std::uint64_t so_far = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            so_far += counts_[i].load(std::memory_order_relaxed);
            const bool last = i == bucket_bounds_s.size();
            metric.histogram.bucket.push_back(
                {so_far, last ? std::numeric_limits<double>::infinity() : bucket_bounds_s[i]}
            );
        }
        metric.histogram.sample_count = so_far;
        metric.histogram.sample_sum = sum_s_.amount.load(std::memory_order_relaxed);
        return metric;
    }

 private:
    std::array<std::atomic<std::uint64_t>, bucket_bounds_s.size() + 1> counts_{};
    Stripe sum_s_;
};

using Label = std::pair<std::string, std::string>;

struct Sampled {
    bool counter = false;
    std::function<double()> read;
};

/// All series of one name; only one of the three kinds.
struct Family {
    std::string help;
    std::map<Label, std::unique_ptr<StripedCounter>> counters;
    std::unique_ptr<LatencyHistogram> histogram;
    std::optional<Sampled> sampled;

    bool taken_by_another_kind(bool counter, bool latency, bool sample) const {
        return (!counter && !counters.empty()) || (!latency && histogram) || (!sample && sampled);
    }
};

prometheus::ClientMetric metric_of(const Label& label, double value, bool counter) {
    prometheus::ClientMetric metric;
    if (!label.first.empty()) metric.label.push_back({label.first, label.second});
    (counter ? metric.counter.value : metric.gauge.value) = value;
    return metric;
}

prometheus::MetricFamily collect(const std::string& name, const Family& family) {
    prometheus::MetricFamily collected{name, family.help, prometheus::MetricType::Counter, {}};
    for (const auto& [label, counter] : family.counters) {
        collected.metric.push_back(metric_of(label, counter->total(), true));
    }
    if (family.histogram) {
        collected.type = prometheus::MetricType::Histogram;
        collected.metric.push_back(family.histogram->collect());
    }
    if (family.sampled) {
        const bool counter = family.sampled->counter;
        if (!counter) collected.type = prometheus::MetricType::Gauge;
        collected.metric.push_back(metric_of({}, family.sampled->read(), counter));
    }
    return collected;
}

}  // namespace

class Metrics::Parts {
 public:
    /// The family of that name, for one kind of series. Throws `std::logic_error` when it has
    /// another kind.
    Family& family(
        std::string_view name, std::string_view help, bool counter, bool latency, bool sample
    ) {
        Family& found = families[std::string(name)];
        if (found.taken_by_another_kind(counter, latency, sample)) {
            throw std::logic_error(
                "this metric is there already, of another kind: " + std::string(name)
            );
        }
        if (found.help.empty()) found.help = help;
        return found;
    }

    mutable std::mutex mutex;
    std::map<std::string, Family> families;
};

Metrics::Metrics() : parts_(std::make_unique<Parts>()) {}
Metrics::~Metrics() = default;

Metrics::Counter& Metrics::counter(
    std::string_view name, std::string_view help, std::string_view label, std::string_view value
) {
    const std::scoped_lock lock(parts_->mutex);
    auto& series = parts_->family(name, help, true, false, false).counters[Label(label, value)];
    if (!series) series = std::make_unique<StripedCounter>();
    return *series;
}

Metrics::Histogram& Metrics::latency(std::string_view name, std::string_view help) {
    const std::scoped_lock lock(parts_->mutex);
    auto& series = parts_->family(name, help, false, true, false).histogram;
    if (!series) series = std::make_unique<LatencyHistogram>();
    return *series;
}

void Metrics::sampled(
    std::string_view name, std::string_view help, bool counter, std::function<double()> read
) {
    const std::scoped_lock lock(parts_->mutex);
    parts_->family(name, help, false, false, true).sampled = Sampled{counter, std::move(read)};
}

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> families;
    {
        const std::scoped_lock lock(parts_->mutex);
        families.reserve(parts_->families.size());
        for (const auto& [name, family] : parts_->families)
            families.push_back(collect(name, family));
    }
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return std::move(out).str();
}

}  // namespace latchkey::ops
