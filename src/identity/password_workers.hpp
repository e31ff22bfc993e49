/// The few threads on which passwords are hashed: at the default cost each hash takes some 30 ms
/// and 19 MiB.
#pragma once

#include "base/async.hpp"
#include "base/job_queue.hpp"
#include "base/secret.hpp"
#include "crypto/password.hpp"
#include "identity/identity.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace latchkey::identity {

/// How passwords are hashed. Every function is thread-safe.
struct Hashing {
    std::function<std::string(const Secret& password)> hash;
    std::function<bool(const std::string& hash, const Secret& password)> verify;
    /// Whether a hash was made at another cost than `hash` has now.
    std::function<bool(const std::string& hash)> outdated;
    /// A hash that no password fits, at the same cost as others.
    std::function<std::string()> dummy;
};

/// The real one, of the room `crypto`.
Hashing argon2id(const crypto::PasswordCost& cost = {});

inline constexpr unsigned password_threads_max = 2;
/// About a second of waiting; beyond it: `busy`.
inline constexpr std::size_t password_checks_queued_max = 64;

/// Bounded in threads, so in memory, and in queue. Thread-safe.
class PasswordWorkers {
 public:
    explicit PasswordWorkers(
        Hashing hashing = argon2id(),
        unsigned threads = password_threads_max,
        std::size_t queued_max = password_checks_queued_max
    );
    ~PasswordWorkers();
    PasswordWorkers(const PasswordWorkers&) = delete;
    PasswordWorkers& operator=(const PasswordWorkers&) = delete;

    /// Whether `hash` is of `password`. Without a hash (there is no such account) it checks against
    /// the dummy, at the same cost, and says no. Errors: `busy`.
    Async<Result<bool>> verify(std::optional<std::string> hash, Secret password);
    /// Errors: `busy` (also when there is no memory).
    Async<Result<std::string>> hash(Secret password);
    bool outdated(const std::string& hash) const { return hashing_.outdated(hash); }

    /// Answers all that has queued up and ends the threads; what comes later is `busy`. Called
    /// before the io_contexts of the callers go.
    void stop();

 private:
    /// False: there is no thread for it.
    using Job = std::function<void(bool can_run)>;

    template <class T>
    Async<Result<T>> run(std::function<T()> work);
    void serve();

    const Hashing hashing_;
    JobQueue<Job> queue_;
    std::vector<std::thread> threads_;
};

}  // namespace latchkey::identity
