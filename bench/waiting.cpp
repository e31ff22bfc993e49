#include "crowd.hpp"
#include "scenario.hpp"

namespace latchkey::bench {
namespace {

using std::chrono::seconds;

struct Memory {
    std::int64_t pss = 0;
    KernelMemory kernel;
};

Memory memory_of(const Processes& processes) {
    return {processes.pss_bytes(), kernel_memory()};
}

/// Goes through some logins and a small crowd, so that what a server allocates once is there
/// before the measuring.
void warm_up(Loop& loop, Scene& scene, std::int64_t pages) {
    if (pages == 0) return;
    {
        Crowd first(loop, scene);
        first.open(static_cast<std::size_t>(pages), seconds(120));
    }
    loop.run_for(milliseconds(1000));
}

int run(const Arguments& arguments) {
    const auto count = arguments.number("waiting", 1, sockets_max());
    const seconds idle(arguments.number("idle-seconds", 0, 3600));
    const seconds time_max(arguments.number("seconds", 1, 3600));
    const seconds settle(arguments.number("settle-seconds", 0, 600));
    auto scene = scene_of(arguments);
    const auto processes = processes_of(arguments);
    if (processes.empty()) throw UsageError("--pids is needed: memory is read there");

    Loop loop;
    Crowd crowd(loop, scene);
    warm_up(loop, scene, arguments.number("warm-up", 0, 5000));
    const auto before = memory_of(processes);
    const auto opened = Clock::now();
    crowd.open(static_cast<std::size_t>(count), time_max);
    const std::chrono::duration<double> opening = Clock::now() - opened;
    loop.run_for(std::chrono::duration_cast<milliseconds>(settle));
    const auto after = memory_of(processes);

    const auto messages_before = scene.messages;
    const auto cpu_before = processes.cpu_seconds();
    loop.run_for(std::chrono::duration_cast<milliseconds>(idle));
    const auto cpu = processes.cpu_seconds() - cpu_before;
    const auto still = static_cast<std::int64_t>(crowd.waiting());

    const auto each = static_cast<double>(count);
    const auto user = static_cast<double>(after.pss - before.pss);
    const auto slab = static_cast<double>(after.kernel.slab - before.kernel.slab);
    const auto buffers = static_cast<double>(after.kernel.tcp_buffers - before.kernel.tcp_buffers);
    Report("waiting")
        .add("server", scene.target.authority)
        .add("waiting", count)
        .add("still_waiting", still)
        .add("opening_s", opening.count())
        .add("pss_before_bytes", before.pss)
        .add("pss_after_bytes", after.pss)
        .add("user_bytes_each", user / each)
        .add("kernel_both_ends_bytes_each", (slab + buffers) / each)
        .add("kernel_bytes_each", (slab + buffers) / each / 2)
        .add("idle_s", static_cast<std::int64_t>(idle.count()))
        .add("idle_messages", scene.messages - messages_before)
        .add("idle_cpu_s", cpu)
        .add("idle_cpu_share", idle.count() > 0 ? cpu / static_cast<double>(idle.count()) : 0.0)
        .print();
    return still == count ? 0 : 1;
}

}  // namespace

Scenario waiting_scenario() {
    return {
        "waiting",
        "what one waiting browser costs: user memory, kernel memory (half of both ends), idle CPU",
        server_options({
            {"waiting",
             "19000",
             "browsers that wait, each with a token of its own; as many as this process may have "
             "files open"},
            {"warm-up", "50", "browsers that come and go before the measuring"},
            {"settle-seconds", "1", "rest before memory is read"},
            {"idle-seconds", "10", "how long the server's CPU is watched with nothing to do"},
            {"seconds", "120", "give up opening after that"},
        }),
        run,
    };
}

}  // namespace latchkey::bench
