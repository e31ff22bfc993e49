/// Requests as bytes, and what a reader makes of them in whatever pieces they come.
#pragma once

#include "net/http_reader.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

namespace latchkey::net::test {

using Status = HttpReader::Status;
using namespace std::string_literals;

inline constexpr HttpReader::Limits small{1024, 100};

/// A reader and the bytes that it has left.
struct Reading {
    std::unique_ptr<HttpReader> reader = std::make_unique<HttpReader>(small);
    std::string left;
    Status status = Status::need_head;

    Request& request() const { return reader->request(); }
    unsigned fault() const { return status == Status::fault ? reader->fault_status() : 0; }

    void feed(std::string_view bytes) {
        left += bytes;
        std::span<char> input(left);
        status = reader->feed(input);
        left.assign(input.data(), input.size());
    }
};

inline Reading read_whole(std::string_view bytes) {
    Reading reading;
    reading.feed(bytes);
    return reading;
}

inline Reading read_bytewise(std::string_view bytes) {
    Reading reading;
    while (!bytes.empty() && reading.status != Status::done && reading.status != Status::fault) {
        reading.feed(bytes.substr(0, 1));
        bytes.remove_prefix(1);
    }
    reading.left += bytes;
    return reading;
}

/// The status of the refusal, which must not depend on how the bytes came; 0 when it is read.
inline unsigned fault_of(std::string_view bytes) {
    const Reading whole = read_whole(bytes);
    EXPECT_EQ(read_bytewise(bytes).fault(), whole.fault());
    EXPECT_TRUE(whole.status == Status::fault || whole.status == Status::done)
        << "neither read nor refused";
    return whole.fault();
}

/// A request with these further header lines.
inline std::string get_with(std::string_view lines) {
    return "GET / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}
inline std::string post_with(std::string_view lines, std::string_view rest = {}) {
    return "POST / HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n" + std::string(rest);
}

}  // namespace latchkey::net::test
