#include "login/messages.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/system/errc.hpp>

#include <algorithm>

namespace latchkey::login {
namespace {

using Text = boost::json::string_view;
using Error = boost::system::error_code;

/// Hears the parser out and keeps the wanted members of the outermost object.
class MemberReader {
 public:
    static constexpr std::size_t max_object_size = 64;
    static constexpr std::size_t max_array_size = 64;
    static constexpr std::size_t max_key_size = 1024;
    static constexpr std::size_t max_string_size = std::size_t{64} * 1024;

    explicit MemberReader(std::span<Member> wanted) : wanted_(wanted) {}

    bool on_document_begin(Error&) { return true; }
    bool on_document_end(Error&) { return true; }
    bool on_object_begin(Error& error) {
        if (depth_ > 0 && !is_ignored(error)) return false;
        ++depth_;
        return true;
    }
    bool on_object_end(std::size_t, Error&) {
        --depth_;
        return true;
    }
    bool on_array_begin(Error& error) {
        if (!is_ignored(error)) return false;
        ++depth_;
        return true;
    }
    bool on_array_end(std::size_t, Error&) {
        --depth_;
        return true;
    }
    bool on_key_part(Text part, std::size_t, Error&) {
        if (depth_ == 1) key_.append({part.data(), part.size()});
        return true;
    }
    bool on_key(Text part, std::size_t, Error& error) {
        if (depth_ != 1) return true;
        key_.append({part.data(), part.size()});
        const auto found = std::ranges::find(wanted_, key_.view(), &Member::name);
        key_.clear();
        current_ = found == wanted_.end() ? nullptr : &*found;
        if (current_ == nullptr) return true;
        if (current_->present) return fail(error);
        current_->present = true;
        return true;
    }
    bool on_string_part(Text part, std::size_t, Error& error) { return take(part, error); }
    bool on_string(Text part, std::size_t, Error& error) { return take(part, error); }
    bool on_number_part(Text, Error&) { return true; }
    bool on_int64(std::int64_t, Text, Error& error) { return is_ignored(error); }
    bool on_uint64(std::uint64_t, Text, Error& error) { return is_ignored(error); }
    bool on_double(double, Text, Error& error) { return is_ignored(error); }
    bool on_bool(bool, Error& error) { return is_ignored(error); }
    bool on_null(Error& error) { return is_ignored(error); }
    bool on_comment_part(Text, Error&) { return true; }
    bool on_comment(Text, Error&) { return true; }

 private:
    static bool fail(Error& error) {
        error = make_error_code(boost::system::errc::invalid_argument);
        return false;
    }
    /// A value that is no string: right only where nobody wants one.
    bool is_ignored(Error& error) const {
        const bool wanted = depth_ == 0 || (depth_ == 1 && current_ != nullptr);
        return !wanted || fail(error);
    }
    bool take(Text part, Error& error) {
        if (depth_ == 0) return fail(error);
        if (depth_ == 1 && current_ != nullptr) {
            current_->value.append({part.data(), part.size()});
        }
        return true;
    }

    std::span<Member> wanted_;
    ShortText key_;
    Member* current_ = nullptr;
    std::size_t depth_ = 0;
};

std::string frame(std::string_view type, std::uint32_t seq) {
    std::string text;
    text.reserve(64);
    text.append(R"({"type":")").append(type).append(R"(","seq":)").append(std::to_string(seq));
    return text;
}

}  // namespace

void ShortText::append(std::string_view more) {
    const std::size_t room = characters_max - std::min<std::size_t>(size_, characters_max);
    std::copy_n(
        more.begin(),
        std::min(more.size(), room),
        text_.begin() + std::min<std::size_t>(size_, characters_max)
    );
    size_ = static_cast<std::uint8_t>(std::min(size_ + more.size(), characters_max + 1));
}

bool read_members(std::string_view json, std::span<Member> wanted) {
    boost::json::parse_options options;
    options.max_depth = json_depth_max;
    boost::json::basic_parser<MemberReader> parser(options, wanted);
    Error error;
    const std::size_t read = parser.write_some(false, json.data(), json.size(), error);
    return !error && read == json.size();
}

namespace frames {

std::string hello(std::int64_t heartbeat_ms, std::int64_t resume_ms) {
    return frame("hello", 0) + R"(,"v":1,"heartbeat_ms":)" + std::to_string(heartbeat_ms) +
           R"(,"resume_ms":)" + std::to_string(resume_ms) + "}";
}

std::string plain(std::string_view type, std::uint32_t seq) {
    return frame(type, seq) + "}";
}

std::string waiting(std::uint32_t seq, std::string_view user_code) {
    if (user_code.empty()) return plain("waiting", seq);
    return frame("waiting", seq) + R"(,"user_code":")" + std::string(user_code) + R"("})";
}

std::string user_code(std::uint32_t seq, std::string_view code) {
    return frame("user_code", seq) + R"(,"code":")" + std::string(code) + R"("})";
}

std::string scanned(std::uint32_t seq, std::string_view name, std::string_view number) {
    std::string text = frame("scanned", seq) + R"(,"name":)" + boost::json::serialize(Text(name));
    if (!number.empty()) text.append(R"(,"number":")").append(number).append(R"(")");
    return text + "}";
}

std::string denied(std::uint32_t seq, std::string_view reason) {
    return frame("denied", seq) + R"(,"reason":")" + std::string(reason) + R"("})";
}

std::string reconnect(std::uint32_t seq, std::int64_t after_ms) {
    return frame("reconnect", seq) + R"(,"after_ms":)" + std::to_string(after_ms) + "}";
}

}  // namespace frames
}  // namespace latchkey::login
