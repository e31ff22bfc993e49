/// RFC 9112: what a reader makes of requests, in whatever pieces they come.
#include "net/requests.hpp"

#include <gtest/gtest.h>

#include <random>

namespace latchkey::net {
namespace {

using namespace test;

TEST(HttpReader, ReadsARequest) {
    const std::string bytes =
        "POST /v1/logins?a=1&b=2 HTTP/1.1\r\nHost: example.org:8443\r\nX-A:  spaced \t\r\n"
        "Content-Length: 5\r\n\r\nhello";
    for (const Reading& reading : {read_whole(bytes), read_bytewise(bytes)}) {
        ASSERT_EQ(reading.status, Status::done);
        EXPECT_EQ(reading.request().method, Method::post);
        EXPECT_EQ(reading.request().path(), "/v1/logins");
        EXPECT_EQ(reading.request().query(), "a=1&b=2");
        EXPECT_EQ(reading.request().host(), "example.org:8443");
        EXPECT_EQ(reading.request().header("x-a"), "spaced");
        EXPECT_EQ(reading.request().body, "hello");
        EXPECT_TRUE(reading.reader->keep_alive());
        EXPECT_TRUE(reading.left.empty());
    }
}

TEST(HttpReader, AnyPiecesWillDo) {
    const std::string bytes =
        post_with("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n");
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        Reading reading;
        for (std::string_view rest = bytes; !rest.empty();) {
            const std::size_t size = std::min<std::size_t>(1 + random() % 30, rest.size());
            reading.feed(rest.substr(0, size));
            rest.remove_prefix(size);
        }
        ASSERT_EQ(reading.status, Status::done);
        EXPECT_EQ(reading.request().body, "hello world");
    }
}

TEST(HttpReader, SaysWhetherHeadOrBodyIsMissing) {
    Reading reading;
    reading.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Len");
    EXPECT_EQ(reading.status, Status::need_head);
    reading.feed("gth: 2\r\n\r\n");
    EXPECT_EQ(reading.status, Status::need_body);
    reading.feed("a");
    EXPECT_EQ(reading.status, Status::need_body);
    reading.feed("b");
    EXPECT_EQ(reading.status, Status::done);
}

TEST(HttpReader, LeavesTheNextRequestAlone) {
    const std::string second = get_with("");
    for (const std::string& first :
         {get_with(""),
          post_with("Content-Length: 3\r\n", "abc"),
          post_with("Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\n\r\n")}) {
        const Reading reading = read_whole(first + second + "GET /third");
        EXPECT_EQ(reading.status, Status::done);
        EXPECT_EQ(reading.left, second + "GET /third");
    }
}

TEST(HttpReader, IsAsNewAfterAReset) {
    Reading reading = read_whole(post_with("Content-Length: 3\r\nX-Old: 1\r\n", "abc"));
    reading.reader->reset();
    reading.feed(get_with(""));
    EXPECT_EQ(reading.status, Status::done);
    EXPECT_EQ(reading.request().method, Method::get);
    EXPECT_EQ(reading.request().body, "");
    EXPECT_FALSE(reading.request().has_header("X-Old"));

    Reading faulty = read_whole("nonsense\r\n\r\n");
    EXPECT_EQ(faulty.status, Status::fault);
    faulty.reader->reset();
    faulty.left.clear();
    faulty.feed(get_with(""));
    EXPECT_EQ(faulty.status, Status::done);
}

TEST(HttpReader, KnowsTheMethods) {
    const std::pair<const char*, Method> methods[] = {
        {"GET", Method::get},
        {"HEAD", Method::head},
        {"POST", Method::post},
        {"PUT", Method::put},
        {"DELETE", Method::delete_},
        {"OPTIONS", Method::options},
        {"PATCH", Method::other},
        {"BREW", Method::other},
    };
    for (const auto& [name, method] : methods) {
        const Reading reading = read_whole(std::string(name) + " / HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_EQ(reading.status, Status::done) << name;
        EXPECT_EQ(reading.request().method, method) << name;
    }
}

TEST(HttpReaderChunks, BadChunksAreRefused) {
    for (const char* body :
         {"x\r\n",
          "-1\r\n",
          "5\r\nhelloX\r\n0\r\n\r\n",
          "5 \r\nhello",
          "\r\n",
          "FFFFFFFFFFFFFFFFFF\r\n"}) {
        EXPECT_EQ(fault_of(post_with("Transfer-Encoding: chunked\r\n", body + "0\r\n\r\n"s)), 400U)
            << body;
    }
}

TEST(HttpReaderChunks, ThereMayBeNoneButTheLast) {
    const std::string bytes = post_with("Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
    for (const Reading& reading : {read_whole(bytes), read_bytewise(bytes)}) {
        EXPECT_EQ(reading.status, Status::done);
        EXPECT_EQ(reading.request().body, "");
    }
}

TEST(HttpReaderChunks, ExtensionsArePassedOver) {
    const auto reading = read_whole(
        post_with("Transfer-Encoding: chunked\r\n", "2;name=\"va;lue\";b\r\nab\r\n0;last\r\n\r\n")
    );
    EXPECT_EQ(reading.status, Status::done);
    EXPECT_EQ(reading.request().body, "ab");
}

TEST(HttpReaderChunks, TrailersAreNotHeaders) {
    const std::string bytes = post_with(
        "Transfer-Encoding: chunked\r\n",
        "1\r\na\r\n0\r\nCookie: latchkey_session=x\r\nX-Forwarded-For: 1.2.3.4\r\nHost: "
        "evil\r\n\r\n"
    );
    for (const Reading& reading : {read_whole(bytes), read_bytewise(bytes)}) {
        ASSERT_EQ(reading.status, Status::done);
        EXPECT_FALSE(reading.request().has_header("Cookie"));
        EXPECT_FALSE(reading.request().has_header("X-Forwarded-For"));
        EXPECT_EQ(reading.request().host(), "h");
    }
}

TEST(HttpReaderLimits, AHeadTooLongIs431) {
    EXPECT_EQ(fault_of(get_with("X: " + std::string(1024, 'x') + "\r\n")), 431U);
    EXPECT_EQ(fault_of("GET /" + std::string(1100, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n"), 431U);
    std::string many;
    for (int i = 0; i < 200; ++i) many += "X:1\r\n";
    EXPECT_EQ(read_whole(get_with(many)).status, Status::done) << "that fits";
    for (int i = 0; i < 200; ++i) many += "X:1\r\n";
    EXPECT_EQ(fault_of(get_with(many)), 431U);
}

TEST(HttpReaderLimits, FieldsOneByOneAreLimitedAlike) {
    Reading reading = read_whole("GET / HTTP/1.1\r\nHost: h\r\n");
    for (int i = 0; i < 1000 && reading.status == Status::need_head; ++i) reading.feed("X: 1\r\n");
    EXPECT_EQ(reading.fault(), 431U);
}

TEST(HttpReaderLimits, AChunksExtensionsAreBounded) {
    Reading reading = read_whole(post_with("Transfer-Encoding: chunked\r\n", "1;"));
    for (int i = 0; i < 5000 && reading.status == Status::need_body; ++i) reading.feed("extend");
    EXPECT_EQ(reading.status, Status::fault);
}

TEST(HttpReaderLimits, AHeadWithoutAnEndIs431) {
    Reading reading;
    for (int i = 0; i < 1100 && reading.status == Status::need_head; ++i) {
        reading.feed(i == 0 ? "GET /" : "x");
    }
    EXPECT_EQ(reading.fault(), 431U);
}

TEST(HttpReaderLimits, ABodyTooLongIs413BeforeItComes) {
    EXPECT_EQ(fault_of(post_with("Content-Length: 101\r\n")), 413U);
    EXPECT_EQ(fault_of(post_with("Content-Length: 18446744073709551615\r\n")), 413U);
    EXPECT_EQ(fault_of(post_with("Content-Length: 100\r\n", std::string(100, 'b'))), 0U);
}

TEST(HttpReaderLimits, AChunkedBodyTooLongIs413) {
    EXPECT_EQ(
        fault_of(post_with("Transfer-Encoding: chunked\r\n", "65\r\n" + std::string(101, 'b'))),
        413U
    );
    std::string chunks;
    for (int i = 0; i < 30; ++i) chunks += "4\r\nbbbb\r\n";
    EXPECT_EQ(fault_of(post_with("Transfer-Encoding: chunked\r\n", chunks)), 413U);
}

TEST(HttpReaderLimits, TrailersAreBoundedToo) {
    Reading reading = read_whole(post_with("Transfer-Encoding: chunked\r\n", "0\r\n"));
    for (int i = 0; i < 5000 && reading.status == Status::need_body; ++i)
        reading.feed("X-T: 1\r\n");
    EXPECT_EQ(reading.status, Status::fault);
}

TEST(HttpReaderConnection, StaysOpenAsTheClientSays) {
    EXPECT_TRUE(read_whole(get_with("")).reader->keep_alive());
    EXPECT_FALSE(read_whole(get_with("Connection: close\r\n")).reader->keep_alive());
    EXPECT_FALSE(read_whole(get_with("Connection: foo, Close\r\n")).reader->keep_alive());
    EXPECT_FALSE(read_whole("GET / HTTP/1.0\r\n\r\n").reader->keep_alive());
    EXPECT_TRUE(read_whole("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").reader->keep_alive()
    );
}

TEST(HttpReaderConnection, KnowsWhoWaitsToContinue) {
    EXPECT_TRUE(read_whole(post_with("Expect: 100-Continue\r\nContent-Length: 1\r\n"))
                    .reader->expects_continue());
    EXPECT_FALSE(read_whole(post_with("Content-Length: 1\r\n")).reader->expects_continue());
    EXPECT_EQ(fault_of(post_with("Expect: 200-ok\r\nContent-Length: 0\r\n")), 417U);
    EXPECT_FALSE(read_whole("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
                     .reader->expects_continue());
}

TEST(HttpReaderConnection, KnowsAnUpgradeToWebSocket) {
    EXPECT_TRUE(read_whole(get_with("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"))
                    .reader->wants_websocket());
    EXPECT_FALSE(read_whole(get_with("Connection: keep-alive\r\nUpgrade: websocket\r\n"))
                     .reader->wants_websocket());
    EXPECT_FALSE(
        read_whole(get_with("Connection: Upgrade\r\nUpgrade: h2c\r\n")).reader->wants_websocket()
    );
    EXPECT_FALSE(read_whole("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                     .reader->wants_websocket()
    ) << "RFC 6455 §4.1 wants HTTP/1.1";
}

TEST(HttpReaderProperty, AnyBytesInAnyPiecesAreReadAlike) {
    const std::string seed = post_with(
        "Transfer-Encoding: chunked\r\nCookie: a=b\r\n",
        "5\r\nhello\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\n"
    );
    std::mt19937 random(4);
    for (int round = 0; round < 5000; ++round) {
        std::string bytes = seed;
        for (unsigned i = random() % 4; i > 0; --i)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        const Reading whole = read_whole(bytes);
        const Reading pieces = read_bytewise(bytes);
        // Pieces may show a fault later than the whole, but never read what the whole does not.
        ASSERT_EQ(pieces.status == Status::done, whole.status == Status::done) << bytes;
        if (whole.status == Status::done) {
            EXPECT_EQ(pieces.request().body, whole.request().body);
            EXPECT_EQ(pieces.left, whole.left);
        }
    }
}

}  // namespace
}  // namespace latchkey::net
