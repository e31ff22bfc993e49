#include "main/measured_logins.hpp"

#include <chrono>

namespace latchkey {

MeasuredLogins::MeasuredLogins(login::LoginStore& store, ops::Metrics& metrics)
    : store_(store),
      durable_(metrics.latency(
          "latchkey_login_durable_seconds",
          "From a scan, a decision or a collection to its durable commit."
      )),
      refused_(metrics.counter(
          "latchkey_logins_refused_total",
          "Changes of logins that were not allowed, or that the database did not take."
      )) {
    using login::State;
    for (const State state :
         {State::scanned,
          State::approved,
          State::denied,
          State::collected,
          State::cancelled,
          State::reported}) {
        reached_.at(static_cast<std::size_t>(state)) = &metrics.counter(
            "latchkey_logins_total",
            "Logins by the state they reached.",
            "state",
            login::to_string(state)
        );
    }
}

Async<Result<login::Login>> MeasuredLogins::update(LoginId id, Change change, login::Asked asked) {
    const auto began = std::chrono::steady_clock::now();
    auto result = co_await store_.update(id, std::move(change), std::move(asked));
    count(result ? &*result : nullptr, began);
    co_return result;
}

Async<Result<login::Login>> MeasuredLogins::scan(
    LoginId id, AccountId by, ScanChange change, login::Asked asked
) {
    const auto began = std::chrono::steady_clock::now();
    auto result = co_await store_.scan(id, by, std::move(change), std::move(asked));
    count(result ? &*result : nullptr, began);
    co_return result;
}

Async<Result<login::Login>> MeasuredLogins::approve(
    LoginId id, Change change, login::ApprovalSignature signature, login::Asked asked
) {
    const auto began = std::chrono::steady_clock::now();
    auto result =
        co_await store_.approve(id, std::move(change), std::move(signature), std::move(asked));
    count(result ? &*result : nullptr, began);
    co_return result;
}

Async<Result<login::Login>> MeasuredLogins::collect(
    LoginId id, Change change, login::Collection what
) {
    const auto began = std::chrono::steady_clock::now();
    auto result = co_await store_.collect(id, std::move(change), std::move(what));
    count(result ? &*result : nullptr, began);
    co_return result;
}

Async<Result<login::Ended>> MeasuredLogins::end(
    LoginId id, Change change, login::Ending ending, IsOf is_of, login::Asked asked
) {
    const auto began = std::chrono::steady_clock::now();
    auto result =
        co_await store_.end(id, std::move(change), ending, std::move(is_of), std::move(asked));
    count(result ? &result->login : nullptr, began);
    co_return result;
}

void MeasuredLogins::count(const login::Login* login, std::chrono::steady_clock::time_point began) {
    if (login == nullptr) {
        refused_.add();
        return;
    }
    durable_.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count()
    );
    reached_.at(static_cast<std::size_t>(login->state))->add();
}

}  // namespace latchkey
