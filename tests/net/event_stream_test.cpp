/// Server-sent events (WHATWG HTML, "Parsing an event stream") and their chunks, byte by byte.
#include "net/event_stream.hpp"

#include <gtest/gtest.h>

namespace latchkey::net {
namespace {

std::string event_of(std::string_view text, bool chunked = false) {
    std::string out;
    append_event(out, text, chunked);
    return out;
}

TEST(EventStream, AnEventIsItsDataAndAnEmptyLine) {
    EXPECT_EQ(event_of("{\"type\":\"waiting\"}"), "data: {\"type\":\"waiting\"}\n\n");
    EXPECT_EQ(event_of(""), "data: \n\n");
}

TEST(EventStream, EveryLineHasADataOfItsOwn) {
    EXPECT_EQ(event_of("one\ntwo"), "data: one\ndata: two\n\n");
    EXPECT_EQ(event_of("one\rtwo\r\nthree"), "data: one\ndata: two\ndata: three\n\n")
        << "the reader takes CR and CRLF for the end of a line, too";
    EXPECT_EQ(event_of("\n"), "data: \ndata: \n\n");
    EXPECT_EQ(event_of("x\n\ndata: forged"), "data: x\ndata: \ndata: data: forged\n\n")
        << "no text begins an event of its own";
}

TEST(EventStream, AChunkSaysItsSizeInHexadecimal) {
    EXPECT_EQ(event_of("hello", true), "d\r\ndata: hello\n\n\r\n");
    const std::string big = event_of(std::string(4088, 'x'), true);
    EXPECT_TRUE(big.starts_with("1000\r\ndata: xxx"));
    EXPECT_EQ(big.size(), 4096U + 8);
}

TEST(EventStream, AppendsBehindWhatIsThere) {
    std::string out = event_of("a", true);
    append_comment(out, true);
    append_event(out, "b", true);
    EXPECT_EQ(out, "9\r\ndata: a\n\n\r\n3\r\n:\n\n\r\n9\r\ndata: b\n\n\r\n");
}

TEST(EventStream, TheLastEventSaysWhyAndEndsTheBody) {
    std::string plain;
    append_last_event(plain, CloseCode::expired, "too \"late\"\n", false);
    EXPECT_EQ(plain, "event: close\ndata: {\"code\":4100,\"reason\":\"too \\\"late\\\"\\n\"}\n\n");
    std::string chunked;
    append_last_event(chunked, CloseCode::normal, "", true);
    EXPECT_EQ(
        chunked, "2e\r\nevent: close\ndata: {\"code\":1000,\"reason\":\"\"}\n\n\r\n0\r\n\r\n"
    );
}

TEST(EventStream, APollThatWasToldNothingHasAnAnswer) {
    const std::pair<CloseCode, unsigned> answers[] = {
        {CloseCode::normal, 204},
        {CloseCode::going_away, 204},
        {CloseCode::bad_message, 400},
        {CloseCode::bad_token, 401},
        {CloseCode::bad_origin, 403},
        {CloseCode::expired, 410},
        {CloseCode::consumed, 410},
        {CloseCode::draining, 503},
        {CloseCode::overloaded, 503},
        {CloseCode::unsupported_data, 500},
        {CloseCode::internal_error, 500},
        {static_cast<CloseCode>(4042), 400},
        {static_cast<CloseCode>(4142), 410},
        {static_cast<CloseCode>(4242), 503},
    };
    for (const auto& [code, status] : answers) {
        const Response response = unsaid(code, "because");
        EXPECT_EQ(response.status, status) << static_cast<unsigned>(code);
        EXPECT_NE(response.fields.find("Cache-Control: no-store\r\n"), std::string::npos);
        EXPECT_EQ(response.fields.find("Retry-After") != std::string::npos, status == 503);
        EXPECT_EQ(response.body.find("because") != std::string::npos, status != 204);
    }
}

}  // namespace
}  // namespace latchkey::net
