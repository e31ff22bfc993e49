/// What strangers say in JSON, and what comes over a bus. What our reader takes, a second reader
/// takes, too, and finds the same values in it.

#include "login/bell.hpp"
#include "login/messages.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace latchkey::login;

void require(bool fine) {
    if (!fine) std::abort();
}

void read_message(std::string_view text) {
    std::array members{Member{"token"}, Member{"type"}, Member{"code"}};
    if (!read_members(text, members)) return;

    boost::system::error_code error;
    const boost::json::value value = boost::json::parse({text.data(), text.size()}, error);
    require(!error && value.is_object());
    for (const Member& member : members) {
        const auto* found =
            value.get_object().if_contains({member.name.data(), member.name.size()});
        require((found != nullptr) == member.present);
        if (found == nullptr) continue;
        require(found->is_string());
        const auto& expected = found->get_string();
        const bool fits = expected.size() <= ShortText::characters_max;
        const std::string_view all(expected.data(), expected.size());
        require(member.value.view() == (fits ? all : std::string_view()));
    }
}

void read_ring(std::string_view text) {
    const auto ring = parse_event(text);
    if (ring) require(to_event(*ring) == text);
}

/// Names of people come back as they were.
void write_frame(std::string_view name) {
    const std::string frame = frames::scanned(1, name, "07");
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(frame, error);
    if (error) return;  // not UTF-8, which names never are
    const auto& back = value.at("name").as_string();
    require(std::string_view(back.data(), back.size()) == name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_message(text);
    read_ring(text);
    write_frame(text);
    return 0;
}
