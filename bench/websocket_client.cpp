#include "websocket_client.hpp"

#include "http_client.hpp"

#include <array>

namespace latchkey::bench {
namespace {

// RFC 6455 §1.3: the example's key and the accept value that belongs to it.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

constexpr std::array<char, 4> mask{'\x37', '\x7a', '\x21', '\x3d'};

unsigned octet(char c) {
    return static_cast<unsigned char>(c);
}

}  // namespace

std::string client_frame(
    Opcode opcode, std::string_view payload, bool last, std::optional<std::uint64_t> size_said
) {
    const std::uint64_t size = size_said.value_or(payload.size());
    std::string frame;
    frame.reserve(payload.size() + 14);
    frame.push_back(static_cast<char>((last ? 0x80U : 0U) | static_cast<unsigned>(opcode)));
    int size_octets = 0;
    if (size < 126) {
        frame.push_back(static_cast<char>(0x80U | size));
    } else if (size <= 0xFFFF) {
        frame.push_back(static_cast<char>(0x80U | 126U));
        size_octets = 2;
    } else {
        frame.push_back(static_cast<char>(0x80U | 127U));
        size_octets = 8;
    }
    for (int i = size_octets - 1; i >= 0; --i) {
        frame.push_back(static_cast<char>((size >> (8U * static_cast<unsigned>(i))) & 0xFFU));
    }
    frame.append(mask.data(), mask.size());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame.push_back(static_cast<char>(octet(payload[i]) ^ octet(mask[i % mask.size()])));
    }
    return frame;
}

ServerFrame parse_server_frame(std::string_view bytes) {
    ServerFrame frame;
    if (bytes.size() < 2) return frame;
    const unsigned first = octet(bytes[0]);
    const unsigned second = octet(bytes[1]);
    if ((first & 0x80U) == 0 || (first & 0x70U) != 0 || (second & 0x80U) != 0) {
        frame.state = ServerFrame::State::malformed;
        return frame;
    }
    std::uint64_t size = second;
    std::size_t head = 2;
    if (second >= 126) {
        const std::size_t octets = second == 126 ? 2 : 8;
        head += octets;
        if (bytes.size() < head) return frame;
        size = 0;
        for (std::size_t i = 2; i < head; ++i) size = (size << 8U) | octet(bytes[i]);
    }
    if (bytes.size() - head < size) return frame;
    frame.state = ServerFrame::State::complete;
    frame.opcode = static_cast<Opcode>(first & 0x0FU);
    frame.payload = bytes.substr(head, size);
    frame.bytes = head + size;
    return frame;
}

std::string handshake_request(
    const Target& target,
    std::string_view path,
    std::string_view cookies,
    std::string_view subprotocol
) {
    std::string request = "GET ";
    request.append(path).append(" HTTP/1.1\r\nHost: ").append(target.authority);
    request.append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://");
    request.append(target.authority).append("\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ");
    request.append(key).append("\r\n");
    if (!subprotocol.empty()) {
        request.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
    }
    if (!cookies.empty()) request.append("Cookie: ").append(cookies).append("\r\n");
    return request.append("\r\n");
}

void WebSocketClient::open(
    const Target& target, in_addr source, std::string handshake, int receive_bytes
) {
    handshake_ = std::move(handshake);
    upgraded_ = false;
    closing_ = false;
    code_ = 1006;
    ++opened_;
    stream_.open(target, source, receive_bytes);
}

void WebSocketClient::close() {
    if (!is_open() || closing_) return;
    closing_ = true;
    stream_.send(client_frame(Opcode::close, "\x03\xe8"));
}

void WebSocketClient::on_open() {
    stream_.send(handshake_);
    handshake_.clear();
    handshake_.shrink_to_fit();
}

std::size_t WebSocketClient::on_bytes(std::string_view bytes) {
    const auto mine = opened_;
    const auto gone = [&] { return !is_open() || opened_ != mine; };
    std::size_t used = 0;
    if (!upgraded_) {
        const auto parsed = parse_response(bytes);
        if (parsed.state == ParsedResponse::State::incomplete) return 0;
        if (parsed.state == ParsedResponse::State::malformed) {
            fail("malformed answer to the handshake");
            return 0;
        }
        const auto& response = parsed.response;
        if (response.status != 101 || response.field("Sec-WebSocket-Accept") != accept) {
            fail("handshake answered " + std::to_string(response.status));
            return 0;
        }
        upgraded_ = true;
        used = parsed.bytes;
        owner_.on_socket_open();
    }
    while (!gone()) {
        const auto frame = parse_server_frame(bytes.substr(used));
        if (frame.state == ServerFrame::State::incomplete) break;
        if (frame.state == ServerFrame::State::malformed) {
            fail("malformed frame");
            break;
        }
        used += frame.bytes;
        if (!take(frame)) break;
    }
    return used;
}

bool WebSocketClient::take(const ServerFrame& frame) {
    switch (frame.opcode) {
        case Opcode::text:
        case Opcode::binary:
            if (!closing_) owner_.on_message(frame.payload);
            return true;
        case Opcode::ping:
            stream_.send(client_frame(Opcode::pong, frame.payload));
            return true;
        case Opcode::pong:
            return true;
        case Opcode::close:
            code_ = 1005;
            if (frame.payload.size() >= 2) {
                code_ = static_cast<int>(octet(frame.payload[0]) << 8U | octet(frame.payload[1]));
            }
            // The server ends the connection (RFC 6455 §7.1.1); we only answer.
            close();
            return true;
        case Opcode::continuation:
            break;
    }
    fail("unexpected frame");
    return false;
}

void WebSocketClient::on_end(std::string_view why) {
    owner_.on_socket_end(code_, why);
}

void WebSocketClient::fail(std::string_view why) {
    stream_.close();
    owner_.on_socket_end(code_, why);
}

}  // namespace latchkey::bench
