#include "main/server.hpp"

#include "crypto/random.hpp"
#include "main/data_directory.hpp"
#include "main/operator_routes.hpp"
#include "main/passkeys_join.hpp"
#include "main/run_now.hpp"
#include "main/server_options.hpp"
#include "main/sessions_join.hpp"
#include "ops/log.hpp"
#include "ops/settings_audit.hpp"
#include "pages/pages.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>

#include <stdexcept>
#include <system_error>

namespace latchkey {
namespace {

constexpr seconds sweep_every{60};
constexpr std::uint32_t this_node = 1;

/// The data directory must be there before the key, and the key before what is sealed with it.
ServingKeys sealing_keys(const ops::Settings& settings) {
    make_data_directory(settings.data);
    return {settings.data, crypto::system_random};
}

std::string joined(const std::vector<std::string>& list) {
    std::string all;
    for (const std::string& one : list) all.append(all.empty() ? "" : " ").append(one);
    return all;
}

std::string in_capitals(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

/// Says which key is meant, since nobody who has not set it knows of this listener.
std::unique_ptr<net::Server> operator_server(
    const ops::Settings& settings, const net::Router& router
) {
    try {
        return std::make_unique<net::Server>(
            operator_options(settings, crypto::system_random), router
        );
    } catch (const std::system_error& error) {
        throw std::runtime_error(
            "operator_listen " + settings.operator_listen + ": " + error.code().message() +
            ". Name another address, or off, with --operator-listen or LATCHKEY_OPERATOR_LISTEN"
        );
    }
}

store::DatabaseLimits database_limits(const ops::Settings& settings) {
    store::DatabaseLimits limits;
    limits.session_idle_max = session_lifetimes_of(settings).idle;
    return limits;
}

login::WatchOptions watch_options(const ops::Settings& settings) {
    login::WatchOptions options;
    options.classic = settings.classic;
    options.heartbeat = settings.limits.heartbeat;
    return options;
}

}  // namespace

Server::Server(const ops::Settings& settings)
    : tls_(!settings.tls_cert.empty()),
      public_url_(settings.public_url),
      account_rules_(account_rules_of(settings)),
      key_file_(sealing_keys(settings)),
      keys_(key_file_.keys()),
      database_(settings.data, database_limits(settings), store::Use::serving),
      login_store_(database_.logins(), metrics_),
      password_workers_(identity::argon2id(password_cost_of(settings))),
      sessions_(database_.sessions(), crypto::system_random, session_lifetimes_of(settings)),
      accounts_(database_.accounts(), sessions_, password_workers_, crypto::system_random),
      attempts_(
          [this]() -> net::Budget& { return running().failures(); },
          steady_now,
          crypto::system_random
      ),
      passkeys_(database_.passkeys(), sessions_, challenge_keys(keys_), crypto::system_random),
      joining_(
          {database_.accounts(),
           database_.invitations(),
           accounts_,
           sessions_,
           passkeys_,
           account_rules_,
           crypto::system_random}
      ),
      recovery_(database_.accounts(), database_.recovery(), sessions_, crypto::system_random),
      passkey_routes_(
          {passkeys_,
           sessions_,
           database_.accounts(),
           attempts_,
           account_rules_,
           wall_clock_now,
           settings.public_url}
      ),
      join_routes_({joining_, attempts_, account_rules_, wall_clock_now, settings.public_url}),
      ways_routes_({accounts_, recovery_, sessions_, attempts_, account_rules_, wall_clock_now}),
      account_routes_(
          {accounts_,
           sessions_,
           recovery_,
           database_.accounts(),
           attempts_,
           passkey_routes_,
           account_rules_,
           wall_clock_now}
      ),
      hub_(this_node),
      session_hub_(this_node),
      session_watch_(
          {sessions_,
           session_hub_.topics(),
           wall_clock_now,
           [this]() -> net::Server& { return running(); }}
      ),
      bell_(hub_),
      presences_(hub_.topics(), [this]() -> net::Server& { return running(); }),
      clients_(database_.clients()),
      logins_(
          {keys_,
           login_store_,
           bell_,
           presences_,
           clients_,
           crypto::system_random,
           same_network_of(settings)}
      ),
      guesses_([this]() -> net::Server& { return running(); }, steady_now),
      login_budgets_(steady_now, crypto::system_random),
      watchers_(
          {keys_,
           login_store_,
           guesses_,
           account_name(database_.accounts()),
           wall_clock_now,
           crypto::system_random,
           [this]() -> net::Server& { return running(); }},
          watch_options(settings)
      ),
      browser_routes_(login_parts()),
      scriptless_routes_(login_parts()),
      phone_routes_(login_parts()),
      client_routes_(login_parts()),
      classic_routes_(login_parts()),
      admin_routes_(
          {sessions_,
           database_.accounts(),
           database_.clients(),
           database_.overview(),
           database_.audit(),
           [this] { return live_figures(); },
           wall_clock_now}
      ),
      own_data_routes_(
          {sessions_,
           database_.accounts(),
           database_.passkeys(),
           database_.recovery(),
           database_.overview(),
           wall_clock_now}
      ) {
    if (!settings.rate_limits) {
        attempts_.lift();
        login_budgets_.lift();
    }
    note_settings(settings);
    open_setup();
    mount_all(settings);
    public_ =
        std::make_unique<net::Server>(public_options(settings, crypto::system_random), router_);
    hub_.attach(*public_);
    session_hub_.attach(*public_);
    if (settings.operator_listen != "off") operator_ = operator_server(settings, operator_router_);
    add_metrics();
}

Server::~Server() {
    if (operator_) operator_->stop();
    if (public_) public_->stop();
    // They answer what waits, while the io_contexts of those who asked are still there.
    password_workers_.stop();
    database_.stop();
}

login::RouteParts Server::login_parts() {
    return {
        logins_,
        clients_,
        guesses_,
        login_budgets_,
        authenticate(sessions_, wall_clock_now),
        mint_session(sessions_),
        session_began(sessions_),
        [this](const AccountId& account) { sessions_.forget(account); },
        forget_session(sessions_),
        passkey_server_of(public_url_),
        passkeys_of(passkeys_),
        checker_of(passkeys_, public_url_),
        wall_clock_now,
        crypto::system_random
    };
}

/// The settings for the audit log: always who may ask, whose word is believed, when a tap will do
/// and what is off; and whatever else is not at its default.
void Server::note_settings(const ops::Settings& settings) {
    const std::string allowed = joined(settings.allowed_origins);
    const std::string set = ops::not_default(settings);
    const auto noted = run_now(database_.audit().append({
        .at = wall_clock_now(),
        .kind = std::string(ops::audit::server_settings),
        .detail = ops::audit_detail(
            {{"version", std::string_view(LATCHKEY_VERSION)},
             {"classic", settings.classic},
             {"rate_limits", settings.rate_limits},
             {"sign_up", std::string_view(settings.accounts.sign_up)},
             {"passwords", std::string_view(settings.accounts.passwords)},
             {"same_network_ipv4_bits", settings.login.same_network_ipv4_bits},
             {"same_network_ipv6_bits", settings.login.same_network_ipv6_bits},
             {"allowed_origins", std::string_view(allowed)},
             {"trusted_proxies", static_cast<std::int64_t>(settings.trusted_proxies.size())},
             {"not_default", std::string_view(set)}}
        ),
    }));
    if (!noted)
        throw std::runtime_error("the audit log cannot be written: " + noted.error().message());
}

LiveFigures Server::live_figures() {
    return {
        .watching = static_cast<std::int64_t>(hub_.topics().size()),
        .begun = logins_.begun_lately(wall_clock_now()),
    };
}

void Server::open_setup() {
    const auto accounts = run_now(database_.accounts().has_accounts());
    if (!accounts)
        throw std::runtime_error("the database cannot be read: " + accounts.error().message());
    if (!*accounts) setup_token_ = Secret(joining_.open_setup());
}

void Server::mount_all(const ops::Settings& settings) {
    account_routes_.mount(router_);
    passkey_routes_.mount(router_);
    join_routes_.mount(router_);
    ways_routes_.mount(router_);
    own_data_routes_.mount(router_);
    browser_routes_.mount(router_);
    scriptless_routes_.mount(router_);
    phone_routes_.mount(router_);
    client_routes_.mount(router_);
    admin_routes_.mount(router_);
    if (settings.classic) classic_routes_.mount(router_);
    sessions_.tell({
        [this](const AccountId& account) {
            session_hub_.publish(identity::account_topic(account), "look");
        },
        [this](const crypto::Sha256& token_hash) {
            session_hub_.publish(identity::session_topic(token_hash), "look");
        },
    });
    session_hub_.mount(router_, "/v1/me/events", session_watch_, net::Wire::events);
    hub_.mount(router_, "/ws/", watchers_);
    hub_.mount(router_, "/v1/logins/current/events", watchers_, net::Wire::events);
    hub_.mount(router_, "/v1/logins/current", watchers_, net::Wire::answer);
    pages::Options pages;
    pages.signed_in = signed_in(sessions_, wall_clock_now);
    pages.phone_handle = [this](const net::Request& request, std::string code) {
        return phone_handle(request, std::move(code));
    };
    pages.plain_view = [this](net::Request request) { return plain_view(std::move(request)); };
    pages.classic = settings.classic;
    pages::mount(router_, std::move(pages));

    health_.require("database", [this] {
        return database_.counts().failing ? std::string("the last commit failed") : std::string();
    });
    mount_operator(operator_router_, health_, metrics_, [this] { return database_.check(); });
}

/// Who is signed in gets a handle that is of no use to others. While nobody can say who is, nobody
/// can scan with it either, and whoever asks then gets one as if signed out.
Async<pages::PhoneHandle> Server::phone_handle(const net::Request& request, std::string code) {
    if (login::read_user_code(code)) co_return pages::PhoneHandle{};
    const Time now = wall_clock_now();
    const auto who = co_await sessions_.authenticate(identity::session_cookie_of(request), now);
    const bool signed_in = who && *who;
    const auto account = signed_in ? std::optional((*who)->session.account) : std::nullopt;
    const auto handle = logins_.handle(code, account, now);
    if (handle) co_return pages::PhoneHandle{*handle, {}};
    const bool old = handle.error() == login::Errc::code_expired;
    co_return pages::PhoneHandle{{}, old ? "code-expired" : "code-unknown"};
}

Async<pages::PlainView> Server::plain_view(net::Request request) const {
    std::string link = request.own_origin() + "/s/";
    auto seen = co_await scriptless_routes_.look(std::move(request));
    pages::PlainView view{
        .screen = seen.screen,
        .number = std::move(seen.number),
        .status = seen.status,
        .fields = std::move(seen.fields),
    };
    if (seen.code.empty()) co_return view;
    // A link of capitals alone makes a smaller picture, and is the same link.
    view.link = in_capitals(std::move(link)) + seen.code;
    co_return view;
}

void Server::start() {
    public_->start();
    if (operator_) operator_->start();
    boost::asio::co_spawn(public_->context(0), sweep_each_minute(), boost::asio::detached);
    health_.serving();
}

void Server::drain(std::function<void()> done) {
    health_.draining();
    public_->drain(std::move(done));
}

void Server::reload() {
    key_file_.read_again();
    if (!tls_) {
        ops::log(ops::Level::info, "there are no TLS files to read again");
    } else if (public_->reload_tls()) {
        ops::log(ops::Level::info, "the TLS files were read again");
    }
}

std::vector<std::string> Server::operator_bound() const {
    return operator_ ? operator_->bound() : std::vector<std::string>{};
}

Async<void> Server::sweep_each_minute() {
    boost::asio::basic_waitable_timer<
        std::chrono::steady_clock,
        boost::asio::wait_traits<std::chrono::steady_clock>,
        Executor>
        timer(co_await boost::asio::this_coro::executor);
    while (true) {
        timer.expires_after(sweep_every);
        co_await timer.async_wait(use_awaitable);
        key_file_.read_again();
        const auto swept = co_await database_.sweep(wall_clock_now());
        if (!swept) {
            ops::log(ops::Level::warn, "the sweep failed", {{"cause", swept.error().message()}});
        } else if (*swept > 0) {
            ops::log(ops::Level::debug, "swept", {{"rows", static_cast<std::int64_t>(*swept)}});
        }
    }
}

}  // namespace latchkey
