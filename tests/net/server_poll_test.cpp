/// Long polls over a real server: the answer to a GET, held back until there is one thing to say.
#include "net/certificates.hpp"
#include "net/test_server.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

const Limits usual;
constexpr seconds one{1};
constexpr std::chrono::hours hour{1};

TEST(ServerPoll, IsAnsweredWithTheFirstThingSaid) {
    TestServer server;
    RawClient client = server.poll();
    server.pass(hour);
    EXPECT_TRUE(client.quiet()) << "no sign of life could be told from the answer";
    const SocketId id = server.probe.opens.next().id;
    ASSERT_TRUE(server.with(id, [](Socket& socket) {
        EXPECT_EQ(socket.wire(), Wire::answer);
        EXPECT_FALSE(socket.closing());
        socket.send_text("{\"type\":\"scanned\"}");
        EXPECT_TRUE(socket.closing());
        socket.send_text("never sent");
        socket.close(CloseCode::expired);
    }));
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.body, "{\"type\":\"scanned\"}");
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::normal);
    EXPECT_FALSE(server.with(id, [](Socket&) {}));
    EXPECT_EQ(client.get("/hello").body, "hello") << "the connection is kept";
    const Counts counts = server.settled_counts();
    EXPECT_EQ(counts.polls, 0U);
    EXPECT_EQ(counts.messages_out, 1U);
    EXPECT_EQ(counts.responses_by_class[2], 2U);
    EXPECT_TRUE(server.probe.closes.none()) << "once";
}

TEST(ServerPoll, MayBeAnsweredAtOnceWithOtherRequestsAroundIt) {
    TestServer server;
    RawClient client = server.client();
    std::string requests = get_of("/say?1");
    for (int i = 0; i < 3; ++i) requests += get_of("/poll?greet");
    client.send(requests + get_of("/late?2") + get_of("/poll?greet") + get_of("/say?3"));
    EXPECT_EQ(client.answer().body, "1");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.answer().body, "hello");
    EXPECT_EQ(client.answer().body, "at once 2");
    EXPECT_EQ(client.answer().body, "hello");
    EXPECT_EQ(client.answer().body, "3");
    for (int i = 0; i < 4; ++i) EXPECT_EQ(server.probe.closes.next().code, CloseCode::normal);
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerPoll, ThatIsClosedWithoutAWordIsAnsweredByTheCode) {
    TestServer server;
    RawClient client = server.client();
    const auto answer_to = [&](CloseCode code) {
        client.send(get_of("/poll"));
        server.with(server.probe.opens.next().id, [code](Socket& socket) {
            socket.close(code, "the reason");
        });
        EXPECT_EQ(server.probe.closes.next().code, code);
        return client.answer();
    };
    EXPECT_EQ(answer_to(CloseCode::normal).status, 204U);
    const Answer expired = answer_to(CloseCode::expired);
    EXPECT_EQ(expired.status, 410U);
    EXPECT_EQ(expired.field("Content-Type"), "application/problem+json");
    EXPECT_NE(expired.body.find("the reason"), std::string::npos);
    EXPECT_EQ(answer_to(CloseCode::bad_token).status, 401U);
    EXPECT_EQ(answer_to(CloseCode::draining).field("Retry-After"), "1");
    EXPECT_EQ(client.get("/hello").status, 200U);
}

TEST(ServerPoll, OneAfterAnotherOnAConnectionAreDifferentSockets) {
    TestServer server;
    RawClient client = server.poll("/poll");
    const SocketId first = server.probe.opens.next().id;
    std::uint64_t nonce = 0;
    server.with(first, [&](Socket& socket) {
        nonce = socket.nonce();
        socket.note<std::uint64_t>() = 7;
        socket.send_text("1");
    });
    EXPECT_EQ(client.answer().body, "1");
    client.send(get_of("/poll"));
    const SocketId second = server.probe.opens.next().id;
    EXPECT_FALSE(server.with(first, [](Socket& socket) { socket.send_text("not yours"); }));
    ASSERT_TRUE(server.with(second, [&](Socket& socket) {
        EXPECT_NE(socket.nonce(), nonce) << "who knew the first one's name cannot guess this one's";
        EXPECT_EQ(socket.note<std::uint64_t>(), 0U);
        socket.send_text("2");
    }));
    EXPECT_EQ(client.answer().body, "2");
    EXPECT_EQ(client.upgrade().status, 101U);
    EXPECT_NE(server.probe.opens.next().id, second);
}

TEST(ServerPoll, RefusalsAreAnswersAndTheConnectionStays) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/poll?refuse").status, 401U) << "the endpoint says so";
    EXPECT_EQ(client.get("/poll", "Sec-Fetch-Site: cross-site\r\n").status, 403U);
    client.send("HEAD /poll HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.answer(true).status, 405U);
    EXPECT_TRUE(server.probe.opens.none());
    EXPECT_EQ(client.get("/poll?greet", "Sec-Fetch-Site: same-origin\r\n").body, "hello");
}

TEST(ServerPoll, TheConnectionEndsWithItForWhoeverWantsThat) {
    TestServer server;
    RawClient client = server.client();
    const Answer answer = client.get("/poll?greet", "Connection: close\r\n");
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.field("Connection"), "close");
    EXPECT_TRUE(client.ended());
    RawClient old = server.client();
    old.send("GET /poll?greet HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.answer().body, "hello");
    EXPECT_TRUE(old.ended());
}

TEST(ServerPoll, WhoeverGoesIsClosedAsAbnormal) {
    TestServer server;
    RawClient polite = server.poll();
    polite.finish();
    EXPECT_TRUE(polite.ended());
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    RawClient rude = server.poll();
    rude.vanish();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::abnormal);
    server.until([&] { return server.server->counts().connections == 0; });
    EXPECT_EQ(server.settled_counts().polls, 0U);
}

TEST(ServerPoll, AKernelThatAnswersNoProbeEndsIt) {
    TestServer server;
    RawClient client = server.poll();
    const auto option = [&](int level, int name) {
        int value = -1;
        socklen_t size = sizeof value;
        ::getsockopt(server_end_of(client).value(), level, name, &value, &size);
        return value;
    };
    const auto beat_s = static_cast<int>(usual.heartbeat.count() / 1000);
    EXPECT_EQ(option(SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQ(option(IPPROTO_TCP, TCP_KEEPIDLE), beat_s);
    const int probing_s = option(IPPROTO_TCP, TCP_KEEPINTVL) * option(IPPROTO_TCP, TCP_KEEPCNT);
    EXPECT_LE(probing_s, beat_s);
    EXPECT_GT(probing_s, beat_s / 2);
}

TEST(ServerPoll, WhatComesMeanwhileIsServedAfterIt) {
    TestServer server;
    RawClient client = server.client();
    client.send(get_of("/poll") + get_of("/poll?greet"));
    const SocketId id = server.probe.opens.next().id;
    client.send(get_of("/say?last"));
    server.with(id, [](Socket& socket) { socket.send_text("first"); });
    EXPECT_EQ(client.answer().body, "first");
    EXPECT_EQ(client.answer().body, "hello");
    EXPECT_EQ(client.answer().body, "last");
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerPoll, WhoeverSendsOnAndOnIsCutOff) {
    TestServer server;
    RawClient client = server.poll();
    client.send(std::string(usual.message_bytes_max + 1, 'x'));
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::message_too_big);
    server.until([&] { return server.server->counts().connections == 0; });
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST(ServerPoll, CostsARecordAndNothingMore) {
    TestServer server;
    RawClient client = server.poll();
    EXPECT_EQ(server.settled_counts().working, 0U);
}

TEST(ServerPoll, BehindAnAnswerThatIsNotTakenIsLeftWithoutOne) {
    TestServer server;
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    send_behind_an_answer_not_taken(server, client, {});
    client.send(get_of("/poll"));
    server.run_out(usual.write_time_max);
    EXPECT_EQ(server.settled_counts().connections, 0U);
}

TEST(ServerPoll, DeadlinesComeAsForAnySocket) {
    TestServer server;
    RawClient client = server.poll("/poll?wake");
    server.pass(one);
    EXPECT_EQ(client.answer().body, "woken");
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::normal);
    server.pass(usual.keep_alive_time_max - one);
    EXPECT_TRUE(client.quiet());
    server.run_out(one);
    EXPECT_TRUE(client.ended()) << "idle like any other";
}

TEST(ServerPoll, ADeadlineOfTheOneBeforeIsNotTheNextOnes) {
    TestServer server;
    RawClient client = server.poll();
    server.with(server.probe.opens.next().id, [](Socket& socket) {
        socket.send_text("before it");
        socket.wake_after(seconds(5));
    });
    EXPECT_EQ(client.answer().body, "before it");
    client.send(get_of("/poll"));
    server.probe.opens.next();
    server.pass(seconds(10));
    EXPECT_TRUE(client.quiet());
}

TEST(ServerPoll, ADrainAnswersIt) {
    TestServer server;
    RawClient client = server.poll();
    std::promise<void> drained;
    server.server->drain([&] { drained.set_value(); });
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.field("Retry-After"), "1");
    EXPECT_EQ(answer.field("Connection"), "close");
    client.finish();
    EXPECT_TRUE(client.ended());
    EXPECT_FALSE(client.was_reset());
    drained.get_future().wait();
    EXPECT_EQ(server.probe.closes.next().code, CloseCode::draining);
}

TEST(ServerPoll, AnEndpointMayAnswerADrainInItsOwnWords) {
    TestServer server;
    server.probe.stays_on_drain = true;
    RawClient client = server.poll();
    std::promise<void> drained;
    server.server->drain([&] { drained.set_value(); });
    const Answer answer = client.answer();
    EXPECT_EQ(answer.body, "drain");
    EXPECT_EQ(answer.field("Connection"), "close");
    client.finish();
    EXPECT_TRUE(client.ended());
    drained.get_future().wait();
}

TEST(ServerPoll, AServerMayStopMeanwhile) {
    auto server = std::make_unique<TestServer>();
    RawClient client = server->poll();
    server->server->stop();
    server->server.reset();
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(server->probe.closes.next().code, CloseCode::going_away);
}

TEST(ServerPoll, ThroughAProxyEachCountsForTheBrowserItIsOf) {
    TestServer server([](ServerOptions& options) {
        options.trusted_proxies = {*parse_network("127.0.0.1/32")};
        options.limits.connections_per_prefix_max = 1;
    });
    constexpr std::string_view one_browser = "X-Forwarded-For: 192.0.2.1\r\n";
    RawClient held = server.client();
    held.send(get_of("/poll", one_browser));
    const Event opened = server.probe.opens.next();
    EXPECT_EQ(opened.data, "192.0.2.1");
    RawClient proxy = server.client();
    EXPECT_EQ(proxy.get("/poll?greet", one_browser).status, 503U) << "it has its one";
    EXPECT_EQ(proxy.get("/poll?greet", "X-Forwarded-For: 192.0.2.2\r\n").status, 200U);
    EXPECT_EQ(proxy.get("/who").body, "127.0.0.1 http://h") << "the proxy itself asks";
    server.with(opened.id, [](Socket& socket) { socket.send_text("over"); });
    EXPECT_EQ(held.answer().body, "over");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(proxy.get("/poll?greet", one_browser).status, 200U) << "none of it is left";
}

TEST(ServerPoll, GoesThroughTls) {
    const FreshDirectory directory;
    const TlsFiles files{directory.file("certificate.pem"), directory.file("key.pem")};
    write_certificate("poll", files.certificate, files.key);
    TestServer server([&](ServerOptions& options) {
        options.listen = {{"127.0.0.1:0", true}};
        options.tls = files;
    });
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    for (int i = 0; i < 3; ++i) {
        client.send(get_of("/poll") + get_of("/say?behind"));
        server.with(server.probe.opens.next().id, [](Socket& socket) { socket.send_text("said"); });
        EXPECT_EQ(client.answer().body, "said");
        EXPECT_EQ(client.answer().body, "behind");
    }
}

}  // namespace
}  // namespace latchkey::net
