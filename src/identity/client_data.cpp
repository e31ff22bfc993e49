#include "identity/client_data.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/system/errc.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace latchkey::identity {
namespace {

using JsonText = boost::json::string_view;
using Error = boost::system::error_code;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// The members that somebody asks for. In the order of their names below.
enum class Member : std::uint8_t { type, challenge, origin, cross_origin, top_origin, other };
constexpr std::array<std::string_view, 5> names = {
    "type", "challenge", "origin", "crossOrigin", "topOrigin"
};

/// Hears the parser out and keeps the members of the outermost object that are wanted.
class ClientDataReader {
 public:
    static constexpr std::size_t max_object_size = 64;
    static constexpr std::size_t max_array_size = 64;
    static constexpr std::size_t max_key_size = client_data_bytes_max;
    static constexpr std::size_t max_string_size = client_data_bytes_max;

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error& error) {
        if (depth_ > 0 && !is_ignored(error)) return false;
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, Error&) { return leave(); }
    bool on_array_begin(Error& error) {
        if (!is_ignored(error)) return false;
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t, Error&) { return leave(); }
    bool on_key_part(JsonText part, std::size_t, Error&) {
        if (depth_ == 1) key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(JsonText part, std::size_t, Error& error) {
        if (depth_ != 1) return true;
        key_.append(part.data(), part.size());
        std::size_t which = 0;
        while (which < names.size() && names[which] != key_) ++which;
        key_.clear();
        current_ = static_cast<Member>(which);
        if (current_ == Member::other) return true;
        return std::exchange(present_[which], true) ? fail(error) : true;
    }
    bool on_string_part(JsonText part, std::size_t, Error& error) { return take(part, error); }
    bool on_string(JsonText part, std::size_t, Error& error) { return take(part, error); }
    bool on_number_part(JsonText, Error&) { return true; }
    bool on_int64(std::int64_t, JsonText, Error& error) { return is_ignored(error); }
    bool on_uint64(std::uint64_t, JsonText, Error& error) { return is_ignored(error); }
    bool on_double(double, JsonText, Error& error) { return is_ignored(error); }
    bool on_bool(bool value, Error& error) {
        if (depth_ != 1 || current_ != Member::cross_origin) return is_ignored(error);
        data_.cross_origin = value;
        return true;
    }
    bool on_null(Error& error) { return is_ignored(error); }
    bool on_comment_part(JsonText, Error&) { return true; }
    bool on_comment(JsonText, Error&) { return true; }

    /// What was read, unless a member is missing that must be there.
    std::optional<ClientData> result() {
        const bool whole = has(Member::type) && has(Member::challenge) && has(Member::origin);
        if (!whole) return std::nullopt;
        if (has(Member::top_origin)) data_.top_origin = std::move(top_origin_);
        return std::move(data_);
    }

 private:
    static bool fail(Error& error) {
        error = make_error_code(boost::system::errc::invalid_argument);
        return false;
    }
    bool has(Member member) const { return present_[static_cast<std::size_t>(member)]; }
    /// A value of a kind that no wanted member has: right only where nobody wants one.
    bool is_ignored(Error& error) const {
        const bool wanted = depth_ == 0 || (depth_ == 1 && current_ != Member::other);
        return !wanted || fail(error);
    }
    bool leave() {
        --depth_;
        return true;
    }
    bool take(JsonText part, Error& error) {
        if (depth_ == 0) return fail(error);
        if (depth_ > 1 || current_ == Member::other) return true;
        std::string* kept = kept_in(current_);
        if (kept == nullptr) return fail(error);
        kept->append(part.data(), part.size());
        return true;
    }
    std::string* kept_in(Member member) {
        switch (member) {
            case Member::type:
                return &data_.type;
            case Member::challenge:
                return &data_.challenge;
            case Member::origin:
                return &data_.origin;
            case Member::top_origin:
                return &top_origin_;
            case Member::cross_origin:
            case Member::other:
                break;
        }
        return nullptr;
    }

    ClientData data_;
    std::string top_origin_;
    std::string key_;
    Member current_ = Member::other;
    std::array<bool, names.size()> present_{};
    std::size_t depth_ = 0;
};

}  // namespace

std::optional<ClientData> read_client_data(ByteView json) {
    if (json.size() > client_data_bytes_max) return std::nullopt;
    std::string_view text = text_of(json);
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    boost::json::parse_options options;
    options.max_depth = client_data_depth_max;
    boost::json::basic_parser<ClientDataReader> parser(options);
    Error error;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (error || read != text.size()) return std::nullopt;
    return parser.handler().result();
}

}  // namespace latchkey::identity
