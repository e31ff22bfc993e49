/// A data directory with people in it, and the server that has it now: the real store, the real
/// wire, and a clock of the test's own.
#pragma once

#include "channels/hub.hpp"
#include "contract/await.hpp"
#include "contract/fresh_directory.hpp"
#include "crypto/random.hpp"
#include "identity/sessions.hpp"
#include "login/client.hpp"
#include "login/routes.hpp"
#include "login/watch_consumer.hpp"
#include "main/sessions_join.hpp"
#include "net/server.hpp"
#include "store/database.hpp"
#include "store/sqlite.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace latchkey::test {

inline constexpr Time noon{seconds(1'700'000'000)};

/// All that a crash takes away.
class House {
 public:
    House(const std::filesystem::path& data, const login::SealingKeys& keys, Clock clock)
        : keys_(keys),
          clock_(std::move(clock)),
          database(data, {}, store::Use::serving),
          reader_(
              data / store::Database::file_name,
              store::Connection::Access::read_only,
              milliseconds(5'000)
          ) {
        reader_.execute("BEGIN; SELECT count(*) FROM sqlite_schema");
        budgets_.lift();
        hub_.mount(router_, "/ws/", watchers_);
        hub_.mount(router_, "/v1/logins/current/events", watchers_, net::Wire::events);
        hub_.mount(router_, "/v1/logins/current", watchers_, net::Wire::answer);
        browsers_.mount(router_);
        phones_.mount(router_);
        net::ServerOptions options;
        options.listen = {{"127.0.0.1:0"}};
        options.threads = 2;
        options.random = crypto::system_random;
        options.limits.requests_burst = 1e6;
        options.limits.failures_burst = 1e6;
        server_ = std::make_unique<net::Server>(std::move(options), router_);
        hub_.attach(*server_);
        server_->start();
    }
    ~House() {
        server_->stop();
        database.stop();
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    std::uint16_t port() const {
        const std::string& url = server_->bound().front();
        return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }

 private:
    const login::SealingKeys& keys_;
    const Clock clock_;

 public:
    store::Database database;
    identity::Sessions sessions{database.sessions(), crypto::system_random};

 private:
    /// Reads from the beginning to the end, so that the log is never used from its beginning again:
    /// it grows, and has every page that the writer copies from it into the database meanwhile.
    store::Connection reader_;

    static SteadyTime steady() { return SteadyTime(seconds(1'000'000)); }
    login::RunningServer running() {
        return [this]() -> net::Server& { return *server_; };
    }
    login::RouteParts parts() {
        return {
            .logins = logins_,
            .clients = clients_,
            .guesses = guesses_,
            .budgets = budgets_,
            .authenticate = authenticate(sessions, clock_),
            .mint_session = mint_session(sessions),
            .session_began = session_began(sessions),
            .forget_sessions = [this](const AccountId& account) { sessions.forget(account); },
            .forget_session = forget_session(sessions),
            .passkey_server = [](const net::Request&) { return login::PasskeyServer(); },
            .passkeys = {},
            .checker = {},
            .clock = clock_,
            .random = crypto::system_random,
        };
    }

    net::Router router_;
    channels::Hub hub_{1};
    login::LayerBell bell_{hub_};
    login::LocalPresences presences_{hub_.topics(), running()};
    login::Clients clients_{database.clients()};
    login::Guesses guesses_{running(), steady};
    login::Budgets budgets_{steady, crypto::system_random};
    login::Logins logins_{
        {keys_, database.logins(), bell_, presences_, clients_, crypto::system_random}
    };
    login::WatchConsumer watchers_{
        {keys_,
         database.logins(),
         guesses_,
         account_name(database.accounts()),
         clock_,
         crypto::system_random,
         running()},
        {}
    };
    login::BrowserRoutes browsers_{parts()};
    login::PhoneRoutes phones_{parts()};
    std::unique_ptr<net::Server> server_;
};

/// A phone that is signed in; `host` is its network.
struct Phone {
    AccountId account;
    std::string cookie;
    std::uint8_t host = 1;
};

class Installation {
 public:
    Installation() {
        start();
        const AccountId ada = add("Ada", 1);
        const AccountId ben = add("Ben", 2);
        phones = {sign_in(ada, 1), sign_in(ada, 2), sign_in(ben, 3)};
    }

    House& house() const { return *house_; }
    Time now() const { return from_unix_ms(now_ms_.load()); }
    void pass(milliseconds time) { now_ms_ += time.count(); }
    /// What is on the disk at this moment, as kill -9 would leave it, while the server goes on.
    /// The database goes first: what a commit or a copying of the log changes meanwhile is whole in
    /// the log, or is not there. That closing the files lets go of SQLite's locks on them matters
    /// to nobody, since no other process has them.
    std::unique_ptr<FreshDirectory> disk() const {
        auto left = std::make_unique<FreshDirectory>();
        for (const char* const end : {"", "-wal"}) {
            const std::string file = std::string(store::Database::file_name) + end;
            std::filesystem::copy_file(directory_->path() / file, left->path() / file);
        }
        return left;
    }
    /// Everything but that disk is gone, and a new server has it.
    void crash(std::unique_ptr<FreshDirectory> left) {
        house_.reset();
        directory_ = std::move(left);
        start();
    }

    login::SealingKeys keys{login::SealingKey{}};
    std::vector<Phone> phones;

 private:
    void start() {
        house_ = std::make_unique<House>(directory_->path(), keys, [this] { return now(); });
    }
    AccountId add(std::string name, int fill) const {
        identity::Account account;
        account.name = std::move(name);
        account.password_hash = "hash";
        account.id.data.fill(static_cast<std::byte>(fill));
        account.created_at = now();
        await(house().database.accounts().add_account(account)).value();
        return account.id;
    }
    Phone sign_in(const AccountId& account, std::uint8_t host) const {
        auto minted = house().sessions.mint(account, identity::SessionKind::password, {}, now());
        identity::NewSession wanted{std::move(minted.session), "hash", std::nullopt};
        await(house().sessions.begin(std::move(wanted))).value();
        return {account, minted.cookie_value, host};
    }

    std::unique_ptr<FreshDirectory> directory_ = std::make_unique<FreshDirectory>();
    std::atomic<std::int64_t> now_ms_{to_unix_ms(noon)};
    std::unique_ptr<House> house_;
};

}  // namespace latchkey::test
