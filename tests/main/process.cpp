#include "main/process.hpp"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <pty.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace latchkey::test {
namespace {

void write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = write(descriptor, text.data(), text.size());
        if (written <= 0) throw std::runtime_error("cannot write");
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// A file in memory, at its beginning.
int memory_file(std::string_view text) {
    const int descriptor = memfd_create("latchkey-test", MFD_CLOEXEC);
    write_all(descriptor, text);
    lseek(descriptor, 0, SEEK_SET);
    return descriptor;
}

std::string read_file(int descriptor) {
    std::string text(static_cast<std::size_t>(lseek(descriptor, 0, SEEK_END)), '\0');
    const auto size = pread(descriptor, text.data(), text.size(), 0);
    text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return text;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> found;
    found.reserve(texts.size() + 1);
    for (std::string& text : texts) found.push_back(text.data());
    found.push_back(nullptr);
    return found;
}

std::vector<std::string> environment(std::vector<std::string> variables) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (!std::string_view(*entry).starts_with("LATCHKEY_")) variables.emplace_back(*entry);
    }
    return variables;
}

}  // namespace

Process::Process(
    const std::vector<std::string>& arguments,
    std::string_view input,
    std::vector<std::string> variables
) {
    std::vector<std::string> all{LATCHKEY_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    variables = environment(std::move(variables));

    std::array<int, 2> error{};
    if (pipe2(error.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    const int in = memory_file(input);
    out_ = memory_file({});
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error[1], STDERR_FILENO);
    const int failed = posix_spawn(
        &pid_, LATCHKEY_PROGRAM, &actions, nullptr, pointers(all).data(), pointers(variables).data()
    );
    posix_spawn_file_actions_destroy(&actions);
    close(error[1]);
    close(in);
    error_ = error[0];
    if (failed != 0) throw std::runtime_error("cannot start " LATCHKEY_PROGRAM);
}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close(error_);
    close(out_);
}

bool Process::read_more() {
    std::array<char, 4096> some{};
    ssize_t size = 0;
    do {
        size = read(error_, some.data(), some.size());
    } while (size < 0 && errno == EINTR);
    if (size <= 0) return false;
    error_text_.append(some.data(), static_cast<std::size_t>(size));
    return true;
}

std::string Process::error_line() {
    while (error_text_.find('\n') == std::string::npos) {
        if (!read_more()) return std::exchange(error_text_, {});
    }
    const auto end = error_text_.find('\n');
    std::string line = error_text_.substr(0, end);
    error_text_.erase(0, end + 1);
    return line;
}

void Process::signal(int number) const {
    kill(pid_, number);
}

Process::Ended Process::wait() {
    while (read_more()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return {code, read_file(out_), std::exchange(error_text_, {})};
}

Talk at_a_terminal(
    const std::vector<std::string>& arguments,
    const std::vector<std::pair<std::string, std::string>>& answers,
    const std::function<void()>& before_first_answer
) {
    std::vector<std::string> all{LATCHKEY_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto argv = pointers(all);
    int terminal = -1;
    const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
    if (pid == 0) {
        execv(LATCHKEY_PROGRAM, argv.data());
        _exit(127);
    }
    Talk talk;
    std::array<char, 1024> some{};
    std::size_t answered = 0;
    ssize_t size = 0;
    while ((size = read(terminal, some.data(), some.size())) > 0) {
        talk.shown.append(some.data(), static_cast<std::size_t>(size));
        if (answered < answers.size() && talk.shown.ends_with(answers[answered].first)) {
            if (answered == 0 && before_first_answer) before_first_answer();
            write_all(terminal, answers[answered++].second);
        }
    }
    int status = 0;
    waitpid(pid, &status, 0);
    talk.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    termios left{};
    talk.echoes = tcgetattr(terminal, &left) == 0 && (left.c_lflag & ECHO) != 0;
    close(terminal);
    return talk;
}

Directory::Directory() {
    std::string pattern = std::filesystem::temp_directory_path() / "latchkey-main-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory");
    path_ = pattern;
}

Directory::~Directory() {
    std::filesystem::remove_all(path_);
}

Connection::Connection(unsigned port)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return;
    close(descriptor_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
}

Connection::~Connection() {
    close(descriptor_);
}

void Connection::send(std::string_view bytes) const {
    write_all(descriptor_, bytes);
}

std::string Connection::receive() const {
    std::string some(4096, '\0');
    const auto size = read(descriptor_, some.data(), some.size());
    some.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return some;
}

std::string converse(unsigned port, std::string_view request) {
    const Connection connection(port);
    connection.send(request);
    std::string answer;
    for (std::string some = connection.receive(); !some.empty(); some = connection.receive()) {
        answer += some;
    }
    return answer;
}

std::string get(unsigned port, std::string_view path) {
    return converse(
        port,
        "GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    );
}

unsigned port_of(std::string_view text) {
    unsigned port = 0;
    const std::string_view digits = text.substr(text.rfind(':') + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return port;
}

}  // namespace latchkey::test
