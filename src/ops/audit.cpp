#include "ops/audit.hpp"

#include "base/utf8.hpp"
#include "ops/log_line.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace latchkey::ops {
namespace {

/// More than the facts of most events take while they are put together.
constexpr std::size_t bytes_on_stack = 1024;

/// More than all fields but the texts come to.
constexpr std::size_t fixed_bytes_max = 128;

class Canonical {
 public:
    explicit Canonical(std::size_t bytes) { bytes_.reserve(bytes); }
    void field(ByteView bytes) {
        number(static_cast<std::uint32_t>(bytes.size()));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    void field(std::string_view text) { field(bytes_of(text)); }
    template <class Tag, std::size_t N>
    void field(const std::optional<Bytes<Tag, N>>& bytes) {
        field(bytes ? bytes->view() : ByteView());
    }
    template <class Integer>
    void integer(Integer value) {
        number(std::uint32_t{sizeof value});
        number(value);
    }
    std::vector<std::byte> take() { return std::move(bytes_); }

 private:
    template <class Integer>
    void number(Integer value) {
        std::array<std::byte, sizeof value> bytes{};
        put_big_endian<Integer>(bytes, value);
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }

    std::vector<std::byte> bytes_;
};

}  // namespace

std::string audit_detail(std::initializer_list<Field> facts) {
    std::array<unsigned char, bytes_on_stack> buffer{};
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    boost::json::object object(&memory);
    object.reserve(facts.size());
    for (const Field& fact : facts) {
        if (const auto* text = std::get_if<std::string_view>(&fact.value)) {
            const std::string clean = is_utf8(*text) ? std::string() : escaped(*text);
            object[fact.name] = clean.empty() ? *text : std::string_view(clean);
        } else {
            std::visit([&](const auto& value) { object[fact.name] = value; }, fact.value);
        }
    }
    return boost::json::serialize(object);
}

std::vector<std::byte> canonical_bytes(std::int64_t number, const AuditEvent& event) {
    Canonical canonical(
        fixed_bytes_max + event.kind.size() + event.address.size() + event.detail.size()
    );
    canonical.integer(number);
    canonical.integer(to_unix_ms(event.at));
    canonical.field(event.kind);
    canonical.field(event.account);
    canonical.field(event.login);
    canonical.field(event.session);
    canonical.integer(event.client);
    canonical.field(event.address);
    canonical.field(event.detail);
    return canonical.take();
}

}  // namespace latchkey::ops
