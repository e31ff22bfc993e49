/// Coroutines. Everything asynchronous runs on the io_context of one thread and stays there.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace latchkey {

/// A concrete executor: Asio's type-erased default costs an allocation and a virtual call a step.
using Executor = boost::asio::io_context::executor_type;

/// What a coroutine returns. Parameters of coroutines are taken by value; coroutines are never
/// capturing lambdas.
template <class T>
using Async = boost::asio::awaitable<T, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> use_awaitable{};

/// Continues a suspended coroutine with a value. Call it once, from any thread.
template <class T>
using Resume = std::function<void(T)>;

/// Suspends the calling coroutine, hands a `Resume` to `start`, and continues on the coroutine's
/// own thread once it is called. How work on other threads (database, password hashing) is awaited.
template <class T>
Async<T> suspend(std::function<void(Resume<T>)> start) {
    const Executor executor = co_await boost::asio::this_coro::executor;
    auto initiate = [executor](auto handler, std::function<void(Resume<T>)> begin) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        begin([held, executor](T value) {
            boost::asio::post(executor, [held, value = std::move(value)]() mutable {
                (*held)(std::move(value));
            });
        });
    };
    co_return co_await boost::asio::
        async_initiate<const boost::asio::use_awaitable_t<Executor>, void(T)>(
            std::move(initiate), use_awaitable, std::move(start)
        );
}

}  // namespace latchkey
