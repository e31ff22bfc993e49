#include "process.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <unistd.h>

namespace latchkey::bench {
namespace {

constexpr std::int64_t kibibyte = 1024;

std::string proc_path(pid_t pid, const char* name) {
    return "/proc/" + std::to_string(pid) + "/" + name;
}

/// The number behind `label` at the start of a line of `path`, or 0.
std::int64_t labelled(const std::string& path, std::string_view label) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line)) {
        if (line.starts_with(label)) return std::stoll(line.substr(label.size()));
    }
    return 0;
}

void add_with_children(pid_t pid, std::vector<pid_t>& found) {
    found.push_back(pid);
    std::error_code error;
    const std::filesystem::directory_iterator tasks(proc_path(pid, "task"), error);
    if (error) return;
    for (const auto& task : tasks) {
        std::ifstream children(task.path() / "children");
        pid_t child = 0;
        while (children >> child) add_with_children(child, found);
    }
}

double cpu_seconds_of(pid_t pid) {
    std::ifstream file(proc_path(pid, "stat"));
    std::string line;
    std::getline(file, line);
    // The name in parentheses may hold blanks: count fields from behind it (proc(5): 14 and 15).
    const auto name_end = line.rfind(')');
    if (name_end == std::string::npos) return 0;
    std::istringstream fields(line.substr(name_end + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    long user = 0;
    long system = 0;
    fields >> user >> system;
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

Processes::Processes(std::vector<pid_t> roots) : roots_(std::move(roots)) {
    for (const auto pid : roots_) {
        if (!std::filesystem::exists(proc_path(pid, "stat"))) {
            throw std::invalid_argument("pid: no process " + std::to_string(pid));
        }
    }
}

std::vector<pid_t> Processes::all() const {
    std::vector<pid_t> found;
    for (const auto pid : roots_) add_with_children(pid, found);
    return found;
}

double Processes::cpu_seconds() const {
    double sum = 0;
    for (const auto pid : all()) sum += cpu_seconds_of(pid);
    return sum;
}

std::int64_t Processes::pss_bytes() const {
    std::int64_t sum = 0;
    for (const auto pid : all()) sum += labelled(proc_path(pid, "smaps_rollup"), "Pss:") * kibibyte;
    return sum;
}

std::int64_t Processes::rss_bytes() const {
    std::int64_t sum = 0;
    for (const auto pid : all()) sum += labelled(proc_path(pid, "status"), "VmRSS:") * kibibyte;
    return sum;
}

std::int64_t sockets_max() {
    constexpr rlim_t files_beside_sockets = 100;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t most = std::min<rlim_t>(limit.rlim_cur, 10'000'000);
    return static_cast<std::int64_t>(
        std::max(most, files_beside_sockets + 1) - files_beside_sockets
    );
}

double own_cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

KernelMemory kernel_memory() {
    KernelMemory memory;
    memory.slab = labelled("/proc/meminfo", "Slab:") * kibibyte;
    std::ifstream file("/proc/net/sockstat");
    std::string word;
    while (file >> word && word != "TCP:") {
    }
    while (file >> word && word != "mem") {
    }
    std::int64_t pages = 0;
    if (file >> pages) memory.tcp_buffers = pages * ::sysconf(_SC_PAGESIZE);
    return memory;
}

std::int64_t directory_bytes(const std::string& directory) {
    if (directory.empty()) return 0;
    std::int64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        std::error_code gone;  // a journal may vanish between listing and asking
        const auto size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
        if (!gone) sum += static_cast<std::int64_t>(size);
    }
    return sum;
}

}  // namespace latchkey::bench
