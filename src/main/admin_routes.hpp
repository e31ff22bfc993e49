/// What administrators see and do: `/v1/admin/…`. docs/protocol.md is its specification.
#pragma once

#include "identity/ports.hpp"
#include "identity/sessions.hpp"
#include "login/clients.hpp"
#include "main/admin_json.hpp"
#include "net/router.hpp"
#include "store/audit_log.hpp"
#include "store/overview.hpp"

#include <functional>
#include <string_view>

namespace latchkey {

/// For so long after it began a session that a passkey began may administer; then its owner shows
/// the passkey again, which begins another. A session that began in any other way never may: what a
/// password or a scan opens does not open this.
inline constexpr seconds admin_session_max{30 * 60};
/// The funnel shows what happened within this time.
inline constexpr seconds funnel_time{60 * 60};

/// All must outlive the routes.
struct AdminParts {
    identity::Sessions& sessions;
    identity::AccountStore& accounts;
    login::ClientStore& clients;
    store::Overview& overview;
    store::AuditLog& audit;
    std::function<LiveFigures()> live;
    Clock clock;
};

/// Every call answers 401 `not-signed-in`, 403 `admins-only`, 403 `step-up`, or 503. What changes
/// something is told to the audit log (`admin.acted`) before it is done. Thread-safe; outlives the
/// server.
class AdminRoutes {
 public:
    explicit AdminRoutes(AdminParts parts) : parts_(std::move(parts)) {}
    void mount(net::Router& router);

 private:
    struct Admin {
        identity::Session session;
        Time now;
    };
    /// Whether whoever asks may; else what they are answered.
    using Checked = boost::system::result<Admin, net::Response>;
    Async<Checked> admin(const net::Request& request) const;
    using Act = Async<net::Response> (AdminRoutes::*)(net::Request, Admin) const;
    Async<net::Response> guarded(net::Request request, Act act) const;
    Async<Result<void>> note(
        const net::Request& request,
        const Admin& admin,
        std::string_view what,
        std::string_view target
    ) const;

    Async<net::Response> glance(net::Request request, Admin admin) const;
    Async<net::Response> accounts(net::Request request, Admin admin) const;
    Async<net::Response> change_account(net::Request request, Admin admin) const;
    Async<net::Response> sessions(net::Request request, Admin admin) const;
    Async<net::Response> end_session(net::Request request, Admin admin) const;
    Async<net::Response> clients(net::Request request, Admin admin) const;
    Async<net::Response> change_client(net::Request request, Admin admin) const;
    Async<net::Response> events(net::Request request, Admin admin) const;

    AdminParts parts_;
};

}  // namespace latchkey
