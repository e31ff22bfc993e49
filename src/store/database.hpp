/// The database of one machine: SQLite in the data directory.
#pragma once

#include "base/async.hpp"
#include "base/time.hpp"
#include "identity/ports.hpp"
#include "login/clients.hpp"
#include "login/ports.hpp"
#include "store/audit_log.hpp"
#include "store/overview.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace latchkey::store {

struct DatabaseLimits {
    std::size_t writes_queued_max = 20'000;  ///< beyond: `unavailable`
    std::size_t reads_queued_max = 20'000;   ///< beyond: `unavailable`
    unsigned readers = 2;                    ///< threads, each with a connection
    milliseconds busy_max{5'000};  ///< waiting for another process (the commands) that writes
    std::uint64_t pages_max =
        0;  ///< of 4 KiB, of the whole database; beyond: `unavailable`; 0: no limit
    seconds session_idle_max = identity::session_idle_max;  ///< unused for so long, one is over
};

/// What a process opens the database for.
enum class Use : std::uint8_t {
    beside_others,  ///< a command; a server may run on the same file
    serving,        ///< the one server of this data directory; a second is refused
};

/// What the database counts. For metrics and readiness.
struct DatabaseCounts {
    std::uint64_t commits = 0;
    std::uint64_t writes = 0;  ///< answered; `writes / commits` is the size of a batch
    std::uint64_t failures = 0;
    std::size_t queued = 0;
    bool failing = false;  ///< the last commit failed
};

/// Opens everything, and is everything that the rooms above have asked of a store. One writer
/// commits what has queued up as one durable transaction (WAL, `synchronous=FULL`); a few threads
/// read. Other processes may read and write the same file. Thread-safe.
class Database {
 public:
    /// The name of the file in the data directory.
    static constexpr const char* file_name = "latchkey.db";

    /// Makes the directory (0700) and the file (0600) where they are missing, and brings an older
    /// schema up to date. Throws `std::runtime_error` with the path, the cause, and what would do.
    explicit Database(
        const std::filesystem::path& data_dir,
        const DatabaseLimits& limits = {},
        Use use = Use::beside_others
    );
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    login::LoginStore& logins();
    identity::AccountStore& accounts();
    identity::SessionStore& sessions();
    identity::PasskeyStore& passkeys();
    identity::InvitationStore& invitations();
    identity::RecoveryStore& recovery();
    login::ClientStore& clients();
    AuditLog& audit();
    Overview& overview();

    /// Removes logins, tickets, spent challenges, invitations and sessions that are over at `now`,
    /// in bounded batches between which others get their turn. For a timer. Returns how many went.
    /// Errors: `identity::Errc::unavailable`.
    Async<Result<std::size_t>> sweep(Time now);

    /// Whether it can be read, for readiness. Errors: `identity::Errc::unavailable`.
    Async<Result<void>> check();

    DatabaseCounts counts() const;

    /// Finishes and answers all that has queued up, then ends the threads; what comes later is
    /// `unavailable`. To be called before the io_contexts of the callers go. The destructor does
    /// it, too.
    void stop();

 private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace latchkey::store
