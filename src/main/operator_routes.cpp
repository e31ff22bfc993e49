#include "main/operator_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

namespace latchkey {
namespace {

Async<net::Response> ready(const ops::Health& health, const Readable& readable) {
    const auto readable_now = co_await readable();
    auto reasons = health.reasons();
    if (!readable_now && reasons.empty()) reasons.emplace_back("database: it cannot be read");
    boost::json::object answer;
    answer["ready"] = reasons.empty();
    answer["reasons"] = boost::json::array(reasons.begin(), reasons.end());
    co_return net::json(answer, reasons.empty() ? 200 : 503).no_store();
}

double resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    double total_pages = 0;
    double resident_pages = 0;
    statm >> total_pages >> resident_pages;
    return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double open_files() {
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    return error
               ? 0
               : static_cast<double>(std::distance(begin(files), end(files)) - 1);  // less its own
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double files_max() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void mount_operator(
    net::Router& router, const ops::Health& health, const ops::Metrics& metrics, Readable readable
) {
    router.on(net::Method::get, "/healthz", net::Immediate([](const net::Request&) {
                  return net::json(boost::json::object{{"alive", true}}).no_store();
              }));
    router.on(
        net::Method::get,
        "/readyz",
        net::Deferred([&health, readable = std::move(readable)](net::Request) {
            return ready(health, readable);
        })
    );
    router.on(net::Method::get, "/metrics", net::Immediate([&metrics](const net::Request&) {
                  net::Response response;
                  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
                  response.body = metrics.text();
                  return std::move(response.no_store());
              }));
    router.otherwise([](const net::Request&) {
        return net::problem(404, "not-found", "Only /healthz, /readyz and /metrics are here.");
    });
}

void add_process_metrics(ops::Metrics& metrics) {
    metrics.sampled("process_resident_memory_bytes", "Resident memory.", false, resident_bytes);
    metrics.sampled("process_open_fds", "Open file descriptors.", false, open_files);
    metrics.sampled("process_max_fds", "How many file descriptors may be open.", false, files_max);
    metrics.sampled(
        "process_cpu_seconds_total", "Time on the processors, user and system.", true, cpu_seconds
    );
    const auto started_s = static_cast<double>(to_unix_ms(wall_clock_now())) / 1e3;
    metrics.sampled(
        "process_start_time_seconds",
        "When the process started, since 1970.",
        false,
        [started_s] { return started_s; }
    );
}

}  // namespace latchkey
