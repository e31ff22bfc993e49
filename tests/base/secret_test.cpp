#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace latchkey {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

// Nothing may print one by accident: the program would not compile.
static_assert(Printable<std::string>);
static_assert(!Printable<Secret>);
static_assert(!std::convertible_to<Secret, std::string>);
static_assert(!std::convertible_to<Secret, std::string_view>);
static_assert(!std::convertible_to<std::string, Secret>, "what becomes one says so");

TEST(Secret, LeavesNothingBehindWhereItWas) {
    Secret from("a secret that is too long to be kept in place");
    const Secret to = std::move(from);

    EXPECT_EQ(to.reveal(), "a secret that is too long to be kept in place");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

}  // namespace
}  // namespace latchkey
