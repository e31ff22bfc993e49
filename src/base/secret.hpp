/// A text that must not get into a log, a metric or an error: it can be neither printed nor
/// formatted, and is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace latchkey {

class Secret {
 public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe();
            value_ = other.value_;
        }
        return *this;
    }
    Secret(Secret&& other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            value_ = std::move(other.value_);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    /// The value itself. Whoever calls this answers for where it goes.
    std::string_view reveal() const { return value_; }
    bool empty() const { return value_.empty(); }

 private:
    void wipe() noexcept;
    std::string value_;
};

}  // namespace latchkey
