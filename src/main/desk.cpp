#include "main/desk.hpp"

#include "main/commands.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace latchkey {

store::DatabaseLimits command_limits() {
    store::DatabaseLimits limits;
    limits.readers = 1;
    return limits;
}

void require_database(const std::filesystem::path& data) {
    const auto file = data / store::Database::file_name;
    if (std::filesystem::exists(file)) return;
    throw std::runtime_error(
        "there is no database " + file.string() +
        "; name the server's data directory with --data (or make the first account with `latchkey "
        "user add`)"
    );
}

void say(const std::string& line) {
    std::printf("%s\n", line.c_str());
}

std::string date_of(Time time) {
    const std::time_t stamp = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    gmtime_r(&stamp, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return text.data();
}

int fail(const ops::Loaded& loaded) {
    for (const ops::Fault& fault : loaded.faults) {
        std::fprintf(stderr, "fault: %s\n", ops::to_string(fault).c_str());
    }
    const std::size_t count = loaded.faults.size();
    std::fprintf(
        stderr, "latchkey: the configuration has %zu fault%s\n", count, count == 1 ? "" : "s"
    );
    return exit_code::failed;
}

Act on_data(const ops::Flags& flags, std::function<void(const std::filesystem::path&)> work) {
    return [&flags, work = std::move(work)] {
        const ops::Loaded loaded = ops::load(flags.sources());
        if (!loaded.faults.empty()) return fail(loaded);
        work(loaded.settings.data);
        return exit_code::done;
    };
}

}  // namespace latchkey
