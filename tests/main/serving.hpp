/// What tests of `serve` begin with.
#pragma once

#include "main/process.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace latchkey::test {

/// A server on free ports of 127.0.0.1, with a data directory of its own.
class Serving : public testing::Test {
 protected:
    /// `more` may say otherwise.
    std::vector<std::string> arguments(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all{"serve"};
        const std::vector<std::pair<std::string, std::string>> usual = {
            {"--listen", "127.0.0.1:0"},
            {"--operator-listen", "127.0.0.1:0"},
            {"--data", data().string()},
            {"--threads", "2"}
        };
        for (const auto& [flag, value] : usual) {
            if (std::find(more.begin(), more.end(), flag) == more.end())
                all.insert(all.end(), {flag, value});
        }
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::filesystem::path data() const { return directory_.path() / "data"; }

    /// Ada with the password `correct horse`.
    void add_ada() const {
        const auto added =
            run({"user", "add", "Ada", "--password-stdin", "--data", data().string()},
                "correct horse\n");
        ASSERT_EQ(added.status, 0) << added.error;
    }

    Directory directory_;
};

/// Signs in and gives the answer's head and body.
inline std::string sign_in(unsigned port, std::string_view name, std::string_view password) {
    const std::string body =
        R"({"name":")" + std::string(name) + R"(","password":")" + std::string(password) + R"("})";
    return converse(
        port,
        "POST /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: "
        "application/json\r\n"
        "Content-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
    );
}

}  // namespace latchkey::test
