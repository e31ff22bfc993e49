/// A whole server with this room in it, on a free port, with a clock and a store of the test's own.
#pragma once

#include "base/encoding.hpp"
#include "channels/hub.hpp"
#include "crypto/random.hpp"
#include "login/client.hpp"
#include "login/examples.hpp"
#include "login/memory_store.hpp"
#include "login/routes.hpp"
#include "login/scriptless.hpp"
#include "login/watch_consumer.hpp"
#include "net/server.hpp"

#include <atomic>
#include <memory>
#include <string>

namespace latchkey::login::test {

/// Signed in are those whose session cookie is `alice`, `alice-tablet`, `bob`, or `carol`, of
/// whom screens show less than her name.
inline Async<Result<std::optional<Phone>>> signed_in_as(std::string name) {
    const auto phone = [](const Approver& who, std::string called) {
        std::string shown = called;
        return std::optional(
            Phone{who.account, who.session, std::move(called), {}, std::move(shown)}
        );
    };
    if (name == "alice") co_return phone(alice, "Ada \"A\" 王");
    if (name == "alice-tablet") co_return phone(alice_on_her_tablet, "Ada \"A\" 王");
    if (name == "carol") {
        co_return std::optional(Phone{bob.account, bob.session, "Carol", {}, "C"});
    }
    if (name == "bob") co_return phone(bob, "Bob");
    co_return std::optional<Phone>();
}

inline Async<std::string> name_of_account(AccountId account) {
    co_return account == alice.account ? "Ada \"A\" 王" : "Bob";
}

inline Async<Result<boost::json::array>> one_passkey() {
    co_return boost::json::array{{{"type", "public-key"}, {"id", "cGhvbmU"}}};
}

inline Async<Result<ApprovalSignature>> signed_as(std::string signature, std::string statement) {
    if (signature != statement) co_return Errc::passkey_refused;
    ApprovalSignature checked;
    checked.statement = std::move(statement);
    co_return checked;
}

/// In a house the signature of a statement is the statement itself: `{"signature":STATEMENT}`.
inline std::optional<CheckStatement> checker_of(const boost::json::value& assertion) {
    const auto* const signature = assertion.as_object().if_contains("signature");
    if (signature == nullptr) return std::nullopt;
    return [signature = std::string(signature->as_string())](std::string statement) {
        return signed_as(signature, std::move(statement));
    };
}

/// The applications that a house knows.
class MemoryClients final : public ClientStore {
 public:
    Async<Result<std::vector<Client>>> clients() override { co_return all; }
    Async<Result<std::optional<Client>>> add_client(Client client) override {
        client.number = static_cast<ClientNumber>(all.size() + 1);
        all.push_back(client);
        co_return std::optional(client);
    }
    Async<Result<bool>> rotate_key(std::string, crypto::Sha256, Time) override { co_return false; }
    Async<Result<bool>> remove_client(std::string id, Time) override {
        co_return std::erase_if(all, [&](const Client& client) { return client.id == id; }) == 1;
    }
    Async<Result<bool>> stop_client(std::string, bool, Time) override { co_return false; }

    std::vector<Client> all;  ///< changed before the server runs, or while it waits for the test
};

class House {
 public:
    explicit House(
        WatchOptions watch_options = {},
        std::function<void(MemoryStore&)> set_up = {},
        SameNetwork same_network = {},
        std::function<void(net::Limits&)> limit = {}
    )
        : logins({keys, store, bell, presences, clients, crypto::system_random, same_network}),
          consumer(consumer_parts(), watch_options),
          browsers(route_parts()),
          scriptless(route_parts()),
          phones(route_parts()),
          backends(route_parts()),
          classic(route_parts()) {
        if (set_up) set_up(store);
        hub.mount(router, "/ws/", consumer);
        hub.mount(router, "/v1/logins/current/events", consumer, net::Wire::events);
        hub.mount(router, "/v1/logins/current", consumer, net::Wire::answer);
        browsers.mount(router);
        scriptless.mount(router);
        router.on(net::Method::get, "/plain", net::Deferred([this](net::Request request) {
                      return shown(scriptless.look(std::move(request)));
                  }));
        phones.mount(router);
        backends.mount(router);
        classic.mount(router);
        net::ServerOptions options;
        options.listen = {{"127.0.0.1:0"}};
        options.threads = 2;
        options.random = crypto::system_random;
        options.limits.requests_burst = 1e6;
        if (limit) limit(options.limits);
        server = std::make_unique<net::Server>(std::move(options), router);
        hub.attach(*server);
        server->start();
    }

    std::uint16_t port() const {
        const std::string& url = server->bound().front();
        return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }
    Visitor browser() const { return Visitor(port()); }
    Visitor phone(const std::string& name) const {
        Visitor visitor(port());
        visitor.cookies["latchkey_session"] = name;
        return visitor;
    }
    Time now() const { return from_unix_ms(now_ms.load()); }
    void pass(milliseconds time) { now_ms += time.count(); }

    std::atomic<std::int64_t> now_ms{to_unix_ms(noon)};
    SealingKeys keys{sealing_key(1)};
    MemoryStore store;
    channels::Hub hub{1};
    net::Router router;
    LayerBell bell{hub};
    LocalPresences presences{hub.topics(), running()};
    MemoryClients client_store;
    Clients clients{client_store};
    Guesses guesses{running(), steady};
    Budgets budgets{steady, crypto::system_random};
    PasskeyServer passkey_server{.id = "example.org"};
    std::atomic<int> forgotten{0};  ///< how often sessions were to be forgotten
    Logins logins;
    WatchConsumer consumer;
    BrowserRoutes browsers;
    ScriptlessRoutes scriptless;
    PhoneRoutes phones;
    ClientRoutes backends;
    ClassicRoutes classic;
    std::unique_ptr<net::Server> server;

 private:
    /// What the page without script shows, as JSON: drawing it is another room's.
    static Async<net::Response> shown(Async<ScriptlessView> look) {
        const ScriptlessView view = co_await std::move(look);
        net::Response response = net::json(
            {{"screen", view.screen}, {"code", view.code}, {"number", view.number}}, view.status
        );
        response.fields += view.fields;
        co_return response;
    }
    static SteadyTime steady() { return SteadyTime(seconds(1'000'000)); }
    RunningServer running() {
        return [this]() -> net::Server& { return *server; };
    }
    Clock clock() {
        return [this] { return now(); };
    }
    WatchConsumer::Parts consumer_parts() {
        return {keys, store, guesses, name_of_account, clock(), crypto::system_random, running()};
    }
    RouteParts route_parts() {
        RouteParts parts{
            .logins = logins,
            .clients = clients,
            .guesses = guesses,
            .budgets = budgets,
            .authenticate =
                [](const net::Request& request) {
                    return signed_in_as(std::string(request.cookie("latchkey_session")));
                },
            .mint_session =
                [](const net::Request&, const std::optional<SessionSecret>& secret, Time at) {
                    MintedSession minted{"a-new-session", 3600, {}};
                    if (secret) minted.cookie_value = base64url(secret->view());
                    minted.grant.id = random_bytes<SessionId>(crypto::system_random);
                    minted.grant.browser = minted.cookie_value;
                    minted.grant.created_at = at;
                    return minted;
                },
            .session_began = [this](
                                 std::string_view cookie_value, Time
                             ) { return store.session_began(std::string(cookie_value)); },
            .forget_sessions = [this](const AccountId&) { ++forgotten; },
            .forget_session = [this](const SessionGrant::TokenHash&) { ++forgotten; },
            .passkey_server = [this](const net::Request&) { return passkey_server; },
            .passkeys = [](const AccountId&) { return one_passkey(); },
            .checker = [](const net::Request&,
                          const boost::json::value& assertion,
                          const AccountId&) { return checker_of(assertion); },
            .clock = clock(),
            .random = crypto::system_random,
        };
        parts.client_name = "The Shop";
        return parts;
    }
};

}  // namespace latchkey::login::test
