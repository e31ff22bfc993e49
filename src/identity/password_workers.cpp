#include "identity/password_workers.hpp"

#include <memory>
#include <mutex>
#include <new>
#include <utility>

namespace latchkey::identity {

Hashing argon2id(const crypto::PasswordCost& cost) {
    /// Made when it is first asked for.
    struct Dummy {
        std::once_flag made;
        std::string hash;
    };
    return {
        .hash = [cost](const Secret& password) { return crypto::hash_password(password, cost); },
        .verify = crypto::verify_password,
        .outdated = [cost](const std::string& hash) { return crypto::needs_rehash(hash, cost); },
        .dummy =
            [cost, dummy = std::make_shared<Dummy>()] {
                std::call_once(dummy->made, [&] {
                    dummy->hash = crypto::hash_of_unknown_password(cost);
                });
                return dummy->hash;
            },
    };
}

PasswordWorkers::PasswordWorkers(Hashing hashing, unsigned threads, std::size_t queued_max)
    : hashing_(std::move(hashing)), queue_(queued_max) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

PasswordWorkers::~PasswordWorkers() {
    stop();
}

void PasswordWorkers::stop() {
    queue_.close();
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

/// The dummy is made before the first job, so that not even the first unknown name takes longer.
void PasswordWorkers::serve() {
    hashing_.dummy();
    while (std::optional<Job> job = queue_.take()) (*job)(true);
}

template <class T>
Async<Result<T>> PasswordWorkers::run(std::function<T()> work) {
    return suspend<Result<T>>([this, work = std::move(work)](Resume<Result<T>> resume) mutable {
        Job job = [work = std::move(work), resume = std::move(resume)](bool can_run) {
            const Result<T> busy(boost::system::in_place_error, make_error_code(Errc::busy));
            Result<T> outcome = busy;
            try {
                if (can_run) outcome = Result<T>(boost::system::in_place_value, work());
            } catch (const std::bad_alloc&) {
                outcome = busy;  // no memory for a hash now
            }
            resume(std::move(outcome));
        };
        if (const auto refused = queue_.push(std::move(job))) (*refused)(false);
    });
}

Async<Result<bool>> PasswordWorkers::verify(std::optional<std::string> hash, Secret password) {
    return run<bool>([this, hash = std::move(hash), password = std::move(password)] {
        const bool fits = hashing_.verify(hash ? *hash : hashing_.dummy(), password);
        return fits && hash.has_value();
    });
}

Async<Result<std::string>> PasswordWorkers::hash(Secret password) {
    return run<std::string>([this, password = std::move(password)] {
        return hashing_.hash(password);
    });
}

}  // namespace latchkey::identity
