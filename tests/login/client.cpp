#include "login/client.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace latchkey::login::test {
namespace {

int connected(const Visitor& visitor) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval ten_seconds{10, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl((INADDR_LOOPBACK & 0xffff'ff00U) | visitor.host);
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
        throw std::runtime_error("cannot take the address");
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(visitor.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        throw std::runtime_error("cannot connect");
    }
    return descriptor;
}

void send_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool receive_more(int descriptor, std::string& into) {
    char buffer[4096];
    const auto got = ::recv(descriptor, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    into.append(buffer, static_cast<std::size_t>(got));
    return true;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return out;
}

/// Takes the head of an answer off `input`; false when it is not whole yet.
bool take_head(std::string& input, Reply& reply) {
    const std::size_t end = input.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    reply.status = static_cast<unsigned>(std::stoul(input.substr(9, 3)));
    std::size_t at = input.find("\r\n") + 2;
    while (at < end) {
        const std::size_t line_end = input.find("\r\n", at);
        const std::size_t colon = input.find(':', at);
        reply.fields.emplace(
            lower(input.substr(at, colon - at)), input.substr(colon + 2, line_end - colon - 2)
        );
        at = line_end + 2;
    }
    input.erase(0, end + 4);
    return true;
}

std::string head(
    std::string_view method,
    std::string_view target,
    const Visitor& visitor,
    const Visitor::Fields& fields
) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1:");
    text.append(std::to_string(visitor.port())).append("\r\n");
    if (!visitor.cookies.empty()) {
        text.append("Cookie: ").append(visitor.cookie_field()).append("\r\n");
    }
    for (const auto& [name, value] : fields) {
        text.append(name).append(": ").append(value).append("\r\n");
    }
    return text;
}

}  // namespace

std::string Reply::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

std::string Reply::cookie_line(std::string_view name) const {
    const auto [first, last] = fields.equal_range("set-cookie");
    for (auto it = first; it != last; ++it) {
        if (it->second.starts_with(std::string(name) + "=")) return it->second;
    }
    return {};
}

std::optional<std::string> Reply::cookie(std::string_view name) const {
    const std::string line = cookie_line(name);
    if (line.empty()) return std::nullopt;
    const std::size_t from = name.size() + 1;
    return line.substr(from, line.find(';') - from);
}

std::string Reply::text(std::string_view member) const {
    const boost::json::value value = boost::json::parse(body);
    return std::string(value.at(member).as_string());
}

std::string Reply::problem() const {
    const std::string type = text("type");
    return type.substr(type.rfind('/') + 1);
}

std::string Visitor::cookie_field() const {
    std::string field;
    for (const auto& [name, value] : cookies) {
        field.append(field.empty() ? "" : "; ").append(name).append("=").append(value);
    }
    return field;
}

Asking::~Asking() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Asking::Asking(Asking&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

bool Asking::is_answered() const {
    char first = 0;
    return ::recv(descriptor_, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

std::string Asking::whole() const {
    std::string input;
    while (receive_more(descriptor_, input)) {
    }
    return input;
}

Reply Visitor::send(
    std::string_view method, std::string_view target, std::string_view body, Fields fields
) {
    return answer(ask(method, target, body, fields));
}

Asking Visitor::ask(
    std::string_view method, std::string_view target, std::string_view body, const Fields& fields
) const {
    std::string request = head(method, target, *this, fields);
    request.append("Connection: close\r\nContent-Length: ").append(std::to_string(body.size()));
    request.append("\r\n\r\n").append(body);
    const int descriptor = connected(*this);
    send_all(descriptor, request);
    return Asking(descriptor);
}

Reply Visitor::answer(const Asking& asking) {
    std::string input = asking.whole();
    Reply reply;
    if (!take_head(input, reply)) return reply;
    reply.body = input;
    const auto [first, last] = reply.fields.equal_range("set-cookie");
    for (auto it = first; it != last; ++it) {
        const std::string name = it->second.substr(0, it->second.find('='));
        const std::string value = reply.cookie(name).value();
        if (value.empty()) {
            cookies.erase(name);
        } else {
            cookies[name] = value;
        }
    }
    return reply;
}

Reply Visitor::post_json(std::string_view target, std::string_view json, Fields fields) {
    fields.emplace_back("Content-Type", "application/json");
    return send("POST", target, json, std::move(fields));
}

Reply Visitor::post_form(std::string_view target, std::string_view form, Fields fields) {
    fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    return send("POST", target, form, std::move(fields));
}

Page::Page(const Visitor& visitor, std::string_view subprotocol, Visitor::Fields fields)
    : descriptor_(connected(visitor)) {
    fields.insert(
        fields.end(),
        {{"Upgrade", "websocket"},
         {"Connection", "Upgrade"},
         {"Sec-WebSocket-Version", "13"},
         {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}
    );
    if (!subprotocol.empty()) fields.emplace_back("Sec-WebSocket-Protocol", subprotocol);
    send_all(descriptor_, head("GET", "/ws/", visitor, fields) + "\r\n");
    while (!take_head(input_, reply_)) {
        if (!receive_more(descriptor_, input_)) break;
    }
}

Page::~Page() {
    drop();
}

Page::Page(Page&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      input_(std::move(other.input_)),
      reply_(std::move(other.reply_)),
      close_code_(other.close_code_) {}

void Page::say(std::string_view text) {
    send_frame(0x1, text);
}

void Page::say_binary(std::string_view bytes) {
    send_frame(0x2, bytes);
}

void Page::send_frame(std::uint8_t opcode, std::string_view payload) {
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else {
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    frame.append(4, '\0');  // a mask of zeroes
    send_all(descriptor_, frame.append(payload));
}

bool Page::fill(std::size_t bytes) {
    while (input_.size() < bytes) {
        if (!receive_more(descriptor_, input_)) return false;
    }
    return true;
}

std::string Page::hear() {
    for (;;) {
        if (close_code_ != 0 || !fill(2)) return {};
        const auto opcode = static_cast<unsigned char>(input_[0]) & 0x0fU;
        std::size_t size = static_cast<unsigned char>(input_[1]);
        std::size_t at = 2;
        if (size == 126) {
            if (!fill(4)) return {};
            size = static_cast<std::size_t>(static_cast<unsigned char>(input_[2])) << 8 |
                   static_cast<unsigned char>(input_[3]);
            at = 4;
        }
        if (!fill(at + size)) return {};
        const std::string payload = input_.substr(at, size);
        input_.erase(0, at + size);
        if (opcode == 0x1) return payload;
        if (opcode != 0x8) continue;
        close_code_ = 1005;
        if (payload.size() >= 2) {
            close_code_ = static_cast<std::uint16_t>(
                static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1])
            );
        }
    }
}

std::uint16_t Page::closed() {
    while (close_code_ == 0 && !hear().empty()) {
    }
    return close_code_;
}

void Page::drop() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

Stream::Stream(const Visitor& visitor, std::string_view target, Visitor::Fields fields)
    : descriptor_(connected(visitor)) {
    send_all(descriptor_, head("GET", target, visitor, fields) + "\r\n");
}

Stream::~Stream() {
    ::close(descriptor_);
}

const Reply& Stream::reply() {
    while (reply_.status == 0 && !take_head(input_, reply_)) {
        if (!receive_more(descriptor_, input_)) break;
    }
    return reply_;
}

std::string Stream::hear() {
    constexpr std::string_view mark = "data: ";
    reply();
    for (;;) {
        const std::size_t from = input_.find(mark);
        const std::size_t to = from == std::string::npos ? from : input_.find('\n', from);
        if (to != std::string::npos) {
            std::string data = input_.substr(from + mark.size(), to - from - mark.size());
            input_.erase(0, to);
            return data;
        }
        if (!receive_more(descriptor_, input_)) return {};
    }
}

std::string Stream::body() {
    const std::string length = reply().field("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (input_.size() < size) {
        if (!receive_more(descriptor_, input_)) break;
    }
    return input_;
}

}  // namespace latchkey::login::test
