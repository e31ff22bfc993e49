/// Running coroutines in tests: a loop that lives as long as the work.
#pragma once

#include "base/async.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>
#include <vector>

namespace latchkey {

/// Lives as long as the process: a thread that has posted an answer may still be inside the loop
/// when the answer is there already. A forked child gets its own, since it must not share the
/// parent's epoll set.
inline boost::asio::io_context& loop_of_this_process() {
    static pid_t owner = 0;
    static std::unique_ptr<boost::asio::io_context> loop;
    if (owner != ::getpid()) {
        (void)loop.release();
        loop = std::make_unique<boost::asio::io_context>(1);
        owner = ::getpid();
    }
    return *loop;
}

template <class T>
Async<void> keep_outcome(Async<T> work, std::optional<T>* outcome) {
    outcome->emplace(co_await std::move(work));
}

/// Runs all of them at once on one loop, and gives their values in the same order.
template <class T>
std::vector<T> await_all(std::vector<Async<T>> works) {
    boost::asio::io_context& loop = loop_of_this_process();
    loop.restart();
    auto busy = boost::asio::make_work_guard(loop);
    std::vector<std::optional<T>> outcomes(works.size());
    std::size_t left = works.size();
    std::exception_ptr fault;
    for (std::size_t i = 0; i < works.size(); ++i) {
        Async<void> kept = keep_outcome(std::move(works[i]), &outcomes[i]);
        boost::asio::co_spawn(
            loop.get_executor(),
            std::move(kept),
            [&](const std::exception_ptr& thrown) {
                if (thrown) fault = thrown;
                if (--left == 0) busy.reset();
            }
        );
    }
    if (works.empty()) busy.reset();
    loop.run();
    if (fault) std::rethrow_exception(fault);
    std::vector<T> values;
    for (auto& outcome : outcomes) values.push_back(std::move(*outcome));
    return values;
}

/// Runs one and gives its value.
template <class T>
T await(Async<T> work) {
    std::vector<Async<T>> works;
    works.push_back(std::move(work));
    return std::move(await_all(std::move(works)).front());
}

}  // namespace latchkey
