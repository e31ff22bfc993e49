#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace latchkey::crypto {
namespace {

using Sixteen = std::array<std::byte, 16>;

Sixteen sixteen() {
    Sixteen bytes{};
    system_random(bytes);
    return bytes;
}

TEST(SystemRandom, NeverGivesTheSameTwice) {
    std::set<Sixteen> seen;
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(seen.insert(sixteen()).second);
}

TEST(SystemRandom, FillsAnyNumberOfBytesToTheLast) {
    for (const std::size_t size : {0U, 1U, 31U, 127U, 128U, 129U, 511U, 512U, 513U, 100000U}) {
        std::vector<std::byte> bytes(size);
        std::vector<bool> touched(size);
        for (int i = 0; i < 4; ++i) {  // all four zero: once in 2^32 for each byte
            system_random(bytes);
            for (std::size_t j = 0; j < size; ++j) {
                if (bytes[j] != std::byte{0}) touched[j] = true;
            }
        }
        for (std::size_t j = 0; j < size && j < 1000; ++j) EXPECT_TRUE(touched[j]) << j;
    }
}

TEST(SystemRandom, IsAnotherInAChildProcess) {
    sixteen();  // something is fetched ahead by now
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const Sixteen its = sixteen();
        ::_exit(::write(ends[1], its.data(), its.size()) == ssize_t{its.size()} ? 0 : 1);
    }
    const Sixteen ours = sixteen();
    Sixteen its{};
    ASSERT_EQ(::read(ends[0], its.data(), its.size()), ssize_t{its.size()});
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(ends[0]);
    ::close(ends[1]);

    EXPECT_EQ(status, 0);
    EXPECT_NE(its, ours);
}

}  // namespace
}  // namespace latchkey::crypto
