/// What pages say and hear over the socket, and the few JSON bodies of this room. Reading takes no
/// memory from the heap and gives no detail of what was wrong to anybody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace latchkey::login {

/// How deep a client's JSON may be nested.
inline constexpr std::size_t json_depth_max = 8;

/// A short text in place. What does not fit is cut off, and `size` is `characters_max + 1` then.
class ShortText {
 public:
    static constexpr std::size_t characters_max = 63;
    void clear() { size_ = 0; }
    void append(std::string_view more);
    /// Empty when it did not fit.
    std::string_view view() const {
        return size_ > characters_max ? std::string_view() : std::string_view(text_.data(), size_);
    }

 private:
    std::array<char, characters_max> text_{};
    std::uint8_t size_ = 0;
};

/// A member that somebody wants out of a JSON object.
struct Member {
    std::string_view name;
    ShortText value{};
    bool present = false;
};

/// Reads one JSON object and keeps the members that are wanted; other members are ignored. False
/// unless it is whole and valid (RFC 8259: no lone surrogates, nothing after it, at most
/// `json_depth_max` deep), and each wanted member is a string and there at most once.
bool read_members(std::string_view json, std::span<Member> wanted);

namespace frames {

// The classic wire, byte for byte.
inline constexpr std::string_view connected = R"({"status":false,"msg":"connected"})";
inline constexpr std::string_view subscribed = R"({"status":false,"msg":"succeed"})";
inline constexpr std::string_view succeeded = R"({"status":true,"msg":"succeed"})";
inline constexpr std::string_view token_invalid = R"({"status":"-1","msg":"token invalid"})";
inline constexpr std::string_view too_many_requests =
    R"({"status":"-1","msg":"too many requests"})";
inline constexpr std::string_view message_invalid = R"({"status":"-1","msg":"message invalid"})";

// `latchkey.v1`
std::string hello(std::int64_t heartbeat_ms, std::int64_t resume_ms);
std::string plain(std::string_view type, std::uint32_t seq);
/// `user_code` is left out when it is empty.
std::string waiting(std::uint32_t seq, std::string_view user_code);
std::string user_code(std::uint32_t seq, std::string_view code);
/// `number` is left out when it is empty: a tap will do.
std::string scanned(std::uint32_t seq, std::string_view name, std::string_view number);
std::string denied(std::uint32_t seq, std::string_view reason);
std::string reconnect(std::uint32_t seq, std::int64_t after_ms);

}  // namespace frames
}  // namespace latchkey::login
