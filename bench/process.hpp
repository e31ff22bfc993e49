#pragma once

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace latchkey::bench {

/// Processes of a server under test: those named and everything below them.
/// What has gone counts as nothing; a pid that never was is an error of the caller.
class Processes {
 public:
    /// Throws std::invalid_argument when one of `roots` does not run.
    explicit Processes(std::vector<pid_t> roots);

    /// User and system time used so far by all of them, in seconds (/proc/PID/stat, 10 ms steps).
    [[nodiscard]] double cpu_seconds() const;
    /// Proportional set size, in bytes (/proc/PID/smaps_rollup).
    [[nodiscard]] std::int64_t pss_bytes() const;
    /// Resident set size, in bytes.
    [[nodiscard]] std::int64_t rss_bytes() const;
    [[nodiscard]] bool empty() const { return roots_.empty(); }

 private:
    [[nodiscard]] std::vector<pid_t> all() const;

    std::vector<pid_t> roots_;
};

/// How many sockets this process can have beside what else it has open: as many files as the system
/// allows it, which it asks for here.
[[nodiscard]] std::int64_t sockets_max();

/// Own user and system time so far, in seconds.
[[nodiscard]] double own_cpu_seconds();

/// What the kernel holds, for the whole machine, in bytes.
struct KernelMemory {
    std::int64_t slab = 0;         ///< /proc/meminfo: Slab
    std::int64_t tcp_buffers = 0;  ///< /proc/net/sockstat: TCP mem
};
[[nodiscard]] KernelMemory kernel_memory();

/// Sum of the sizes of the files under `directory`, in bytes; 0 when `directory` is empty.
[[nodiscard]] std::int64_t directory_bytes(const std::string& directory);

}  // namespace latchkey::bench
