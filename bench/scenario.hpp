#pragma once

#include "arguments.hpp"
#include "process.hpp"
#include "visitor.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace latchkey::bench {

/// One subcommand. `run` prints one or more lines of JSON on standard output and returns the exit
/// status: 0, or 1 when the server failed at something. It throws UsageError on wrong options and
/// std::exception when it could not measure.
struct Scenario {
    std::string_view name;
    std::string_view sentence;
    std::vector<Option> options;
    int (*run)(const Arguments&);
};

[[nodiscard]] Scenario logins_scenario();
[[nodiscard]] Scenario push_scenario();
[[nodiscard]] Scenario signins_scenario();
[[nodiscard]] Scenario handshakes_scenario();
[[nodiscard]] Scenario waiting_scenario();
[[nodiscard]] Scenario codes_scenario();
[[nodiscard]] Scenario abuse_scenario();
[[nodiscard]] Scenario commit_scenario();

/// `--server`, `--wire`, `--pids`, `--sign-in`, `--browsers` and those of `more`.
[[nodiscard]] std::vector<Option> server_options(const std::vector<Option>& more);

/// Reads those options and signs the phone in when `--sign-in NAME` is given: `POST /v1/session`
/// with the password from the environment variable LATCHKEY_BENCH_PASSWORD. Throws
/// std::runtime_error when that is refused. On the v1 wire its browsers get their cookies here.
[[nodiscard]] Scene scene_of(const Arguments& arguments);
[[nodiscard]] Processes processes_of(const Arguments& arguments);

/// One request over a connection of its own. Throws std::runtime_error without an answer in 10 s.
struct Answer {
    int status = 0;
    std::string body;
    std::string cookies;
};
[[nodiscard]] Answer ask(const Scene& scene, std::string request);

}  // namespace latchkey::bench
