#include "main/terminal.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <termios.h>
#include <unistd.h>

namespace latchkey {
namespace {

/// More than any password may have: what is longer is refused where the password's rule is checked.
constexpr std::size_t line_bytes_max = 4096;

/// One line without its end. Reads byte by byte, so that nothing after the line is taken.
Secret read_line(int descriptor) {
    std::string line;
    char byte = 0;
    while (line.size() <= line_bytes_max && read(descriptor, &byte, 1) == 1 && byte != '\n')
        line += byte;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return Secret(std::move(line));
}

/// What the handler below needs; one terminal at a time.
int silent_terminal = -1;
termios terminal_before{};

/// Gives the terminal back as it was, then lets the signal end the process: its own disposition is
/// the default again (SA_RESETHAND), and it is delivered once this returns. Calls only what POSIX
/// allows here, on whichever thread it comes.
extern "C" void give_terminal_back(int signal) {
    tcsetattr(silent_terminal, TCSAFLUSH, &terminal_before);
    raise(signal);
}

constexpr std::array ending_signals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/// While this lives no signal leaves the terminal silent. Those that were ignored stay ignored, and
/// Ctrl-Z does nothing.
class Interruptions {
 public:
    Interruptions() {
        struct sigaction back{};
        back.sa_handler = give_terminal_back;
        back.sa_flags = static_cast<int>(SA_RESETHAND);
        sigfillset(&back.sa_mask);
        for (std::size_t i = 0; i < ending_signals.size(); ++i) {
            sigaction(ending_signals[i], nullptr, &before_[i]);
            if (before_[i].sa_handler != SIG_IGN) sigaction(ending_signals[i], &back, nullptr);
        }
        struct sigaction nothing{};
        nothing.sa_handler = SIG_IGN;
        sigaction(SIGTSTP, &nothing, &before_stop_);
    }
    ~Interruptions() {
        for (std::size_t i = 0; i < ending_signals.size(); ++i) {
            sigaction(ending_signals[i], &before_[i], nullptr);
        }
        sigaction(SIGTSTP, &before_stop_, nullptr);
    }
    Interruptions(const Interruptions&) = delete;
    Interruptions& operator=(const Interruptions&) = delete;

 private:
    std::array<struct sigaction, ending_signals.size()> before_{};
    struct sigaction before_stop_{};
};

/// The controlling terminal, without echo as long as this lives, and no longer than the process.
class SilentTerminal {
 public:
    SilentTerminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (descriptor_ < 0) {
            throw std::runtime_error(
                "there is no terminal to ask for the password; pipe it in with --password-stdin"
            );
        }
        tcgetattr(descriptor_, &terminal_before);
        silent_terminal = descriptor_;
        interruptions_.emplace();
        termios silent = terminal_before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(descriptor_, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        tcsetattr(descriptor_, TCSAFLUSH, &terminal_before);
        interruptions_.reset();
        close(descriptor_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    Secret ask(const char* prompt) {
        dprintf(descriptor_, "%s", prompt);
        Secret answer = read_line(descriptor_);
        dprintf(descriptor_, "\n");
        return answer;
    }

 private:
    int descriptor_;
    std::optional<Interruptions> interruptions_;
};

}  // namespace

Secret ask_password(bool from_stdin) {
    if (from_stdin) {
        Secret password = read_line(STDIN_FILENO);
        if (password.empty())
            throw std::runtime_error("standard input holds no password in its first line");
        return password;
    }
    SilentTerminal terminal;
    Secret password = terminal.ask("New password: ");
    if (password.reveal() != terminal.ask("Once more: ").reveal()) {
        throw std::runtime_error("the two passwords differ; nothing was changed");
    }
    return password;
}

}  // namespace latchkey
