/// Frames from strangers. Whatever comes: no crash, no more memory than the limits, text is UTF-8,
/// and the events are the same however the bytes were cut.

#include "net/frame.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace latchkey;
using namespace latchkey::net;
using Kind = FrameEvent::Kind;

constexpr FrameLimits limits{300, 5};

void require(bool fine) {
    if (!fine) std::abort();
}

struct Seen {
    Kind kind;
    bool text;
    CloseCode code;
    std::string payload;
    friend bool operator==(const Seen&, const Seen&) = default;
};

void check(const FrameEvent& event) {
    require(event.payload.size() <= limits.message_bytes_max);
    if (event.kind == Kind::message && event.text) require(is_utf8(event.payload));
    if (event.kind == Kind::ping || event.kind == Kind::pong) require(event.payload.size() <= 125);
    if (event.kind != Kind::close) return;
    require(event.payload.size() <= 123 && is_utf8(event.payload));
    require(event.code != CloseCode::abnormal);
}

/// The events of the bytes, cut into pieces whose sizes `sizes` gives in turn.
std::vector<Seen> events(std::span<const std::uint8_t> data, std::span<const std::uint8_t> sizes) {
    std::vector<Seen> seen;
    FrameReader reader;
    std::string bytes(data.begin(), data.end());
    std::span<char> rest(bytes);
    for (std::size_t turn = 0; !rest.empty(); ++turn) {
        const std::size_t wanted = sizes.empty() ? rest.size() : sizes[turn % sizes.size()] + 1U;
        std::span<char> piece = rest.first(std::min(wanted, rest.size()));
        rest = rest.subspan(piece.size());
        while (true) {
            const FrameEvent event = reader.next(piece, limits);
            check(event);
            if (event.kind == Kind::need_more) break;
            seen.push_back({event.kind, event.text, event.code, std::string(event.payload)});
            if (event.kind == Kind::fault) return seen;
        }
        require(piece.empty());
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t cuts = 4;
    if (size < cuts) return 0;
    const std::span<const std::uint8_t> input(data, size);
    const auto whole = events(input.subspan(cuts), {});
    require(events(input.subspan(cuts), input.first(cuts)) == whole);
    constexpr std::uint8_t one_byte[] = {0};
    require(events(input.subspan(cuts), one_byte) == whole);
    return 0;
}
