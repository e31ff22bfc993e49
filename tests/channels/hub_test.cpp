/// Events of connections to consumers, and messages back by name, over a real server.
#include "channels/hub.hpp"

#include "net/test_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <set>

namespace latchkey::channels {
namespace {

using namespace net::test;

constexpr std::uint32_t node = 42;
constexpr Topic everybody = 1;

struct Seen {
    std::string what;
    Name name;
    std::string data;
    net::CloseCode code{};
};

/// Everybody who connects joins one topic; what is published there goes to the browser.
class Crowd final : public Consumer {
 public:
    Happenings<Seen> connected, received, disconnected;

    net::Upgrade accept(const net::Request& request) override {
        if (request.query() == "refuse") return net::problem(403, "no", "No");
        return net::Accept{};
    }
    void connect(Connection& connection, const net::Request& request) override {
        connection.join(everybody);
        if (connection.wire() != net::Wire::answer) connection.socket().send_text("welcome");
        connected.add({"connect", connection.name(), std::string(request.path()), {}});
    }
    void receive(Connection& connection, net::Message message) override {
        if (message.data == "leave") connection.leave(everybody);
        if (message.data == "wake") connection.socket().wake_after(milliseconds(1));
        received.add({"receive", connection.name(), std::string(message.data), {}});
    }
    void disconnect(Connection& connection, net::CloseCode code) noexcept override {
        connection.leave(everybody);
        disconnected.add({"disconnect", connection.name(), {}, code});
    }
    void event(Connection& connection, std::string_view event) override {
        connection.socket().send_text(event);
    }
    void deadline(Connection& connection) override { connection.socket().send_text("deadline"); }
};

struct HubTest : testing::Test {
    Crowd crowd, other;
    Hub hub{node};
    net::Router router;
    std::unique_ptr<net::Server> server;

    HubTest() {
        hub.mount(router, "/ws/", crowd);
        hub.mount(router, "/other/", other);
        hub.mount(router, "/events", crowd, net::Wire::events);
        hub.mount(router, "/poll", crowd, net::Wire::answer);
        net::ServerOptions options;
        options.listen = {{"127.0.0.1:0", false}};
        options.threads = 2;
        options.random = crypto::system_random;
        server = std::make_unique<net::Server>(std::move(options), router);
        hub.attach(*server);
        server->start();
    }

    std::uint16_t port() const {
        const std::string& url = server->bound()[0];
        return static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
    }
    RawClient client(std::string_view path = "/ws/", const Connect& how = {}) {
        RawClient client(port(), how);
        if (client.upgrade(path).status != 101) throw std::runtime_error("no upgrade");
        EXPECT_EQ(client.frame().payload, "welcome");
        return client;
    }

    /// Comes back when every thread has dealt with what it had begun.
    void settle() {
        for (unsigned i = 0; i < server->threads(); ++i) {
            std::promise<void> done;
            boost::asio::post(server->context(i), [&done] { done.set_value(); });
            done.get_future().wait();
        }
    }

    /// Runs `work` on a thread that is not the server's, and gives what came of it.
    static Result<void> outcome_of(Async<Result<void>> work) {
        // It stays: a thread of the server may still be leaving it when the answer is here.
        thread_local boost::asio::io_context context(1);
        context.restart();
        Result<void> outcome;
        boost::asio::co_spawn(
            context.get_executor(),
            std::move(work),
            [&](const std::exception_ptr&, Result<void> result) { outcome = result; }
        );
        context.run();
        return outcome;
    }
};

TEST_F(HubTest, ConsumersSeeConnectReceiveAndDisconnect) {
    RawClient browser = client();
    const Seen connected = crowd.connected.next();
    EXPECT_EQ(connected.data, "/ws/");
    EXPECT_EQ(connected.name.node, node);
    browser.send(text_frame("hello"));
    const Seen received = crowd.received.next();
    EXPECT_EQ(received.data, "hello");
    EXPECT_EQ(received.name, connected.name);
    browser.send(close_frame(1001));
    const Seen disconnected = crowd.disconnected.next();
    EXPECT_EQ(disconnected.code, net::CloseCode::going_away);
    EXPECT_EQ(disconnected.name, connected.name) << "it is known by its name to the end";
}

TEST_F(HubTest, EachPathHasItsConsumer) {
    RawClient browser = client("/other/");
    EXPECT_EQ(other.connected.next().data, "/other/");
    EXPECT_TRUE(crowd.connected.none());
}

TEST_F(HubTest, AConsumerMayServeEveryWire) {
    RawClient socket = client();
    RawClient stream(port());
    EXPECT_EQ(stream.get("/events").status, 200U);
    EXPECT_EQ(stream.chunk(), "data: welcome\n\n");
    RawClient poll(port());
    poll.send(get_of("/poll"));
    for (int i = 0; i < 3; ++i) crowd.connected.next();
    hub.publish(everybody, "news");
    EXPECT_EQ(socket.frame().payload, "news");
    EXPECT_EQ(stream.chunk(), "data: news\n\n");
    EXPECT_EQ(poll.answer().body, "news");
    EXPECT_EQ(crowd.disconnected.next().code, net::CloseCode::normal);
    EXPECT_EQ(hub.topics().size(), 2U) << "whoever was answered has left";
}

TEST_F(HubTest, ALongPollIsSentToOnceByItsName) {
    RawClient poll(port());
    poll.send(get_of("/poll"));
    const Name name = crowd.connected.next().name;
    EXPECT_TRUE(outcome_of(hub.send(name, "the answer"))) << "that it closes by it is no loss";
    EXPECT_EQ(poll.answer().body, "the answer");
    poll.send(get_of("/poll"));
    const Name next = crowd.connected.next().name;
    EXPECT_EQ(outcome_of(hub.send(name, "not for the next one")).error(), Errc::gone);
    EXPECT_TRUE(outcome_of(hub.close(next, net::CloseCode::expired)));
    EXPECT_EQ(poll.answer().status, 410U);
}

TEST_F(HubTest, ConsumersMayRefuse) {
    RawClient browser(port());
    EXPECT_EQ(browser.upgrade("/ws/?refuse").status, 403U);
    EXPECT_EQ(browser.get("/events?refuse").status, 403U);
    EXPECT_EQ(browser.get("/poll?refuse").status, 403U);
    EXPECT_TRUE(crowd.connected.none());
}

TEST_F(HubTest, ConsumersAreWokenWhenTheyAsked) {
    RawClient browser = client();
    browser.send(text_frame("wake"));
    EXPECT_EQ(browser.frame().payload, "deadline");
}

TEST_F(HubTest, AnybodyMaySendByName) {
    RawClient browser = client();
    const Name name = Name::parse(crowd.connected.next().name.text()).value();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(outcome_of(hub.send(name, std::to_string(i))));
    for (int i = 0; i < 10; ++i) EXPECT_EQ(browser.frame().payload, std::to_string(i));
}

TEST_F(HubTest, AnybodyMayCloseByName) {
    RawClient browser = client();
    const Name name = crowd.connected.next().name;
    EXPECT_TRUE(outcome_of(hub.close(name, net::CloseCode::expired)));
    EXPECT_EQ(browser.frame().close_code(), 4100U);
    EXPECT_EQ(outcome_of(hub.send(name, "x")).error(), Errc::gone) << "the goodbye was said";
}

TEST_F(HubTest, SendingToAGoneNameIsAnError) {
    RawClient browser = client();
    const Name name = crowd.connected.next().name;
    browser.vanish();
    crowd.disconnected.next();
    EXPECT_EQ(outcome_of(hub.send(name, "x")).error(), Errc::gone);
    EXPECT_EQ(outcome_of(hub.close(name, net::CloseCode::normal)).error(), Errc::gone);
    RawClient next = client();
    EXPECT_EQ(outcome_of(hub.send(name, "not for the next one")).error(), Errc::gone);
}

TEST_F(HubTest, SendingWhatASlowBrowserCannotBeKeptIsAnError) {
    RawClient browser = client("/ws/", {.receive_buffer_bytes = 4096});
    const Name name = crowd.connected.next().name;
    const std::string text(100'000, 'x');
    while (outcome_of(hub.send(name, text))) {
        settle();
        ASSERT_EQ(server->counts().refused_limit, 0U) << "the send that was too much succeeded";
    }
    settle();
    EXPECT_EQ(server->counts().refused_limit, 1U);
    EXPECT_EQ(outcome_of(hub.send(name, text)).error(), Errc::gone);
}

TEST_F(HubTest, AForgedNameIsGone) {
    RawClient browser = client();
    const Name name = crowd.connected.next().name;
    Name forged = name;
    ++forged.nonce;
    EXPECT_EQ(outcome_of(hub.send(forged, "x")).error(), Errc::gone);
    forged = name;
    ++forged.node;
    EXPECT_EQ(outcome_of(hub.send(forged, "x")).error(), Errc::gone);
    forged = name;
    forged.place.loop = 200;
    EXPECT_EQ(outcome_of(hub.send(forged, "x")).error(), Errc::gone);
    forged = name;
    forged.place.slot = 0xffffffff;
    EXPECT_EQ(outcome_of(hub.send(forged, "x")).error(), Errc::gone);
    EXPECT_TRUE(outcome_of(hub.send(name, "only this")));
    EXPECT_EQ(browser.frame().payload, "only this");
}

TEST_F(HubTest, WhatIsPublishedReachesEveryMemberOnEveryThread) {
    std::vector<RawClient> browsers;
    std::set<unsigned> threads;
    for (int i = 0; i < 40; ++i) {
        browsers.push_back(client());
        threads.insert(crowd.connected.next().name.place.loop);
    }
    EXPECT_EQ(threads.size(), 2U);
    browsers[0].send(text_frame("leave"));
    crowd.received.next();
    hub.publish(everybody, "news");
    hub.publish(2, "of no interest");
    hub.publish(everybody, "more news");
    for (std::size_t i = 1; i < browsers.size(); ++i) {
        EXPECT_EQ(browsers[i].frame().payload, "news");
        EXPECT_EQ(browsers[i].frame().payload, "more news");
    }
    browsers[0].send(ping_frame("only this"));
    EXPECT_EQ(browsers[0].frame().payload, "only this");
}

TEST_F(HubTest, WhoeverDisconnectsHasLeft) {
    RawClient stays = client();
    {
        RawClient goes = client();
        goes.vanish();
    }
    crowd.disconnected.next();
    EXPECT_EQ(hub.topics().size(), 1U);
    hub.publish(everybody, "to who is left");
    EXPECT_EQ(stays.frame().payload, "to who is left");
}

TEST_F(HubTest, MembersMayBeVisitedOnTheirThreads) {
    RawClient one = client();
    RawClient two = client();
    Happenings<Name> visited;
    hub.visit(everybody, [&](Connection& connection) { visited.add(connection.name()); });
    const std::set<std::string> names{visited.next().text(), visited.next().text()};
    EXPECT_EQ(
        names, (std::set{crowd.connected.next().name.text(), crowd.connected.next().name.text()})
    );
}

TEST_F(HubTest, PublishingWhileOthersComeAndGo) {
    std::thread publisher([&] {
        for (int i = 0; i < 2000; ++i) {
            hub.publish(everybody, "news");
            if (i % 20 == 0) settle();
        }
    });
    for (int i = 0; i < 100; ++i) {
        RawClient browser = client();
        if (i % 2 == 0) browser.vanish();
    }
    publisher.join();
    for (int i = 0; i < 100; ++i) crowd.disconnected.next();
    EXPECT_EQ(hub.topics().size(), 0U);
}

TEST_F(HubTest, WhenTheNodeDrainsConsumersSayGoodbye) {
    RawClient browser = client();
    std::promise<void> done;
    server->drain([&] { done.set_value(); });
    EXPECT_EQ(browser.frame().close_code(), 4200U);
    browser.send(close_frame(4200));
    EXPECT_TRUE(browser.ended());
    done.get_future().wait();
    EXPECT_EQ(crowd.disconnected.next().code, net::CloseCode::draining);
}

}  // namespace
}  // namespace latchkey::channels
