/// Everything that runs while Latchkey serves, as one list.
#pragma once

#include "base/secret.hpp"
#include "channels/hub.hpp"
#include "identity/accounts.hpp"
#include "identity/attempts.hpp"
#include "identity/join_routes.hpp"
#include "identity/joining.hpp"
#include "identity/passkeys.hpp"
#include "identity/recovery.hpp"
#include "identity/routes.hpp"
#include "identity/session_watch.hpp"
#include "identity/sessions.hpp"
#include "identity/ways_routes.hpp"
#include "login/logins.hpp"
#include "login/routes.hpp"
#include "login/scriptless.hpp"
#include "login/watch_consumer.hpp"
#include "main/admin_routes.hpp"
#include "main/measured_logins.hpp"
#include "main/own_data_routes.hpp"
#include "main/sealing_key.hpp"
#include "net/server.hpp"
#include "ops/config.hpp"
#include "ops/health.hpp"
#include "ops/metrics.hpp"
#include "pages/pages.hpp"
#include "store/database.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace latchkey {

/// The members stand in the order of construction, so destruction is the shutdown order. The
/// methods may be called from one thread at a time.
class Server {
 public:
    /// Reads or makes the data, and binds. Throws `std::exception` that says what failed and what
    /// would do.
    explicit Server(const ops::Settings& settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    void start();
    /// As `net::Server::drain`; `/readyz` says so from now on, while the operator's listener goes
    /// on.
    void drain(std::function<void()> done);
    /// The sealing keys and the TLS files, from their files. Logs how it went.
    void reload();

    /// The addresses really bound, as URLs.
    const std::vector<std::string>& bound() const { return public_->bound(); }
    /// Empty when there is no operator's listener.
    std::vector<std::string> operator_bound() const;
    /// What the one-time setup link ends with; empty when there was an account at the start.
    const Secret& setup_token() const { return setup_token_; }

 private:
    login::RouteParts login_parts();
    net::Server& running() { return *public_; }
    Async<pages::PhoneHandle> phone_handle(const net::Request& request, std::string code);
    Async<pages::PlainView> plain_view(net::Request request) const;
    void note_settings(const ops::Settings& settings);
    LiveFigures live_figures();
    void open_setup();
    void mount_all(const ops::Settings& settings);
    void add_metrics();
    Async<void> sweep_each_minute();

    const bool tls_;
    const std::string public_url_;
    const identity::AccountRules account_rules_;
    ops::Metrics metrics_;
    ops::Health health_;
    ServingKeys key_file_;
    const login::SealingKeys& keys_;
    store::Database database_;
    MeasuredLogins login_store_;
    identity::PasswordWorkers password_workers_;
    identity::Sessions sessions_;
    identity::Accounts accounts_;
    identity::Attempts attempts_;
    identity::Passkeys passkeys_;
    identity::Joining joining_;
    identity::Recovery recovery_;
    identity::PasskeyRoutes passkey_routes_;
    identity::JoinRoutes join_routes_;
    identity::WaysRoutes ways_routes_;
    identity::Routes account_routes_;
    channels::Hub hub_;
    channels::Hub session_hub_;  ///< whose topics are people and not logins
    identity::SessionWatch session_watch_;
    login::LayerBell bell_;
    login::LocalPresences presences_;
    login::Clients clients_;
    login::Logins logins_;
    login::Guesses guesses_;
    login::Budgets login_budgets_;
    login::WatchConsumer watchers_;
    login::BrowserRoutes browser_routes_;
    login::ScriptlessRoutes scriptless_routes_;
    login::PhoneRoutes phone_routes_;
    login::ClientRoutes client_routes_;
    login::ClassicRoutes classic_routes_;
    AdminRoutes admin_routes_;
    OwnDataRoutes own_data_routes_;
    Secret setup_token_;
    net::Router router_;
    net::Router operator_router_;
    std::unique_ptr<net::Server> public_;
    std::unique_ptr<net::Server> operator_;  ///< none: it is off
};

}  // namespace latchkey
