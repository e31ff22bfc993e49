/// Event streams over a real server (WHATWG HTML, "Server-sent events").
#include "net/certificates.hpp"
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

const Limits usual;
constexpr seconds one{1};

int option_of(const RawClient& client, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(server_end_of(client).value(), level, name, &value, &size);
    return value;
}

TEST(ServerEvents, AreAnAnswerThatGoesOn) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.get("/events?greet");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.field("Content-Type"), "text/event-stream");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    EXPECT_EQ(answer.field("X-Accel-Buffering"), "no");
    EXPECT_EQ(answer.field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(answer.field("Content-Length"), "-");
    EXPECT_EQ(client.chunk(), "data: hello\n\n");

    const Event opened = server.probe.opens.next();
    EXPECT_EQ(opened.data, "127.0.0.1");
    ASSERT_TRUE(server.with(opened.id, [](Socket& socket) {
        EXPECT_EQ(socket.wire(), Wire::events);
        socket.send_text("one\ntwo");
        socket.send_text("three");
    }));
    EXPECT_EQ(client.chunk(), "data: one\ndata: two\n\n");
    EXPECT_EQ(client.chunk(), "data: three\n\n");
    const Counts counts = server.settled_counts();
    EXPECT_EQ(counts.streams, 1U);
    EXPECT_EQ(counts.sockets, 0U);
    EXPECT_EQ(counts.messages_out, 3U);
    EXPECT_EQ(counts.responses_by_class[2], 1U);
}

TEST(ServerEvents, TheFirstEventLeavesWithTheHead) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/events?greet"));
    ASSERT_TRUE(client.receive());
    EXPECT_EQ(client.answer().status, 200U);
    EXPECT_EQ(client.chunk(), "data: hello\n\n");
}

TEST(ServerEvents, EndWithWhyAndLeaveTheConnection) {
    TestServer server;
    RawClient client = server.stream();
    const SocketId id = server.probe.opens.next().id;
    server.with(id, [](Socket& socket) {
        socket.close(CloseCode::expired, "too late");
        EXPECT_TRUE(socket.closing());
        socket.send_text("never sent");
    });
    EXPECT_EQ(client.chunk(), "event: close\ndata: {\"code\":4100,\"reason\":\"too late\"}\n\n");
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::expired);
    EXPECT_FALSE(server.with(id, [](Socket&) {}));
    EXPECT_EQ(client.get("/hello").body, "hello");
    EXPECT_EQ(server.settled_counts().streams, 0U);
    EXPECT_TRUE(server.probe.closes.none()) << "once";
}

TEST(ServerEvents, MayEndAtOnceWithOtherRequestsBehindThem) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/say?1") + get_of("/events?close") + get_of("/say?2"));
    EXPECT_EQ(client.answer().body, "1");
    EXPECT_EQ(client.answer().status, 200U);
    EXPECT_EQ(client.chunk(), "event: close\ndata: {\"code\":4001,\"reason\":\"at once\"}\n\n");
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.answer().body, "2");
}

TEST(ServerEvents, OfHttp10AreNoChunksAndEndTheConnection) {
    TestServer server;
    RawClient client = server.client();
    client.send("GET /events?greet HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.field("Transfer-Encoding"), "-");
    EXPECT_EQ(answer.field("Connection"), "close");
    server.with(server.probe.opens.next().id, [](Socket& socket) {
        socket.close(CloseCode::normal);
    });
    EXPECT_EQ(
        client.rest(), "data: hello\n\nevent: close\ndata: {\"code\":1000,\"reason\":\"\"}\n\n"
    );
    EXPECT_FALSE(client.was_reset());
}

TEST(ServerEvents, EndTheConnectionOfWhoeverAskedForThat) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/events?close", "Connection: close\r\n").field("Connection"), "close");
    EXPECT_TRUE(client.rest().ends_with("\r\n0\r\n\r\n"));
}

TEST(ServerEvents, RefusalsAreAnswersAndTheConnectionStays) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/events?refuse").status, 401U) << "the endpoint says so";
    EXPECT_EQ(client.get("/events", "Sec-Fetch-Site: cross-site\r\n").status, 403U);
    client.send("HEAD /events HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer head = client.answer(true);
    EXPECT_EQ(head.status, 405U);
    EXPECT_EQ(head.field("Allow"), "GET");
    client.send("POST /events HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(client.answer().status, 405U);
    EXPECT_TRUE(server.probe.opens.none());
    EXPECT_EQ(client.get("/events", "Sec-Fetch-Site: same-origin\r\n").status, 200U);
}

TEST(ServerEvents, ASignOfLifeComesWithEveryHeartbeat) {
    TestServer server;
    RawClient client = server.stream();
    for (int i = 0; i < 4; ++i) {
        server.run_out(usual.heartbeat);
        EXPECT_EQ(client.chunk(), ":\n\n");
    }
    EXPECT_EQ(server.settled_counts().streams, 1U) << "nobody need answer it";
}

TEST(ServerEvents, AKernelThatAcknowledgesNothingForAHeartbeatEndsThem) {
    TestServer server;
    RawClient client = server.stream("/events");
    const auto beat_ms = static_cast<int>(usual.heartbeat.count());
    EXPECT_EQ(option_of(client, IPPROTO_TCP, TCP_USER_TIMEOUT), beat_ms);
    server.with(server.probe.opens.next().id, [](Socket& socket) {
        socket.close(CloseCode::normal);
    });
    server.probe.closes.next();
    server.settle();
    EXPECT_EQ(option_of(client, IPPROTO_TCP, TCP_USER_TIMEOUT), 0)
        << "what comes after has the limits of HTTP";
}

TEST(ServerEvents, WhoeverGoesIsClosedAsAbnormal) {
    TestServer server;
    RawClient polite = server.stream();
    polite.finish();
    EXPECT_TRUE(polite.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    RawClient rude = server.stream();
    rude.vanish();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    RawClient hasty = server.client();
    hasty.send(get_of("/events"));
    hasty.finish();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    server.until([&] { return server.server->counts().connections == 0; });
    EXPECT_EQ(server.settled_counts().streams, 0U);
}

TEST(ServerEvents, WhatComesMeanwhileIsServedAfterThem) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/events") + get_of("/say?behind"));
    EXPECT_EQ(client.answer().status, 200U);
    client.send("GET /say?later HT");
    client.send("TP/1.1\r\nHost: h\r\n\r\n");
    server.with(server.probe.opens.next().id, [](Socket& socket) {
        socket.close(CloseCode::normal);
    });
    client.chunk();
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.answer().body, "behind");
    EXPECT_EQ(client.answer().body, "later");
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerEvents, WhoeverSendsOnAndOnIsCutOff) {
    TestServer server;
    const std::string too_much(usual.message_bytes_max + 1, 'x');
    RawClient at_once = server.client();
    at_once.send(get_of("/events") + too_much);
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::message_too_big);
    RawClient in_pieces = server.stream();
    for (const char c : too_much) in_pieces.send(std::string(1, c));
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::message_too_big);
    server.until([&] { return server.server->counts().connections == 0; });
    EXPECT_EQ(server.settled_counts().refused_limit, 2U);
}

TEST(ServerEvents, CostARecordAndNothingMore) {
    TestServer server;
    RawClient client = server.stream("/events?greet");
    EXPECT_EQ(client.chunk(), "data: hello\n\n");
    server.run_out(usual.heartbeat);
    EXPECT_EQ(client.chunk(), ":\n\n");
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerEvents, BinaryMessagesHaveNoPlaceThere) {
    TestServer server;
    RawClient client = server.stream();
    server.with(server.probe.opens.next().id, [](Socket& socket) { socket.send_binary("\1"); });
    EXPECT_EQ(client.chunk(), "event: close\ndata: {\"code\":1003,\"reason\":\"\"}\n\n");
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::unsupported_data);
}

TEST(ServerEvents, DeadlinesComeAsForAnySocket) {
    TestServer server;
    RawClient client = server.stream("/events?wake");
    server.pass(one);
    EXPECT_EQ(client.chunk(), "data: woken\n\n");
    server.pass(one);
    EXPECT_TRUE(client.quiet());
}

/// Says so much to a reader who is slow that the kernel does not take it.
void flood(TestServer& server, const SocketId& id, int messages) {
    server.with(id, [messages](Socket& socket) {
        for (int i = 0; i < messages; ++i) socket.send_text(std::string(100'000, 'f'));
    });
}

TEST(ServerEvents, ASlowReaderIsToldWhyBehindWhatIsQueued) {
    TestServer server;
    RawClient slow = server.stream("/events", {.receive_buffer_bytes = 4096});
    flood(server, server.probe.opens.next().id, 200);
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
    int messages = 0;
    std::optional<std::string> chunk = slow.chunk();
    for (; chunk && chunk->size() > 100'000; chunk = slow.chunk()) ++messages;
    EXPECT_LT(messages, 200) << "nothing is queued beyond the limit";
    EXPECT_EQ(chunk, "event: close\ndata: {\"code\":4202,\"reason\":\"\"}\n\n");
    EXPECT_EQ(slow.chunk(), "");
    slow.finish();
    EXPECT_TRUE(slow.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::slow);
}

TEST(ServerEvents, ASlowReadersTimeRunsOut) {
    TestServer server([](ServerOptions& options) {
        options.limits.queue_bytes_max = 64 << 20;
        options.limits.heartbeat = std::chrono::hours(1);
    });
    RawClient slow = server.stream("/events", {.receive_buffer_bytes = 4096});
    flood(server, server.probe.opens.next().id, 100);
    server.pass(usual.write_time_max - one);
    EXPECT_EQ(server.settled_counts().refused_limit, 0U);
    server.run_out(one);
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
    server.run_out(usual.close_time_max);
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::slow);
}

TEST(ServerEvents, AReaderWhoIsNotQuiteSlowGetsEverything) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.stream("/events", {.receive_buffer_bytes = 4096});
    const SocketId id = server.probe.opens.next().id;
    flood(server, id, 100);
    server.with(id, [](Socket& socket) { socket.close(CloseCode::normal); });
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::normal);
    for (int i = 0; i < 100; ++i) ASSERT_EQ(client.chunk()->size(), 100'008U);
    EXPECT_TRUE(client.chunk()->starts_with("event: close\n")) << "the goodbye comes last";
    EXPECT_EQ(client.chunk(), "");
    EXPECT_EQ(client.get("/hello").body, "hello");
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerEvents, WhoeverDoesNotTakeTheGoodbyeIsCutOff) {
    TestServer server([](ServerOptions& options) { options.limits.queue_bytes_max = 64 << 20; });
    RawClient client = server.stream("/events", {.receive_buffer_bytes = 4096});
    const SocketId id = server.probe.opens.next().id;
    flood(server, id, 100);
    server.with(id, [](Socket& socket) { socket.close(CloseCode::normal); });
    server.run_out(usual.write_time_max);
    EXPECT_EQ(server.settled_counts().connections, 0U);
}

TEST(ServerEvents, ADrainTellsThemToComeBack) {
    TestServer server;
    RawClient client = server.stream();
    std::promise<void> drained;
    server.server->drain([&] { drained.set_value(); });
    EXPECT_EQ(client.chunk(), "event: close\ndata: {\"code\":4200,\"reason\":\"\"}\n\n");
    EXPECT_EQ(client.chunk(), "");
    client.finish();
    EXPECT_TRUE(client.ended());
    EXPECT_FALSE(client.was_reset());
    drained.get_future().wait();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::draining);
}

TEST(ServerEvents, GoThroughTlsAndEndWithIt) {
    const FreshDirectory directory;
    const TlsFiles files{directory.file("certificate.pem"), directory.file("key.pem")};
    write_certificate("events", files.certificate, files.key);
    TestServer server([&](ServerOptions& options) {
        options.listen = {{"127.0.0.1:0", true}};
        options.tls = files;
    });
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    EXPECT_EQ(client.get("/events?greet").status, 200U);
    EXPECT_EQ(client.chunk(), "data: hello\n\n");
    EXPECT_EQ(
        option_of(client, IPPROTO_TCP, TCP_USER_TIMEOUT), static_cast<int>(usual.heartbeat.count())
    );
    server.run_out(usual.heartbeat);
    EXPECT_EQ(client.chunk(), ":\n\n");
    SSL_shutdown(client.tls());  // its goodbye; the socket below stays open
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
}

}  // namespace
}  // namespace latchkey::net
