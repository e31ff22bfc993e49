/// The program as a process, as its users have it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace latchkey::test {

/// A process of `latchkey ARGUMENTS`, killed at the latest when this goes.
class Process {
 public:
    /// `input` is its standard input. The environment is this one's without any `LATCHKEY_…`, and
    /// `variables`.
    explicit Process(
        const std::vector<std::string>& arguments,
        std::string_view input = {},
        std::vector<std::string> variables = {}
    );
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    /// The next line that it writes to standard error; empty at the end. Waits for it.
    std::string error_line();
    void signal(int number) const;
    pid_t id() const { return pid_; }

    struct Ended {
        int status = -1;  ///< exit code, or -signal
        std::string out;
        std::string error;  ///< what `error_line` has not taken
    };
    Ended wait();

 private:
    bool read_more();

    pid_t pid_ = -1;
    int error_ = -1;
    int out_ = -1;
    std::string error_text_;
};

inline Process::Ended run(
    const std::vector<std::string>& arguments,
    std::string_view input = {},
    std::vector<std::string> variables = {}
) {
    return Process(arguments, input, std::move(variables)).wait();
}

/// What a person at a terminal sees and types: each answer is typed once its prompt is there.
struct Talk {
    int status = -1;  ///< exit code, or -signal
    std::string shown;
    bool echoes = false;  ///< whether the terminal was left so that it shows what is typed
};
Talk at_a_terminal(
    const std::vector<std::string>& arguments,
    const std::vector<std::pair<std::string, std::string>>& answers,
    const std::function<void()>& before_first_answer = {}
);

/// A directory of its own for one test.
class Directory {
 public:
    Directory();
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::string text() const { return path_.string(); }

 private:
    std::filesystem::path path_;
};

/// A TCP connection to 127.0.0.1.
class Connection {
 public:
    explicit Connection(unsigned port);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void send(std::string_view bytes) const;
    /// What comes next, as soon as there is something; empty at the end.
    std::string receive() const;

 private:
    int descriptor_;
};

/// One HTTP/1.1 exchange with 127.0.0.1. `request` is the whole of it; the answer is read until the
/// far end closes.
std::string converse(unsigned port, std::string_view request);
/// `GET path` with `Connection: close`.
std::string get(unsigned port, std::string_view path);
/// The port that a URL ends with.
unsigned port_of(std::string_view text);

}  // namespace latchkey::test
