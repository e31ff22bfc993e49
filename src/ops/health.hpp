/// Whether this node should get requests.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::ops {

/// Starting, then serving, then draining; and checks of what serving needs. Thread-safe.
class Health {
 public:
    /// A check is asked each time: empty when all is well, else why not, in a few words without
    /// secrets. It must live as long as this, be quick, and not call back.
    void require(std::string name, std::function<std::string()> check);

    void serving();
    /// For good: a load balancer that asks `/readyz` sends nobody here any more.
    void draining();

    /// Why the node is not ready; empty: ready.
    std::vector<std::string> reasons() const;

 private:
    enum class Phase : std::uint8_t { starting, serving, draining };

    mutable std::mutex mutex_;
    Phase phase_ = Phase::starting;
    std::vector<std::pair<std::string, std::function<std::string()>>> checks_;
};

}  // namespace latchkey::ops
