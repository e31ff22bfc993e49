#include "store/database.hpp"

#include "store/open.hpp"
#include "store/readers.hpp"
#include "store/sqlite_accounts.hpp"
#include "store/sqlite_clients.hpp"
#include "store/sqlite_joining.hpp"
#include "store/sqlite_logins.hpp"
#include "store/sqlite_passkeys.hpp"
#include "store/sqlite_sessions.hpp"
#include "store/writer.hpp"

#include <string>
#include <utility>
#include <vector>

namespace latchkey::store {
namespace {

using identity::Errc;

/// Rows that one job removes, and rows that one read looks through: some milliseconds' work each.
constexpr std::int64_t sweep_rows_max = 500;
constexpr std::int64_t scan_rows_max = 5'000;

Served opened(const std::filesystem::path& file, const DatabaseLimits& limits, Use use) {
    Served served = use == Use::serving ? open_for_serving(file, limits.busy_max)
                                        : Served{nullptr, open_for_writing(file, limits.busy_max)};
    if (limits.pages_max > 0) {
        served.connection.number(
            ("PRAGMA max_page_count = " + std::to_string(limits.pages_max)).c_str()
        );
    }
    return served;
}

std::vector<Connection> reading_connections(
    const std::filesystem::path& file, const DatabaseLimits& limits
) {
    std::vector<Connection> connections;
    connections.reserve(limits.readers);
    for (unsigned i = 0; i < limits.readers; ++i) {
        connections.emplace_back(file, Connection::Access::read_only, limits.busy_max);
    }
    return connections;
}

/// What an earlier run left. Read under the lock, so that nobody adds to it any more.
std::unique_ptr<KnownLogins> stored_logins(
    const std::filesystem::path& file, const DatabaseLimits& limits, Use use
) {
    if (use != Use::serving) return nullptr;
    auto known = std::make_unique<KnownLogins>();
    Connection connection(file, Connection::Access::read_only, limits.busy_max);
    LoginRows(connection).each_id([&](const LoginId& id) { known->add(id); });
    return known;
}

Work<std::int64_t> removing_logins(Time now) {
    return [now](Rows& rows) -> Result<std::int64_t> {
        rows.kept_logins.forget_all();
        return rows.logins.sweep(now, sweep_rows_max);
    };
}

Work<std::int64_t> removing_tickets(Time now) {
    return [now](Rows& rows) -> Result<std::int64_t> {
        return rows.tickets.sweep(now, sweep_rows_max);
    };
}

Work<std::int64_t> removing_challenges(Time now) {
    return [now](Rows& rows) -> Result<std::int64_t> {
        return rows.passkeys.sweep(now, sweep_rows_max);
    };
}

Work<std::int64_t> removing_invitations(Time now) {
    return [now](Rows& rows) -> Result<std::int64_t> {
        return rows.invitations.sweep(now, sweep_rows_max);
    };
}

Work<SessionScan> looking_for_dead_sessions(std::optional<SessionKey> from, Time now) {
    return [from, now](Rows& rows) -> Result<SessionScan> {
        return rows.sessions.scan(from, now, scan_rows_max);
    };
}

Work<std::int64_t> removing_sessions(std::vector<SessionKey> dead, Time now) {
    return [dead = std::move(dead), now](Rows& rows) -> Result<std::int64_t> {
        std::int64_t removed = 0;
        for (const SessionKey& key : dead) removed += rows.sessions.remove_dead(key, now) ? 1 : 0;
        return removed;
    };
}

}  // namespace

class Database::Parts {
 public:
    Parts(const std::filesystem::path& file, const DatabaseLimits& limits, Use use)
        : Parts(opened(file, limits, use), file, limits, use) {}
    Parts(Served served, const std::filesystem::path& file, const DatabaseLimits& limits, Use use)
        : lock(std::move(served.lock)),
          writer(std::move(served.connection), limits.writes_queued_max, limits.session_idle_max),
          readers(
              reading_connections(file, limits), limits.reads_queued_max, limits.session_idle_max
          ),
          known(stored_logins(file, limits, use)),
          logins(writer, readers, known.get()),
          accounts(writer, readers),
          sessions(writer, readers),
          passkeys(writer, readers),
          invitations(writer, readers),
          recovery(writer, readers),
          clients(writer, readers),
          audit(writer, readers),
          overview(readers) {}

    /// Writes it until it has less to remove than it may at once.
    Async<Result<std::size_t>> sweep_all(Work<std::int64_t> removing);
    Async<Result<std::size_t>> sweep_sessions(Time now);

    std::unique_ptr<ServingLock> lock;  ///< let go last
    Writer writer;
    Readers readers;
    std::unique_ptr<KnownLogins> known;  ///< only while no other process stores logins
    SqliteLogins logins;
    SqliteAccounts accounts;
    SqliteSessions sessions;
    SqlitePasskeys passkeys;
    SqliteInvitations invitations;
    SqliteRecovery recovery;
    SqliteClients clients;
    AuditLog audit;
    Overview overview;
};

Async<Result<std::size_t>> Database::Parts::sweep_all(Work<std::int64_t> removing) {
    std::size_t removed = 0;
    for (;;) {
        auto round =
            co_await writer.write<std::int64_t>(Writes::at_the_end, Errc::unavailable, removing);
        if (!round) co_return round.error();
        removed += static_cast<std::size_t>(*round);
        if (*round < sweep_rows_max) co_return removed;
    }
}

Async<Result<std::size_t>> Database::Parts::sweep_sessions(Time now) {
    std::size_t removed = 0;
    std::optional<SessionKey> last;
    do {
        auto scan = co_await readers.read<SessionScan>(
            Errc::unavailable, looking_for_dead_sessions(last, now)
        );
        if (!scan) co_return scan.error();
        last = scan->last;
        for (std::size_t at = 0; at < scan->dead.size(); at += sweep_rows_max) {
            const auto first = scan->dead.begin() + static_cast<std::ptrdiff_t>(at);
            const auto rest = scan->dead.end() - first;
            std::vector<SessionKey> some(
                first, first + std::min<std::ptrdiff_t>(rest, sweep_rows_max)
            );
            auto round = co_await writer.write<std::int64_t>(
                Writes::as_it_goes, Errc::unavailable, removing_sessions(std::move(some), now)
            );
            if (!round) co_return round.error();
            removed += static_cast<std::size_t>(*round);
        }
    } while (last);
    co_return removed;
}

Database::Database(const std::filesystem::path& data_dir, const DatabaseLimits& limits, Use use)
    : parts_(std::make_unique<Parts>(std::filesystem::absolute(data_dir) / file_name, limits, use)
      ) {}

Database::~Database() = default;

login::LoginStore& Database::logins() {
    return parts_->logins;
}
identity::AccountStore& Database::accounts() {
    return parts_->accounts;
}
identity::SessionStore& Database::sessions() {
    return parts_->sessions;
}
identity::PasskeyStore& Database::passkeys() {
    return parts_->passkeys;
}
identity::InvitationStore& Database::invitations() {
    return parts_->invitations;
}
identity::RecoveryStore& Database::recovery() {
    return parts_->recovery;
}
login::ClientStore& Database::clients() {
    return parts_->clients;
}
AuditLog& Database::audit() {
    return parts_->audit;
}
Overview& Database::overview() {
    return parts_->overview;
}

Async<Result<std::size_t>> Database::sweep(Time now) {
    auto logins = co_await parts_->sweep_all(removing_logins(now));
    if (!logins) co_return logins.error();
    auto tickets = co_await parts_->sweep_all(removing_tickets(now));
    if (!tickets) co_return tickets.error();
    auto challenges = co_await parts_->sweep_all(removing_challenges(now));
    if (!challenges) co_return challenges.error();
    auto invitations = co_await parts_->sweep_all(removing_invitations(now));
    if (!invitations) co_return invitations.error();
    auto sessions = co_await parts_->sweep_sessions(now);
    if (!sessions) co_return sessions.error();
    co_return *logins + *tickets + *challenges + *invitations + *sessions;
}

Async<Result<void>> Database::check() {
    auto reads = co_await parts_->accounts.has_accounts();
    if (!reads) co_return reads.error();
    if (parts_->writer.counts().failing) co_return Errc::unavailable;
    co_return Result<void>{};
}

DatabaseCounts Database::counts() const {
    const Writer::Counts counts = parts_->writer.counts();
    return {counts.commits, counts.jobs, counts.failures, parts_->writer.queued(), counts.failing};
}

void Database::stop() {
    parts_->writer.stop();
    parts_->readers.stop();
}

}  // namespace latchkey::store
