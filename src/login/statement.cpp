#include "login/statement.hpp"

#include "base/encoding.hpp"
#include "base/time.hpp"

namespace latchkey::login {
namespace {

constexpr std::string_view heading = "latchkey approval v1\n";
constexpr std::string_view hex_digits = "0123456789abcdef";

bool is_control(unsigned char c) {
    return c < 0x20 || c == 0x7f;
}

void add_line(std::string& text, std::string_view name, std::string_view value) {
    text += name;
    text += ": ";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\\') {
            text += "\\\\";
        } else if (is_control(byte)) {
            text += "\\u00";
            text += hex_digits[byte >> 4U];
            text += hex_digits[byte & 0xfU];
        } else {
            text += c;
        }
    }
    text += '\n';
}

}  // namespace

std::string statement_of(const Login& login, const Statement& more) {
    std::string text(heading);
    add_line(text, "server", more.server);
    add_line(text, "login", base64url(login.id.view()));
    add_line(text, "nonce", login.nonce ? base64url(login.nonce->view()) : std::string());
    add_line(text, "client", more.client_id);
    add_line(text, "client name", more.client_name);
    add_line(text, "browser", login.shown.browser);
    add_line(text, "system", login.shown.system);
    add_line(text, "address", login.shown.address);
    add_line(text, "number", wants_number(login.confirm) ? number_text(login.number) : "");
    add_line(text, "account", base64url(login.account.view()));
    add_line(text, "account name", more.account_name);
    add_line(text, "scanned at", std::to_string(to_unix_ms(login.scanned_at)));
    return text;
}

}  // namespace latchkey::login
