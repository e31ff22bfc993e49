/// RFC 9112 §11.2: requests that two readers could read differently are refused.
#include "net/requests.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

using namespace test;

TEST(HttpReaderSmuggling, LengthsThatDisagreeAreRefused) {
    EXPECT_EQ(fault_of(post_with("Content-Length: 3\r\nContent-Length: 4\r\n", "abc")), 400U);
    EXPECT_EQ(fault_of(post_with("Content-Length: 3, 4\r\n", "abc")), 400U);
    EXPECT_EQ(
        fault_of(post_with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        400U
    );
    EXPECT_EQ(
        fault_of(post_with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n")),
        400U
    );
}

TEST(HttpReaderSmuggling, LengthsThatAreNoNumbersAreRefused) {
    for (const char* length : {"+3", "-3", "0x3", "3a", "", "3 3", "99999999999999999999", "３"}) {
        EXPECT_EQ(fault_of(post_with("Content-Length: "s + length + "\r\n", "abc")), 400U)
            << length;
    }
}

TEST(HttpReaderSmuggling, OtherTransferEncodingsAreRefused) {
    for (const char* coding :
         {"gzip",
          "gzip, chunked",
          "chunked, gzip",
          "identity",
          "xchunked",
          "chunked;q=1",
          "chunked, chunked"}) {
        const unsigned status =
            fault_of(post_with("Transfer-Encoding: "s + coding + "\r\n", "0\r\n\r\n"));
        EXPECT_TRUE(status == 400 || status == 501) << coding << " " << status;
    }
    const std::string twice = "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n";
    const unsigned status = fault_of(post_with(twice, "0\r\n\r\n"));
    EXPECT_TRUE(status == 400 || status == 501) << status;
    EXPECT_EQ(fault_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U)
        << "HTTP/1.0 has no chunks";
}

TEST(HttpReaderSmuggling, NamesWithSpacesAndBareLinesAreRefused) {
    for (const char* line :
         {"X : 1\r\n",
          " X: 1\r\n",
          "X\r\n",
          ": 1\r\n",
          "X\x01: 1\r\n",
          "X: 1\n",
          "X: a\rb\r\n",
          "(X): 1\r\n"}) {
        EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n"s + line + "Host: h\r\n\r\n"), 400U) << line;
    }
}

TEST(HttpReaderSmuggling, ANulIsRefusedAnywhere) {
    EXPECT_EQ(fault_of("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"s), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: h\0.evil\r\n\r\n"s), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHo\0st: h\r\n\r\n"s), 400U);
    EXPECT_EQ(fault_of("G\0T / HTTP/1.1\r\nHost: h\r\n\r\n"s), 400U);
}

TEST(HttpReaderSmuggling, FoldedLinesAreOneValueOrRefused) {
    const Reading reading = read_whole(get_with("X: a\r\n b\r\n\tc\r\n"));
    if (reading.status == Status::done) EXPECT_EQ(reading.request().header("X"), "a b c");
    // A folded line must not hide a length.
    EXPECT_EQ(fault_of(post_with("X: a\r\n Content-Length: 3\r\n")), 0U);
}

TEST(HttpReaderHost, ExactlyOneIsNeeded) {
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.0\r\n\r\n"), 0U) << "HTTP/1.0 may do without";
}

TEST(HttpReaderHost, IsAHost) {
    for (const char* host : {"", "a b", "a/b", "user@host", "a\"b", "a,b c", "a?b", "a#b", "<a>"}) {
        EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n"), 400U) << host;
    }
    for (const char* host :
         {"h", "example.org", "example.org:443", "[2001:db8::1]:80", "127.0.0.1:1"}) {
        EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n"), 0U) << host;
    }
}

TEST(HttpReaderTarget, TheAbsoluteFormWinsOverHost) {
    const auto reading =
        read_whole("GET http://example.org:81/p?q=1 HTTP/1.1\r\nHost: other\r\n\r\n");
    ASSERT_EQ(reading.status, Status::done);
    EXPECT_EQ(reading.request().path(), "/p");
    EXPECT_EQ(reading.request().query(), "q=1");
    EXPECT_EQ(reading.request().host(), "example.org:81");

    const auto bare = read_whole("GET http://example.org HTTP/1.1\r\nHost: other\r\n\r\n");
    EXPECT_EQ(bare.request().path(), "/");
    EXPECT_EQ(fault_of("GET http://a@b/ HTTP/1.1\r\nHost: other\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("GET http:// HTTP/1.1\r\nHost: other\r\n\r\n"), 400U);
}

TEST(HttpReaderTarget, OtherFormsAreRefused) {
    EXPECT_EQ(fault_of("CONNECT example.org:443 HTTP/1.1\r\nHost: h\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("GET relative HTTP/1.1\r\nHost: h\r\n\r\n"), 400U);
    EXPECT_EQ(fault_of("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 0U);
}

TEST(HttpReaderVersion, OthersThanOneAreRefused) {
    for (const char* version :
         {"HTTP/2.0", "HTTP/0.9", "HTTP/1", "HTTP/11", "http/1.1", "HTP/1.1", "HTTP/1.1x", ""}) {
        EXPECT_EQ(fault_of("GET / "s + version + "\r\nHost: h\r\n\r\n"), 505U) << version;
    }
    EXPECT_EQ(fault_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505U) << "HTTP/2's preface";
}

}  // namespace
}  // namespace latchkey::net
