/// The server as a citizen of its machine: addresses, threads, descriptors.
#include "net/test_server.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sys/resource.h>
#include <sys/wait.h>

namespace latchkey::net {
namespace {

using namespace test;

TEST(ServerProcess, AnAddressInUseIsAnErrorThatNamesIt) {
    for (const unsigned threads : {1U, 2U}) {
        TestServer server([&](ServerOptions& options) { options.threads = threads; });
        const std::string address = "127.0.0.1:" + std::to_string(server.port());
        for (const unsigned second_threads : {1U, 2U}) {
            try {
                TestServer second([&](ServerOptions& options) {
                    options.threads = second_threads;
                    options.listen = {{address, false}};
                });
                ADD_FAILURE() << "two servers at one address";
            } catch (const std::system_error& error) {
                EXPECT_EQ(error.code(), std::errc::address_in_use);
                EXPECT_NE(std::string_view(error.what()).find(address), std::string_view::npos);
            }
        }
    }
}

TEST(ServerProcess, AnAddressThatIsNoneIsAnErrorThatSaysSo) {
    for (const char* address :
         {"127.0.0.1", "nonsense:x", "256.0.0.1:80", "127.0.0.1:99999", "", "unix:"}) {
        EXPECT_THROW(
            TestServer server([&](ServerOptions& options) { options.listen = {{address, false}}; }),
            std::exception
        ) << address;
    }
}

TEST(ServerProcess, ListensAtSeveralPlaces) {
    TestServer server([](ServerOptions& options) {
        options.listen = {{"127.0.0.1:0", false}, {"localhost:0", false}, {"[::1]:0", false}};
    });
    ASSERT_EQ(server.server->bound().size(), 3U);
    EXPECT_TRUE(server.server->bound()[2].starts_with("http://[::1]:"));
    for (const std::size_t i : {0U, 1U}) {
        RawClient client(server.port(i));
        EXPECT_EQ(client.get("/hello").body, "hello");
    }
}

TEST(ServerProcess, IPv6IsServed) {
    TestServer server([](ServerOptions& options) { options.listen = {{"[::1]:0", false}}; });
    RawClient client = server.client({.v6 = true});
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.get("/who").body, "::1 http://h");
    EXPECT_FALSE(server.client().connected()) << "that address and no other";
}

TEST(ServerProcess, TheAddressOfBothFamiliesServesBoth) {
    TestServer server([](ServerOptions& options) { options.listen = {{"[::]:0", false}}; });
    RawClient v6 = server.client({.v6 = true});
    ASSERT_TRUE(v6.connected());
    EXPECT_EQ(v6.get("/who").body, "::1 http://h");
    RawClient v4 = server.client();
    ASSERT_TRUE(v4.connected());
    EXPECT_EQ(v4.get("/who").body, "127.0.0.1 http://h");
}

TEST(ServerProcess, NothingWaitsForMoreToSend) {
    TestServer server;
    RawClient client = server.client();
    EXPECT_EQ(client.get("/hello").status, 200U);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    ::getsockopt(server_end_of(client).value(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size);
    EXPECT_NE(no_delay, 0);
}

TEST(ServerProcess, ThreadsShareTheConnections) {
    TestServer server([](ServerOptions& options) { options.threads = 2; });
    std::set<unsigned> loops;
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(server.socket());
        loops.insert(server.probe.opens.next().id.loop);
    }
    EXPECT_EQ(loops, (std::set<unsigned>{0, 1}));
    EXPECT_EQ(server.settled_counts().sockets, 100U);
    for (RawClient& client : clients) client.send(text_frame("all are served"));
    for (RawClient& client : clients) EXPECT_EQ(client.frame().payload, "all are served");
}

TEST(ServerProcess, ManyComeAndGo) {
    TestServer server([](ServerOptions& options) {
        options.threads = 2;
        options.limits.rate_limits = false;
    });
    std::vector<std::thread> crowds;
    for (int crowd = 0; crowd < 4; ++crowd) {
        crowds.emplace_back([&server, crowd] {
            for (int i = 0; i < 100; ++i) {
                RawClient client = server.socket();
                client.send(text_frame("hello"));
                EXPECT_EQ(client.frame().payload, "hello");
                if ((i + crowd) % 3 == 0) client.vanish();
                if ((i + crowd) % 3 == 1) client.send(close_frame(1000));
            }
        });
    }
    for (std::thread& crowd : crowds) crowd.join();
    for (int i = 0; i < 400; ++i) server.probe.closes.next();
    EXPECT_EQ(server.settled_counts().sockets, 0U);
    EXPECT_EQ(server.settled_counts().connections, 0U);
    EXPECT_EQ(server.settled_counts().handshakes, 400U);
}

/// In a process of its own, with hardly a descriptor to spare: 0 when all went as it should.
int without_descriptors() {
    TestServer server;
    RawClient waiting = server.socket();
    const rlimit few{64, 64};
    ::setrlimit(RLIMIT_NOFILE, &few);
    // The clients' ends are descriptors as well. The server is held until they have taken all.
    Held held(*server.server);
    std::vector<RawClient> clients;
    while (true) {
        RawClient client = server.client();
        if (!client.connected()) break;
        clients.push_back(std::move(client));
    }
    held.let_go();
    if (clients.empty()) return 2;
    for (RawClient& client : clients) {
        if (client.answer().status != 503) return 3;
    }
    waiting.send(text_frame("still served"));
    if (waiting.frame().payload != "still served") return 4;
    clients.clear();
    server.settle();
    for (int i = 0; i < 3; ++i) {
        RawClient again = server.client();
        const unsigned status = again.get("/hello").status;
        if (status != 200) return 5;
    }
    return 0;
}

/// With not even a descriptor to refuse with: 0 when all went as it should.
int without_a_reserve() {
    TestServer server;
    RawClient served = server.socket();
    Held held(*server.server);
    RawClient waits = server.client();
    waits.send(get_of("/hello"));
    rlimit usual{};
    ::getrlimit(RLIMIT_NOFILE, &usual);
    // Less than the number of any descriptor that could come free.
    const rlimit none{3, usual.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
    held.let_go();
    served.send(text_frame("still served"));
    if (served.frame().payload != "still served") return 2;
    server.settle();
    if (!waits.quiet()) return 3;
    ::setrlimit(RLIMIT_NOFILE, &usual);
    server.settle();
    if (!waits.quiet()) return 4;  // it tries again after a while, not all the time
    server.pass(seconds(1));
    return waits.answer().status == 200 ? 0 : 5;
}

/// What `work` gives in a process of its own.
int outcome_apart(int (*work)()) {
    const pid_t child = ::fork();
    if (child == 0) {
        int outcome = 1;
        try {
            outcome = work();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s\n", error.what());
        }
        ::_exit(outcome);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ServerProcess, WithoutDescriptorsItRefusesAndGoesOn) {
    EXPECT_EQ(outcome_apart(without_descriptors), 0);
}

TEST(ServerProcess, WithoutAReserveItWaitsAndGoesOn) {
    EXPECT_EQ(outcome_apart(without_a_reserve), 0);
}

}  // namespace
}  // namespace latchkey::net
