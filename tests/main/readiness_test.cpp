/// When `/readyz` says no, as a load balancer sees it.
#include "main/serving.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/resource.h>

namespace latchkey {
namespace {

using test::Process;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// A server whose files may not grow while `full` is on: each commit fails then.
class SmallDisk {
 public:
    explicit SmallDisk(const std::vector<std::string>& arguments)
        : handler_(std::signal(SIGXFSZ, SIG_IGN)), process(arguments) {}
    ~SmallDisk() { std::signal(SIGXFSZ, handler_); }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    void full(bool on) const {
        rlimit limit{};
        prlimit(process.id(), RLIMIT_FSIZE, nullptr, &limit);
        limit.rlim_cur = on ? 1 : limit.rlim_max;
        if (prlimit(process.id(), RLIMIT_FSIZE, &limit, nullptr) != 0)
            throw std::runtime_error("no limit");
    }

 private:
    void (*handler_)(int);  ///< what is ignored here is ignored in the new process

 public:
    Process process;
};

using Readiness = test::Serving;

TEST_F(Readiness, IsRefusedWhileTheLastCommitFailed) {
    add_ada();
    SmallDisk disk(arguments());
    const unsigned port = test::port_of(disk.process.error_line());
    const unsigned operator_port = test::port_of(disk.process.error_line());
    ASSERT_THAT(test::sign_in(port, "Ada", "correct horse"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::get(operator_port, "/readyz"), StartsWith("HTTP/1.1 200"));

    disk.full(true);
    EXPECT_THAT(test::sign_in(port, "Ada", "correct horse"), StartsWith("HTTP/1.1 503"));
    EXPECT_THAT(
        test::get(operator_port, "/readyz"),
        AllOf(
            StartsWith("HTTP/1.1 503"),
            HasSubstr(R"({"ready":false,"reasons":["database: the last commit failed"]})")
        )
    );
    EXPECT_THAT(test::get(operator_port, "/healthz"), StartsWith("HTTP/1.1 200")) << "it lives";

    disk.full(false);
    EXPECT_THAT(test::sign_in(port, "Ada", "correct horse"), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(test::get(operator_port, "/readyz"), StartsWith("HTTP/1.1 200"));
}

TEST_F(Readiness, IsRefusedWhileTheDatabaseCannotBeRead) {
    Process latchkey(arguments());
    latchkey.error_line();
    const unsigned operator_port = test::port_of(latchkey.error_line());
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((data() / "latchkey.db").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(
        sqlite3_exec(database, "ALTER TABLE accounts RENAME TO gone", nullptr, nullptr, nullptr),
        SQLITE_OK
    );
    sqlite3_close(database);

    EXPECT_THAT(
        test::get(operator_port, "/readyz"),
        AllOf(
            StartsWith("HTTP/1.1 503"),
            HasSubstr(R"({"ready":false,"reasons":["database: it cannot be read"]})")
        )
    );
}

TEST_F(Readiness, IsRefusedWhileItDrains) {
    Process latchkey(arguments());
    const unsigned port = test::port_of(latchkey.error_line());
    const unsigned operator_port = test::port_of(latchkey.error_line());
    // A request that is half there holds the drain up.
    const test::Connection slow(port);
    slow.send(
        "POST /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    );
    ASSERT_THAT(slow.receive(), StartsWith("HTTP/1.1 100"));

    latchkey.signal(SIGTERM);
    ASSERT_THAT(latchkey.error_line(), HasSubstr("draining"));
    EXPECT_THAT(
        test::get(operator_port, "/readyz"),
        AllOf(StartsWith("HTTP/1.1 503"), HasSubstr(R"({"ready":false,"reasons":["draining"]})"))
    );
    slow.send("{}");
    EXPECT_THAT(slow.receive(), StartsWith("HTTP/1.1 4"));
    EXPECT_EQ(latchkey.wait().status, 0);
}

}  // namespace
}  // namespace latchkey
