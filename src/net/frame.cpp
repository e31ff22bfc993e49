#include "net/frame.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <cstring>

namespace latchkey::net {
namespace {

constexpr std::size_t close_reason_bytes_max = 123;
constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t reserved_bits = 0x70;
constexpr std::uint8_t mask_bit = 0x80;
constexpr std::size_t size_in_2_bytes = 126;
constexpr std::size_t size_in_8_bytes = 127;

bool is_control(Opcode opcode) {
    return (static_cast<std::uint8_t>(opcode) & 8) != 0;
}

bool is_known(std::uint8_t opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

/// Codes that may stand in a close frame (RFC 6455 §7.4 and the IANA registry).
bool may_be_sent(std::uint16_t code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

/// Unmasks eight bytes at a time (RFC 6455 §5.3). `offset`: how many payload bytes came before.
void unmask(std::span<char> data, const std::array<char, 4>& mask, std::size_t offset) {
    std::array<char, 8> turned{};
    for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) & 3];
    std::uint64_t wide_mask = 0;
    std::memcpy(&wide_mask, turned.data(), sizeof wide_mask);

    std::size_t i = 0;
    for (; i + sizeof wide_mask <= data.size(); i += sizeof wide_mask) {
        std::uint64_t word = 0;
        std::memcpy(&word, data.data() + i, sizeof word);
        word ^= wide_mask;
        std::memcpy(data.data() + i, &word, sizeof word);
    }
    for (; i < data.size(); ++i) data[i] = static_cast<char>(data[i] ^ turned[i & 7]);
}

template <class Integer>
std::size_t big_endian_at(std::string_view bytes, std::size_t at) {
    return get_big_endian<Integer>(bytes_of(bytes.substr(at)).template first<sizeof(Integer)>());
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
    out += static_cast<char>(final_bit | static_cast<std::uint8_t>(opcode));
    if (payload.size() < size_in_2_bytes) {
        out += static_cast<char>(payload.size());
    } else if (payload.size() <= 0xffff) {
        out += static_cast<char>(size_in_2_bytes);
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size());
    } else {
        out += static_cast<char>(size_in_8_bytes);
        for (int shift = 56; shift >= 0; shift -= 8)
            out += static_cast<char>(payload.size() >> shift);
    }
    out += payload;
}

void append_close(std::string& out, CloseCode code, std::string_view reason) {
    if (code == CloseCode::no_status || code == CloseCode::abnormal) {
        append_frame(out, Opcode::close, {});
        return;
    }
    const auto number = static_cast<std::uint16_t>(code);
    std::string payload{static_cast<char>(number >> 8), static_cast<char>(number)};
    if (reason.size() > close_reason_bytes_max) {
        std::size_t size = close_reason_bytes_max;
        while (size > 0 && is_continuation(reason[size])) --size;
        reason = reason.substr(0, size);
    }
    payload += reason;
    append_frame(out, Opcode::close, payload);
}

FrameEvent FrameReader::fault(CloseCode code, std::string_view why) {
    failed_ = true;
    fault_code_ = code;
    fault_why_ = why;
    return {FrameEvent::Kind::fault, false, code, why};
}

void FrameReader::forget_last_event() {
    // An assignment would keep the memory.
    if (message_given_) std::string().swap(message_);
    if (control_given_) std::string().swap(control_);
    message_given_ = control_given_ = false;
}

FrameReader::Parsed FrameReader::parse_head(std::string_view bytes, Head& head) {
    if (bytes.size() < 2) return Parsed::need_more;
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    const std::uint8_t opcode = first & 0x0f;
    head.final = (first & final_bit) != 0;
    head.opcode = static_cast<Opcode>(opcode);
    head.size = second & 0x7f;

    const auto wrong = [this](std::string_view why) {
        fault(CloseCode::protocol_error, why);
        return Parsed::fault;
    };
    if ((first & reserved_bits) != 0) return wrong("reserved bit set");
    if (!is_known(opcode)) return wrong("reserved opcode");
    if ((second & mask_bit) == 0) return wrong("frame not masked");
    if (is_control(head.opcode)) {
        if (!head.final) return wrong("control frame in fragments");
        if (head.size > control_bytes_max) return wrong("control frame too long");
    }
    std::size_t at = 2;
    if (head.size == size_in_2_bytes) {
        if (bytes.size() < 4) return Parsed::need_more;
        head.size = big_endian_at<std::uint16_t>(bytes, 2);
        if (head.size < size_in_2_bytes) return wrong("length not in its shortest form");
        at = 4;
    } else if (head.size == size_in_8_bytes) {
        if (bytes.size() < 10) return Parsed::need_more;
        head.size = big_endian_at<std::uint64_t>(bytes, 2);
        if (head.size > INT64_MAX) return wrong("length beyond 63 bits");
        if (head.size <= 0xffff) return wrong("length not in its shortest form");
        at = 10;
    }
    if (bytes.size() < at + head.mask.size()) return Parsed::need_more;
    std::copy_n(
        bytes.begin() + static_cast<std::ptrdiff_t>(at), head.mask.size(), head.mask.begin()
    );
    head.bytes = at + head.mask.size();
    return Parsed::whole;
}

/// Whether the frame may come now, by what came before and by the limits.
bool FrameReader::accept_head(const FrameLimits& limits) {
    if (is_control(frame_.opcode)) return true;
    const bool continues = frame_.opcode == Opcode::continuation;
    if (continues != in_message_) {
        fault(
            CloseCode::protocol_error,
            continues ? "nothing to continue" : "message inside a message"
        );
        return false;
    }
    if (!continues) {
        message_is_text_ = frame_.opcode == Opcode::text;
        utf8_ = {};
        fragments_ = 0;
    }
    if (++fragments_ > limits.fragments_max) {
        fault(CloseCode::message_too_big, "too many fragments");
        return false;
    }
    if (frame_.size >
        limits.message_bytes_max - std::min(message_.size(), limits.message_bytes_max)) {
        fault(CloseCode::message_too_big, "message too big");
        return false;
    }
    return true;
}

FrameEvent FrameReader::close_event(std::string_view payload) {
    if (payload.empty()) return {FrameEvent::Kind::close, false, CloseCode::no_status, {}};
    if (payload.size() == 1) return fault(CloseCode::protocol_error, "close with half a code");
    const auto code = static_cast<std::uint16_t>(big_endian_at<std::uint16_t>(payload, 0));
    if (!may_be_sent(code)) return fault(CloseCode::protocol_error, "close with a reserved code");
    const std::string_view reason = payload.substr(2);
    if (!is_utf8(reason)) return fault(CloseCode::invalid_payload, "close reason is not UTF-8");
    return {FrameEvent::Kind::close, false, static_cast<CloseCode>(code), reason};
}

/// A whole frame is here; `payload` is all of its (control) or all of its message's bytes.
FrameEvent FrameReader::frame_end(std::string_view payload) {
    switch (frame_.opcode) {
        case Opcode::ping:
            return {FrameEvent::Kind::ping, false, {}, payload};
        case Opcode::pong:
            return {FrameEvent::Kind::pong, false, {}, payload};
        case Opcode::close:
            return close_event(payload);
        default:
            break;
    }
    in_message_ = false;
    if (message_is_text_ && !utf8_.complete()) {
        return fault(CloseCode::invalid_payload, "text ends inside a character");
    }
    return {FrameEvent::Kind::message, message_is_text_, {}, payload};
}

FrameEvent FrameReader::take_payload(std::span<char>& input) {
    const std::size_t size = std::min(frame_.size - frame_read_, input.size());
    const std::span<char> piece = input.first(size);
    input = input.subspan(size);
    unmask(piece, frame_.mask, frame_read_);
    const std::string_view text(piece.data(), piece.size());
    const bool control = is_control(frame_.opcode);
    if (!control && message_is_text_ && !utf8_.feed(text)) {
        return fault(CloseCode::invalid_payload, "text is not UTF-8");
    }
    const bool whole_in_place = frame_read_ == 0 && size == frame_.size;
    frame_read_ += size;
    const bool frame_done = frame_read_ == frame_.size;
    in_frame_ = !frame_done;

    if (control) {
        if (whole_in_place) return frame_end(text);
        control_ += text;
        if (!frame_done) return {};
        control_given_ = true;
        return frame_end(control_);
    }
    const bool first_frame = frame_.opcode != Opcode::continuation;
    if (whole_in_place && frame_.final && first_frame) return frame_end(text);
    message_ += text;
    in_message_ = true;
    if (!frame_done || !frame_.final) return {};
    message_given_ = true;
    return frame_end(message_);
}

FrameEvent FrameReader::next(std::span<char>& input, const FrameLimits& limits) {
    forget_last_event();
    while (!failed_) {
        if (!in_frame_) {
            if (input.empty()) return {};
            // An incomplete head is kept aside; a whole one is read where it is.
            const std::size_t held = head_size_;
            const std::size_t room = std::min(head_bytes_.size() - held, input.size());
            std::string_view bytes(input.data(), input.size());
            if (held > 0) {
                std::copy_n(
                    input.begin(), room, head_bytes_.begin() + static_cast<std::ptrdiff_t>(held)
                );
                bytes = {head_bytes_.data(), held + room};
            }
            switch (parse_head(bytes, frame_)) {
                case Parsed::fault:
                    continue;
                case Parsed::need_more:
                    if (held == 0) std::copy_n(input.begin(), room, head_bytes_.begin());
                    head_size_ = static_cast<std::uint8_t>(held + room);
                    input = {};
                    return {};
                case Parsed::whole:
                    break;
            }
            input = input.subspan(frame_.bytes - held);
            head_size_ = 0;
            frame_read_ = 0;
            in_frame_ = true;
            if (!accept_head(limits)) continue;
        }
        const bool was_empty = input.empty() && frame_.size > frame_read_;
        if (was_empty) return {};
        const FrameEvent event = take_payload(input);
        if (event.kind != FrameEvent::Kind::need_more) return event;
    }
    return {FrameEvent::Kind::fault, false, fault_code_, fault_why_};
}

}  // namespace latchkey::net
