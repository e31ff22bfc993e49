#include "wire.hpp"

#include "moving_code.hpp"
#include "websocket_client.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <unistd.h>

namespace latchkey::bench {
namespace {

std::string post_head(const Target& target, std::string_view path) {
    std::string head = "POST ";
    head.append(path).append(" HTTP/1.1\r\nHost: ").append(target.authority).append("\r\n");
    return head;
}

void add_body(std::string& request, std::string_view type, std::string_view body) {
    request.append("Content-Type: ").append(type).append("\r\nContent-Length: ");
    request.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

/// The JSON after `"name":` in a flat object; enough for the few answers of this wire.
std::string_view member(std::string_view json, std::string_view name) {
    const std::string quoted = "\"" + std::string(name) + "\"";
    const auto at = json.find(quoted);
    if (at == std::string_view::npos) return {};
    auto rest = json.substr(at + quoted.size());
    const auto value = rest.find_first_not_of(" :");
    return value == std::string_view::npos ? std::string_view{} : rest.substr(value);
}

std::string text_member(std::string_view json, std::string_view name) {
    auto value = member(json, name);
    if (!value.starts_with('"')) return {};
    value.remove_prefix(1);
    return std::string(value.substr(0, value.find('"')));
}

/// -1 when it is no number.
std::int64_t number_member(std::string_view json, std::string_view name) {
    const auto value = member(json, name);
    std::int64_t number = -1;
    std::from_chars(value.data(), value.data() + value.size(), number);
    return number;
}

void add_cookies(std::string& request, std::string_view cookies) {
    if (!cookies.empty()) request.append("Cookie: ").append(cookies).append("\r\n");
}

/// The code that the page shows in the moment of the answer.
std::string code_in(std::string_view body) {
    const auto step_ms = number_member(body, "step_ms");
    const auto elapsed_ms = number_member(body, "elapsed_ms");
    const auto field = number_member(body, "field");
    if (step_ms <= 0 || elapsed_ms < 0 || field < 0) return {};
    const auto step = static_cast<std::uint16_t>(elapsed_ms / step_ms);
    return moving_code(
        text_member(body, "login"),
        text_member(body, "key"),
        static_cast<std::uint16_t>(field + step)
    );
}

Told told_v1(std::string_view message) {
    const auto type = text_member(message, "type");
    if (type == "hello") return Told::connected;
    if (type == "waiting") return Told::waiting;
    if (type == "scanned") return Told::scanned;
    return type == "approved" ? Told::approved : Told::wrong;
}

/// Whether a Set-Cookie value has no path or the path "/".
bool everywhere(std::string_view cookie) {
    std::string lower(cookie);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    const auto at = lower.find("path=");
    if (at == std::string::npos) return true;
    const auto path = lower.substr(at + 5, lower.find(';', at) - at - 5);
    return path == "/";
}

}  // namespace

Wire wire_named(std::string_view name) {
    if (name == "classic") return Wire::classic;
    if (name == "v1") return Wire::v1;
    if (name == "nchan") return Wire::nchan;
    throw std::invalid_argument("wire: want classic, v1 or nchan");
}

std::string new_login_request(const Target& target, Wire wire, std::string_view cookies) {
    auto request = post_head(target, wire == Wire::v1 ? "/v1/logins" : "/qrcode/");
    add_cookies(request, cookies);
    return request.append("Content-Length: 0\r\n\r\n");
}

std::optional<NewLogin> read_new_login(const Response& response, Wire wire) {
    if (response.status != (wire == Wire::v1 ? 201 : 200)) return std::nullopt;
    NewLogin login;
    login.token = text_member(response.body, "token");
    login.code = wire == Wire::v1 ? code_in(response.body) : text_member(response.body, "code");
    login.cookies = cookies_set(response);
    if (login.token.empty() || login.code.empty()) return std::nullopt;
    return login;
}

NewLogin unregistered_login() {
    static std::uint64_t count = 0;
    NewLogin login;
    login.token = std::to_string(::getpid()) + "-" + std::to_string(++count);
    login.code = login.token;
    return login;
}

std::string wait_request(const Target& target, Wire wire, const NewLogin& login) {
    const std::string path = wire == Wire::nchan ? "/sub/" + login.token : "/ws/";
    return handshake_request(target, path, login.cookies, wire == Wire::v1 ? "latchkey.v1" : "");
}

std::string wait_message(Wire wire, const NewLogin& login) {
    if (wire == Wire::nchan) return {};
    const std::string type = wire == Wire::v1 ? R"("type":"watch",)" : "";
    return "{" + type + "\"token\":\"" + login.token + "\"}";
}

std::string scan_request(const Target& target, const NewLogin& login, std::string_view session) {
    return json_request(target, "/v1/scans", "{\"code\":\"" + login.code + "\"}", session);
}

std::optional<std::string> read_scan(const Response& response, std::string_view confirm) {
    if (response.status != 201 || text_member(response.body, "confirm") != confirm) {
        return std::nullopt;
    }
    return text_member(response.body, "id");
}

/// No text of these answers has anything in it that JSON or the statement would escape.
std::string statement_in(const Response& response) {
    const std::string_view all = response.body;
    const auto client = member(all, "client");
    const auto account = member(all, "account");
    std::string text = "latchkey approval v1\n";
    const auto line = [&](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value).append("\n");
    };
    line("server", text_member(all, "rp_id"));
    line("login", text_member(all, "id"));
    line("nonce", text_member(all, "nonce"));
    line("client", text_member(client, "id"));
    line("client name", text_member(client, "name"));
    for (const auto* const name : {"browser", "system", "address"}) {
        line(name, text_member(all, name));
    }
    line("number", "");
    line("account", text_member(account, "id"));
    line("account name", text_member(account, "name"));
    line("scanned at", std::to_string(number_member(all, "scanned_at")));
    return text;
}

std::string json_request(
    const Target& target, std::string_view path, std::string_view body, std::string_view cookies
) {
    auto request = post_head(target, path);
    add_cookies(request, cookies);
    add_body(request, "application/json", body);
    return request;
}

std::string text_in(std::string_view json, std::string_view name) {
    return text_member(json, name);
}

std::string approve_request(
    const Target& target, Wire wire, const NewLogin& login, std::string_view session
) {
    if (wire == Wire::nchan) {
        auto request = post_head(target, "/pub/" + login.code);
        add_body(request, "application/json", R"({"status":true,"msg":"succeed"})");
        return request;
    }
    if (wire == Wire::v1) {
        const auto body =
            login.assertion.empty() ? "{}" : "{\"assertion\":" + login.assertion + "}";
        return json_request(target, "/v1/scans/" + login.scan + "/approve", body, session);
    }
    auto request = post_head(target, "/allow/");
    add_cookies(request, session);
    add_body(request, "application/x-www-form-urlencoded", "code=" + login.code);
    return request;
}

bool is_approval(Wire wire, const Response& response) {
    if (wire == Wire::nchan) return response.status >= 200 && response.status < 300;
    if (wire == Wire::v1) return response.status == 200;
    return response.status == 200 && member(response.body, "status").starts_with('0');
}

std::string collect_request(const Target& target, const NewLogin& login) {
    auto request = post_head(target, "/v1/logins/current/collect");
    add_cookies(request, login.cookies);
    request.append("Authorization: Bearer ").append(login.token).append("\r\n");
    add_body(request, "application/json", "{}");
    return request;
}

Told told(Wire wire, std::string_view message) {
    if (wire == Wire::v1) return told_v1(message);
    const auto status = member(message, "status");
    if (status.starts_with("true")) return Told::approved;
    if (wire == Wire::nchan || !status.starts_with("false")) return Told::wrong;
    const auto text = text_member(message, "msg");
    if (text == "connected") return Told::connected;
    return text == "succeed" ? Told::waiting : Told::wrong;
}

std::string cookies_set(const Response& response) {
    std::string joined;
    std::size_t at = 0;
    while (const auto cookie = response.field("Set-Cookie", &at)) {
        if (!everywhere(*cookie)) continue;
        if (!joined.empty()) joined.append("; ");
        joined.append(cookie->substr(0, cookie->find(';')));
    }
    return joined;
}

}  // namespace latchkey::bench
