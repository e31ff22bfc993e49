#pragma once

#include "visitor.hpp"

#include <memory>
#include <string>
#include <vector>

namespace latchkey::bench {

/// Many pages that wait and go on waiting, each with a login of its own.
class Crowd {
 public:
    Crowd(Loop& loop, Scene& scene);
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    /// Opens `count` pages and returns when all wait. Throws std::runtime_error with what went
    /// wrong when one cannot, or when `time_max` passes.
    void open(std::size_t count, std::chrono::seconds time_max);
    /// How many wait right now; fewer than opened when the server has closed some.
    [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
    class Member;
    class Lane;

    Loop& loop_;
    Scene& scene_;
    std::vector<std::unique_ptr<Member>> members_;
    std::size_t wanted_ = 0;
    std::size_t waiting_ = 0;
    std::string failure_;
};

}  // namespace latchkey::bench
