/// What the commands begin with that work on the database, beside a running server.
#pragma once

#include "base/result.hpp"
#include "ops/flags.hpp"
#include "store/database.hpp"

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace latchkey {

/// The value, or an exception with the meaning of the error.
template <class T>
T demand(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message());
    if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

/// Of a database that one command uses.
store::DatabaseLimits command_limits();

/// Throws `std::runtime_error` that says what would do when there is no database there.
void require_database(const std::filesystem::path& data);

/// One line to standard output.
void say(const std::string& line);

/// `2026-11-24`, in UTC.
std::string date_of(Time time);

/// What a command does once its line was read; returns its exit code.
using Act = std::function<int()>;

/// Writes every fault of the settings to standard error; gives the exit code for that.
int fail(const ops::Loaded& loaded);

/// An act that works on the data directory that the flags, the environment or the file names.
/// `flags` must outlive it.
Act on_data(const ops::Flags& flags, std::function<void(const std::filesystem::path&)> work);

}  // namespace latchkey
