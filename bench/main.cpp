#include "scenario.hpp"

#include <cstdio>
#include <exception>

namespace latchkey::bench {
namespace {

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all{
        logins_scenario(),
        push_scenario(),
        signins_scenario(),
        handshakes_scenario(),
        waiting_scenario(),
        codes_scenario(),
        abuse_scenario(),
        commit_scenario(),
    };
    return all;
}

int usage(std::FILE* out) {
    std::fputs("usage: latchkey-bench SCENARIO [--OPTION VALUE]...\n\n", out);
    for (const auto& scenario : scenarios()) {
        std::fprintf(
            out,
            "  %-12s%s\n",
            std::string(scenario.name).c_str(),
            std::string(scenario.sentence).c_str()
        );
    }
    std::fputs("\nlatchkey-bench SCENARIO --help lists the options.\n", out);
    return out == stdout ? 0 : 2;
}

int run(const Scenario& scenario, const std::vector<std::string>& words) {
    for (const auto& word : words) {
        if (word != "--help") continue;
        std::fputs(help(scenario.name, scenario.sentence, scenario.options).c_str(), stdout);
        return 0;
    }
    try {
        return scenario.run(Arguments(scenario.options, words));
    } catch (const UsageError& error) {
        std::fprintf(stderr, "latchkey-bench: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(
            stderr, "latchkey-bench %s: %s\n", std::string(scenario.name).c_str(), error.what()
        );
        return 1;
    }
}

}  // namespace
}  // namespace latchkey::bench

int main(int argc, char** argv) {
    using namespace latchkey::bench;
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.empty()) return usage(stderr);
    if (words[0] == "--help") return usage(stdout);
    for (const auto& scenario : scenarios()) {
        if (scenario.name == words[0]) return run(scenario, {words.begin() + 1, words.end()});
    }
    return usage(stderr);
}
