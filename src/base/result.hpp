/// Results instead of exceptions for what users and networks do.
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <string_view>

namespace latchkey {

/// A value, or why there is none. `if (!x) return x.error();`
template <class T>
using Result = boost::system::result<T>;

using ErrorCode = boost::system::error_code;

/// The category of one room's error enum. The room declares `std::string_view room_of(Errc)` (its
/// name) and `std::string_view meaning(Errc)` (one sentence a person can act on) beside the enum,
/// and specialises `boost::system::is_error_code_enum`.
template <class Errc>
class ErrorCategory final : public boost::system::error_category {
 public:
    const char* name() const noexcept override { return room_of(Errc{}).data(); }
    std::string message(int value) const override {
        return std::string(meaning(static_cast<Errc>(value)));
    }

    static const ErrorCategory& instance() noexcept {
        static const ErrorCategory category;
        return category;
    }
};

/// The `error_code` of a room's enum value; rooms call it from their `make_error_code`.
template <class Errc>
ErrorCode error_code_of(Errc value) noexcept {
    return {static_cast<int>(value), ErrorCategory<Errc>::instance()};
}

}  // namespace latchkey
