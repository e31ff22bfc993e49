#include "ops/audit.hpp"

#include "base/utf8.hpp"
#include "ops/log_line.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace latchkey::ops {
namespace {

class Canonical {
 public:
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
    boost::json::object object;
    for (const Field& fact : facts) {
        if (const auto* text = std::get_if<std::string_view>(&fact.value)) {
            object[fact.name] = is_utf8(*text) ? std::string(*text) : escaped(*text);
        } else {
            std::visit([&](const auto& value) { object[fact.name] = value; }, fact.value);
        }
    }
    return boost::json::serialize(object);
}

std::vector<std::byte> canonical_bytes(std::int64_t number, const AuditEvent& event) {
    Canonical canonical;
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
