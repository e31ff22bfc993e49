#include "ops/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace latchkey::ops {
namespace {

using testing::HasSubstr;

TEST(Metrics, CountsByLabel) {
    Metrics metrics;
    metrics.counter("latchkey_logins_total", "Logins by what became of them.", "state", "approved")
        .add();
    metrics.counter("latchkey_logins_total", "Logins by what became of them.", "state", "denied")
        .add(2);
    metrics.counter("latchkey_logins_total", "Logins by what became of them.", "state", "approved")
        .add();

    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# HELP latchkey_logins_total Logins by what became of them.\n"));
    EXPECT_THAT(text, HasSubstr("# TYPE latchkey_logins_total counter\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_logins_total{state=\"approved\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_logins_total{state=\"denied\"} 2\n"));
}

TEST(Metrics, TheSameNameIsTheSameCounter) {
    Metrics metrics;
    EXPECT_EQ(
        &metrics.counter("latchkey_a_total", "A."), &metrics.counter("latchkey_a_total", "A.")
    );
}

TEST(Metrics, OneNameHasOneKind) {
    Metrics metrics;
    metrics.counter("latchkey_a_total", "A.");
    EXPECT_THROW(metrics.latency("latchkey_a_total", "A."), std::logic_error);
    EXPECT_THROW(
        metrics.sampled("latchkey_a_total", "A.", true, [] { return 1.0; }), std::logic_error
    );
}

TEST(Metrics, NoThreadLosesACount) {
    Metrics metrics;
    auto& counter = metrics.counter("latchkey_a_total", "A.");
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 12; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 1000; ++i) counter.add();
            });
        }
    }
    EXPECT_THAT(metrics.text(), HasSubstr("latchkey_a_total 12000\n"));
}

TEST(Metrics, LatencyHasCumulativeBuckets) {
    Metrics metrics;
    auto& latency = metrics.latency("latchkey_approve_seconds", "From approve to durable.");
    latency.observe(0.00004);
    latency.observe(0.0001);  // a bucket holds its own bound
    latency.observe(0.3);
    latency.observe(60);

    const std::string text = metrics.text();
    EXPECT_THAT(text, HasSubstr("# TYPE latchkey_approve_seconds histogram\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_approve_seconds_bucket{le=\"0.0001\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_approve_seconds_bucket{le=\"0.5\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_approve_seconds_bucket{le=\"10\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_approve_seconds_bucket{le=\"+Inf\"} 4\n"));
    EXPECT_THAT(text, HasSubstr("latchkey_approve_seconds_count 4\n"));
}

TEST(Metrics, SampledIsAskedAtEachScrape) {
    Metrics metrics;
    double open = 3;
    metrics.sampled("latchkey_connections", "Open now.", false, [&] { return open; });
    EXPECT_THAT(metrics.text(), HasSubstr("# TYPE latchkey_connections gauge\n"));
    EXPECT_THAT(metrics.text(), HasSubstr("latchkey_connections 3\n"));
    open = 4;
    EXPECT_THAT(metrics.text(), HasSubstr("latchkey_connections 4\n"));
}

}  // namespace
}  // namespace latchkey::ops
