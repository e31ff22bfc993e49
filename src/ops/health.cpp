#include "ops/health.hpp"

namespace latchkey::ops {

void Health::require(std::string name, std::function<std::string()> check) {
    const std::scoped_lock lock(mutex_);
    checks_.emplace_back(std::move(name), std::move(check));
}

void Health::serving() {
    const std::scoped_lock lock(mutex_);
    if (phase_ == Phase::starting) phase_ = Phase::serving;
}

void Health::draining() {
    const std::scoped_lock lock(mutex_);
    phase_ = Phase::draining;
}

std::vector<std::string> Health::reasons() const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> reasons;
    if (phase_ == Phase::starting) reasons.emplace_back("starting");
    if (phase_ == Phase::draining) reasons.emplace_back("draining");
    for (const auto& [name, check] : checks_) {
        const std::string why = check();
        if (!why.empty()) reasons.emplace_back(name).append(": ").append(why);
    }
    return reasons;
}

}  // namespace latchkey::ops
