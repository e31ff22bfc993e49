/// TLS over a real server.
#include "net/certificates.hpp"
#include "net/proxy_headers.hpp"
#include "net/test_server.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace latchkey::net {
namespace {

using namespace test;

struct ServerTls : testing::Test {
    FreshDirectory directory;
    TlsFiles files{directory.file("certificate.pem"), directory.file("key.pem")};
    TestServer::Change with_tls = [this](ServerOptions& options) {
        options.listen = {{"127.0.0.1:0", true}};
        options.tls = files;
    };

    ServerTls() { write_certificate("first", files.certificate, files.key); }

    static std::string name_seen(RawClient& client) {
        X509* const certificate = SSL_get1_peer_certificate(client.tls());
        char name[64] = {};
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, name, sizeof name
        );
        X509_free(certificate);
        return name;
    }
};

TEST_F(ServerTls, ServesBothVersions) {
    TestServer server(with_tls);
    EXPECT_TRUE(server.server->bound()[0].starts_with("https://127.0.0.1:"));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient client = server.client();
        ASSERT_TRUE(client.start_tls(version));
        for (int i = 0; i < 3; ++i) EXPECT_EQ(client.get("/who").body, "127.0.0.1 https://h");
    }
}

TEST_F(ServerTls, OlderVersionsAreRefused) {
    TestServer server(with_tls);
    RawClient client = server.client();
    EXPECT_FALSE(client.start_tls(TLS1_1_VERSION));
    RawClient next = server.client();
    EXPECT_TRUE(next.start_tls());
}

TEST_F(ServerTls, BytesInPlainAreRefused) {
    TestServer server(with_tls);
    RawClient client = server.client();
    client.send(get_of("/hello"));
    client.finish();
    EXPECT_EQ(client.rest().find("HTTP/1.1 200"), std::string::npos);
    EXPECT_EQ(server.settled_counts().requests, 0U);
}

TEST_F(ServerTls, AHandshakeInPiecesIsPutTogether) {
    TestServer server(with_tls);
    RawClient client = server.client();
    // A client that speaks into memory, carried over byte by byte.
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL* const tls = SSL_new(context);
    SSL_set_bio(tls, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(tls);
    const auto carry = [&] {
        char byte = 0;
        while (BIO_read(SSL_get_wbio(tls), &byte, 1) == 1) client.send({&byte, 1});
    };
    while (SSL_do_handshake(tls) != 1) {
        carry();
        char buffer[4096];
        const ssize_t got = ::recv(client.descriptor(), buffer, sizeof buffer, 0);
        ASSERT_GT(got, 0);
        BIO_write(SSL_get_rbio(tls), buffer, static_cast<int>(got));
    }
    const std::string request = get_of("/bye");
    SSL_write(tls, request.data(), static_cast<int>(request.size()));
    carry();
    const std::string sealed = client.rest();
    BIO_write(SSL_get_rbio(tls), sealed.data(), static_cast<int>(sealed.size()));
    char answer[1024] = {};
    EXPECT_GT(SSL_read(tls, answer, sizeof answer - 1), 0);
    EXPECT_EQ(std::string_view(answer).substr(0, 15), "HTTP/1.1 200 OK");
    SSL_free(tls);
    SSL_CTX_free(context);
}

TEST_F(ServerTls, BigBodiesPassBothWays) {
    TestServer server([&](ServerOptions& options) {
        with_tls(options);
        options.limits.body_bytes_max = 4 << 20;
    });
    RawClient client = server.client({.receive_buffer_bytes = 4096});
    ASSERT_TRUE(client.start_tls());
    const std::string body(3 << 20, 'b');
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + body
    );
    EXPECT_EQ(client.answer().body, body);
    client.send(get_of("/big") + get_of("/say?after"));
    EXPECT_EQ(client.answer().body, server.big);
    EXPECT_EQ(client.answer().body, "after");
}

TEST_F(ServerTls, RequestsOfOneRecordWaitForAHandlerThatWaits) {
    TestServer server(with_tls);
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    client.send(get_of("/gate?1") + get_of("/say?2"));
    const auto resume = server.gate.waiting.next();
    client.send(get_of("/say?3"));
    resume("gate ");
    EXPECT_EQ(client.answer().body, "gate 1");
    EXPECT_EQ(client.answer().body, "2");
    EXPECT_EQ(client.answer().body, "3");
}

TEST_F(ServerTls, ManyRecordsAtOnceAreAllRead) {
    TestServer server([&](ServerOptions& options) {
        with_tls(options);
        options.limits.rate_limits = false;
        options.limits.message_bytes_max = 1 << 20;
        options.limits.queue_bytes_max = 64 << 20;
    });
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    EXPECT_EQ(client.upgrade().status, 101U);
    std::string many = binary_frame(std::string(200'000, 'm'));
    for (int i = 0; i < 2000; ++i) many += text_frame(std::to_string(i));
    client.send(many);
    EXPECT_EQ(client.frame().payload.size(), 200'000U);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.frame().payload, std::to_string(i));
    client.send(close_frame(1000));
    EXPECT_EQ(client.frame().close_code(), 1000U);
    EXPECT_TRUE(client.ended());
}

TEST_F(ServerTls, TheEndIsSaidInTls) {
    TestServer server(with_tls);
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    EXPECT_EQ(client.get("/bye").body, "bye");
    EXPECT_TRUE(client.ended());
    EXPECT_EQ(SSL_get_shutdown(client.tls()) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN)
        << "a cut connection can be told from an ended one";
}

TEST_F(ServerTls, AClientMayRenewItsKeys) {
    TestServer server(with_tls);
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(SSL_key_update(client.tls(), SSL_KEY_UPDATE_REQUESTED), 1);
        EXPECT_EQ(client.get("/hello").body, "hello");
    }
}

TEST_F(ServerTls, AReloadServesConnectionsToCome) {
    TestServer server(with_tls);
    RawClient before = server.client();
    ASSERT_TRUE(before.start_tls());
    EXPECT_EQ(name_seen(before), "first");

    write_certificate("second", files.certificate, files.key);
    ASSERT_TRUE(server.server->reload_tls());
    RawClient after = server.client();
    ASSERT_TRUE(after.start_tls());
    EXPECT_EQ(name_seen(after), "second");
    EXPECT_EQ(before.get("/hello").body, "hello") << "whoever was here stays";
}

TEST_F(ServerTls, AReloadOfBadFilesChangesNothing) {
    TestServer server(with_tls);
    std::ofstream(files.certificate) << "no certificate";
    EXPECT_FALSE(server.server->reload_tls());
    RawClient client = server.client();
    ASSERT_TRUE(client.start_tls());
    EXPECT_EQ(name_seen(client), "first");
}

TEST_F(ServerTls, BadFilesAreNamedAtTheStart) {
    const auto error_of = [&] {
        try {
            TestServer server(with_tls);
        } catch (const std::exception& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    write_certificate("other", directory.file("other.pem"), files.key);
    EXPECT_NE(error_of().find("does not belong"), std::string::npos) << error_of();
    files.key = directory.file("missing.pem");
    EXPECT_NE(error_of().find("missing.pem"), std::string::npos) << error_of();
}

TEST_F(ServerTls, ARefusedConnectionHearsNoPlainText) {
    TestServer server([&](ServerOptions& options) {
        with_tls(options);
        options.limits.connections_max = 1;
    });
    RawClient one = server.client();
    server.until([&] { return server.server->counts().connections == 1; });
    RawClient two = server.client();
    EXPECT_TRUE(two.ended());
    EXPECT_EQ(server.settled_counts().refused_limit, 1U);
}

TEST_F(ServerTls, SilentHandshakesAreCutOff) {
    TestServer server([&](ServerOptions& options) { with_tls(options); });
    RawClient client = server.client();
    server.until([&] { return server.server->counts().connections == 1; });
    server.run_out(Limits{}.header_time_max);
    EXPECT_TRUE(client.ended());
}

TEST_F(ServerTls, AProxyMaySpeakFirst) {
    TestServer server([&](ServerOptions& options) {
        with_tls(options);
        options.proxy_protocol = true;
        options.trusted_proxies = {*parse_network("127.0.0.1")};
    });
    RawClient client = server.client();
    const std::string header = proxy_v4("203.0.113.7");
    client.send(header.substr(0, 20));
    client.send(header.substr(20));
    ASSERT_TRUE(client.start_tls()) << "what follows the header is untouched";
    EXPECT_EQ(client.get("/who").body, "203.0.113.7 https://h");
}

}  // namespace
}  // namespace latchkey::net
