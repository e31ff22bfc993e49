/// The end of a server: everybody is told, what is under way is finished, nobody new comes in.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

/// A drain and the moment at which it is done.
struct Drain {
    explicit Drain(Server& server) {
        server.drain([done = done] { done->set_value(); });
    }
    void wait() { future.wait(); }
    bool is_done() { return future.wait_for(milliseconds(0)) == std::future_status::ready; }

    std::shared_ptr<std::promise<void>> done = std::make_shared<std::promise<void>>();
    std::future<void> future = done->get_future();
};

TEST(ServerDrain, OfNobodyIsDoneAtOnce) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    Drain(*server.server).wait();
}

TEST(ServerDrain, SocketsAreToldToComeBack) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    std::vector<RawClient> clients;
    for (int i = 0; i < 10; ++i) clients.push_back(server.socket());
    Drain drain(*server.server);
    for (RawClient& client : clients) {
        EXPECT_EQ(client.frame().close_code(), 4200U);
        client.send(close_frame(4200));
        EXPECT_TRUE(client.ended());
        EXPECT_EQ(server.probe.closes.next().code, CloseCode::draining);
    }
    drain.wait();
}

TEST(ServerDrain, EndpointsMaySayGoodbyeInTheirOwnTime) {
    TestServer server;
    server.probe.stays_on_drain = true;
    RawClient client = server.socket();
    Drain drain(*server.server);
    EXPECT_EQ(client.frame().payload, "drain");
    client.send(text_frame("close 4200"));
    EXPECT_EQ(client.frame().close_code(), 4200U);
    client.send(close_frame(4200));
    EXPECT_TRUE(client.ended());
    drain.wait();
}

TEST(ServerDrain, IdleConnectionsAreClosedAndNewOnesRefused) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    RawClient idle = server.client();
    EXPECT_EQ(idle.get("/hello").status, 200U);
    RawClient silent = server.client();
    Drain(*server.server).wait();
    EXPECT_TRUE(idle.ended());
    EXPECT_FALSE(server.client().connected());
}

TEST(ServerDrain, RequestsInFlightAreFinished) {
    TestServer server;
    RawClient waits = server.client();
    waits.send(get_of("/gate"));
    const auto resume = server.gate.waiting.next();
    RawClient sends = server.client();
    sends.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
    );
    EXPECT_EQ(sends.answer().status, 100U) << "the server has its head";
    Drain drain(*server.server);
    server.settle();
    EXPECT_FALSE(drain.is_done());

    sends.send("body");
    const Answer sent = sends.answer();
    EXPECT_EQ(sent.body, "body");
    EXPECT_EQ(sent.field("Connection"), "close");
    EXPECT_TRUE(sends.ended());

    resume("finished");
    const Answer answer = waits.answer();
    EXPECT_EQ(answer.body, "finished");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(waits.ended());
    sends.vanish();
    waits.vanish();
    drain.wait();
}

TEST(ServerDrain, RequestsThatHaveArrivedAreAnswered) {
    TestServer server;
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(server.client());
        EXPECT_EQ(clients.back().get("/hello").status, 200U);
    }
    Held held(*server.server);
    for (RawClient& client : clients) client.send(get_of("/say?unread"));
    for (int i = 0; i < 3; ++i) {
        clients.push_back(server.client());
        clients.back().send(get_of("/say?unread"));
    }
    RawClient silent = server.client();
    Drain drain(*server.server);
    held.let_go();
    for (RawClient& client : clients) {
        const Answer answer = client.answer();
        EXPECT_EQ(answer.body, "unread");
        EXPECT_EQ(answer.field("Connection"), "close");
        client.finish();
        EXPECT_TRUE(client.ended());
    }
    EXPECT_TRUE(silent.ended());
    drain.wait();
    EXPECT_FALSE(server.client().connected());
}

TEST(ServerDrain, ARequestOfWhichHalfHasArrivedIsWaitedFor) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/hello").status, 200U);
    Held held(*server.server);
    client.send("GET /hello HT");
    Drain drain(*server.server);
    held.let_go();
    server.settle();
    client.send("TP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer().status, 200U);
    client.finish();
    EXPECT_TRUE(client.ended());
    drain.wait();
}

TEST(ServerDrain, NobodyNewGetsASocket) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/hello").status, 200U);
    const std::string request = RawClient::handshake_request();
    Held held(*server.server);
    client.send(request.substr(0, 20));
    Drain drain(*server.server);
    held.let_go();
    client.send(request.substr(20));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.field("Retry-After"), "1");
    EXPECT_EQ(answer.field("Connection"), "close");
    client.finish();
    EXPECT_TRUE(client.ended());
    drain.wait();
}

TEST(ServerDrain, ARequestBehindAnAnswerNotYetTakenIsWaitedFor) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    send_behind_an_answer_not_taken(
        server, client, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n"
    );
    Drain drain(*server.server);
    EXPECT_EQ(client.answer().body.size(), medium_bytes);
    server.settle();
    client.send("body");
    EXPECT_EQ(client.answer().body, "body");
    client.finish();
    EXPECT_TRUE(client.ended());
    drain.wait();
}

TEST(ServerDrain, ASlowReaderGetsAllAndThenTheEnd) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    client.send(get_of("/big"));
    ASSERT_TRUE(client.receive());
    server.settle();
    Drain drain(*server.server);
    EXPECT_EQ(client.answer().body.size(), big_bytes);
    EXPECT_TRUE(client.ended()) << "not kept for another request until the time is over";
    client.vanish();
    drain.wait();
}

TEST(ServerDrain, EndsWhenItsTimeIsOver) {
    TestServer server;
    server.probe.stays_on_drain = true;
    RawClient socket = server.socket();
    RawClient waits = server.client();
    waits.send(get_of("/gate"));
    const auto resume = server.gate.waiting.next();
    Drain drain(*server.server);
    server.pass(Limits{}.drain_time_max - seconds(1));
    EXPECT_FALSE(drain.is_done());
    server.run_out(seconds(1));
    drain.wait();
    socket.rest();
    EXPECT_TRUE(waits.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::draining);
    resume("too late");
    server.settle();
}

TEST(ServerDrain, AServerMayStopWithoutOne) {
    auto server = std::make_unique<TestServer>([](ServerOptions& options) { options.threads = 2; });
    std::vector<RawClient> clients;
    for (int i = 0; i < 5; ++i) clients.push_back(server->socket());
    RawClient waits = server->client();
    waits.send(get_of("/gate"));
    server->gate.waiting.next();
    server->server->stop();
    server->server.reset();
    for (RawClient& client : clients) EXPECT_TRUE(client.ended());
    EXPECT_TRUE(waits.ended());
    for (int i = 0; i < 5; ++i) EXPECT_EQ(server->probe.closes.next().code, CloseCode::going_away);
}

}  // namespace
}  // namespace latchkey::net
