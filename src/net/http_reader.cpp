#include "net/http_reader.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/verb.hpp>

#include <limits>
#include <new>

namespace latchkey::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::string_view;

constexpr std::size_t last_chunk_bytes = 5;  // 0 CRLF CRLF

std::string_view std_view(string_view text) {
    return {text.data(), text.size()};
}

Method method_of(http::verb verb) {
    switch (verb) {
        case http::verb::get:
            return Method::get;
        case http::verb::head:
            return Method::head;
        case http::verb::post:
            return Method::post;
        case http::verb::put:
            return Method::put;
        case http::verb::delete_:
            return Method::delete_;
        case http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

bool has_token(const std::string& list, string_view token) {
    return http::token_list{string_view(list.data(), list.size())}.exists(token);
}

bool equals(std::string_view a, string_view b) {
    return boost::beast::iequals(string_view(a.data(), a.size()), b);
}

/// A host and perhaps a port: what may stand in `Host` (RFC 9110 §7.2).
bool is_authority(std::string_view host) {
    constexpr std::string_view others = "-._~!$&'()*+,;=%:[]";
    return !host.empty() && host.size() <= 255 && std::ranges::all_of(host, [&](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
    });
}

}  // namespace

/// Writes what Beast finds straight into the request.
class HttpReader::Parser final : public http::basic_parser<true> {
 public:
    Parser(Request& request, const Limits& limits)
        : request_(request), header_bytes_left_(limits.header_bytes_max) {
        header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
        body_limit(limits.body_bytes_max);
        eager(true);
    }

    unsigned version = 0;
    unsigned hosts = 0;
    bool strange_transfer = false;

 private:
    using Error = boost::beast::error_code;

    void on_request_impl(
        http::verb verb, string_view name, string_view target, int http_version, Error& error
    ) override {
        if (!take_header_bytes(name.size() + target.size(), error)) return;
        request_.method = method_of(verb);
        version = static_cast<unsigned>(http_version);
        request_.set_target(origin_form(std_view(target)));
    }
    void on_response_impl(int, string_view, int, Error&) override {}
    void on_field_impl(http::field field, string_view name, string_view value, Error& error)
        override {
        // Trailers come after the head has been judged, so they say nothing (RFC 9110 §6.5.1).
        if (header_whole_ || !take_header_bytes(name.size() + value.size(), error)) return;
        if (field == http::field::host) ++hosts;
        if (field == http::field::transfer_encoding && !equals(std_view(value), "chunked"))
            strange_transfer = true;
        request_.add_header(std_view(name), std_view(value));
    }
    void on_header_impl(Error&) override { header_whole_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(string_view body, Error&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, string_view, Error&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, Error&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }
    void on_finish_impl(Error&) override {}

    /// Beast's own limit is for what comes at once; fields one by one would never reach it.
    bool take_header_bytes(std::size_t bytes, Error& error) {
        bytes += line_bytes;
        if (bytes > header_bytes_left_) error = http::error::header_limit;
        header_bytes_left_ -= std::min(bytes, header_bytes_left_);
        return !error;
    }

    /// Servers take the absolute form, too (RFC 9112 §3.2.2); its authority wins over `Host`.
    std::string_view origin_form(std::string_view target) {
        const std::size_t scheme = target.find("://");
        if (target.starts_with('/') || scheme == std::string_view::npos) return target;
        const std::string_view rest = target.substr(scheme + 3);
        const std::size_t path = std::min(rest.find('/'), rest.size());
        if (path == 0) return {};  // no authority: no path either, so that it is refused
        request_.set_host(rest.substr(0, path));
        return path < rest.size() ? rest.substr(path) : std::string_view("/");
    }

    static constexpr std::size_t line_bytes = 3;  ///< at least, of the colon and the end
    Request& request_;
    std::size_t header_bytes_left_;
    bool header_whole_ = false;
};

HttpReader::HttpReader(const Limits& limits)
    : limits_(limits), parser_(std::make_unique<Parser>(request_, limits)) {}

HttpReader::~HttpReader() = default;

void HttpReader::reset() {
    request_.clear();
    head_checked_ = false;
    fault_status_ = 0;
    // Beast's parser cannot be rewound; made anew in the same place it costs no allocation.
    Parser* const parser = parser_.release();
    parser->~Parser();
    parser_.reset(new (parser) Parser(request_, limits_));
}

HttpReader::Status HttpReader::refuse(unsigned status, std::string_view reason) {
    fault_status_ = status;
    fault_reason_ = reason;
    return Status::fault;
}

HttpReader::Status HttpReader::check_head() {
    head_checked_ = true;
    if (parser_->version == 11 && parser_->hosts != 1)
        return refuse(400, "exactly one Host is needed");
    if (parser_->hosts > 0 && !is_authority(request_.host()))
        return refuse(400, "Host is not a host");
    if (parser_->strange_transfer) return refuse(501, "Transfer-Encoding other than chunked");
    if (parser_->version == 10 && parser_->chunked()) return refuse(400, "chunked in HTTP/1.0");
    if (!request_.path().starts_with('/') && request_.path() != "*")
        return refuse(400, "target is not a path");
    const std::string_view expect = request_.header("Expect");
    if (!expect.empty() && !equals(expect, "100-continue"))
        return refuse(417, "unknown expectation");
    return Status::need_body;
}

HttpReader::Status HttpReader::feed(std::span<char>& input) {
    if (fault_status_ != 0) return Status::fault;
    boost::beast::error_code error;
    while (!parser_->is_done() && !input.empty()) {
        // As long as chunks may come at least the last one must; Beast relies on seeing it whole.
        const bool in_chunks = parser_->is_header_done() && parser_->chunked();
        if (in_chunks && input.size() < last_chunk_bytes) break;
        const std::size_t used =
            parser_->put(boost::asio::const_buffer(input.data(), input.size()), error);
        input = input.subspan(used);
        if (parser_->is_header_done() && !head_checked_ && check_head() == Status::fault)
            return Status::fault;
        const bool wants_more = error == http::error::need_more;
        if (error == http::error::header_limit ||
            (wants_more && input.size() >= limits_.header_bytes_max)) {
            return refuse(431, "header too large");
        }
        if (wants_more) break;
        if (error == http::error::bad_version) return refuse(505, "only HTTP/1.1 is spoken here");
        if (error == http::error::body_limit) return refuse(413, "body too large");
        if (error) return refuse(400, "not HTTP/1.1");
        if (used == 0) break;
    }
    if (parser_->is_done()) return Status::done;
    return parser_->is_header_done() ? Status::need_body : Status::need_head;
}

bool HttpReader::keep_alive() const {
    return parser_->keep_alive();
}

bool HttpReader::is_http_1_1() const {
    return parser_->version == 11;
}

bool HttpReader::expects_continue() const {
    return is_http_1_1() && equals(request_.header("Expect"), "100-continue");
}

bool HttpReader::wants_websocket() const {
    return is_http_1_1() && has_token(request_.header_list("Upgrade"), "websocket") &&
           has_token(request_.header_list("Connection"), "upgrade");
}

}  // namespace latchkey::net
