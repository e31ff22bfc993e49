/// One coroutine on the calling thread, for commands and for the start.
#pragma once

#include "base/async.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>

namespace latchkey {

/// Runs `work` to its end on an io_context of this thread and gives what it returned. Throws what
/// it threw. The context stays: a thread of the store may still be leaving it when its answer is
/// here.
template <class T>
T run_now(Async<T> work) {
    thread_local boost::asio::io_context context(1);
    context.restart();
    std::optional<T> result;
    std::exception_ptr failure;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error, T value) {
        failure = error;
        result.emplace(std::move(value));
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(result).value();
}

}  // namespace latchkey
