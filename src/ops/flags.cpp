#include "ops/flags.hpp"

#include "ops/keys.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>

namespace latchkey::ops {
namespace {

std::string placeholder(const Key& key) {
    switch (key.kind) {
        case Kind::whole:
        case Kind::number:
            return key.unit == "milliseconds" ? "MS" : key.unit == "bytes" ? "BYTES" : "N";
        default:
            break;
    }
    if (key.name == "listen" || key.name == "operator_listen") return "HOST:PORT";
    if (key.name == "data") return "DIR";
    if (key.name == "tls_cert" || key.name == "tls_key") return "FILE";
    if (key.name == "trusted_proxies") return "NETWORK";
    if (key.name == "public_url" || key.name == "allowed_origins") return "ORIGIN";
    return "TEXT";
}

std::string described(const Key& key) {
    const std::string value = toml_text(key.read(Settings{}));
    std::string text(key.help);
    if (key.kind == Kind::list) text += " May be given more than once.";
    if (value == "\"\"" || value == "[]") return text;
    return text + " [" + value + (key.unit.empty() ? "" : " " + std::string(key.unit)) + ']';
}

}  // namespace

void Flags::add_to(CLI::App& command, const std::vector<std::string_view>& only) {
    command
        .add_option(
            "--config",
            file_,
            "TOML file with the same keys; flags and LATCHKEY_… variables win over it."
        )
        ->type_name("FILE");
    for (const Key& key : keys()) {
        if (!only.empty() && std::find(only.begin(), only.end(), key.name) == only.end()) continue;
        const std::string flag = flag_of(key);
        const std::string name(key.name);
        CLI::Option* option = nullptr;
        if (key.kind == Kind::flag) {
            option = command.add_flag_function(
                flag + ",!--no-" + flag.substr(2),
                [this, name](std::int64_t count) {
                    given_.emplace_back(
                        name, std::vector<std::string>{count > 0 ? "true" : "false"}
                    );
                },
                described(key)
            );
        } else {
            option = command
                         .add_option_function<std::vector<std::string>>(
                             flag,
                             [this, name](const std::vector<std::string>& texts) {
                                 given_.emplace_back(name, texts);
                             },
                             described(key)
                         )
                         ->type_name(placeholder(key))
                         ->allow_extra_args(false);
        }
        if (section_of(name) == "limits") option->group("Limits");
        if (section_of(name) == "login") option->group("Logins");
    }
}

Sources Flags::sources() const {
    return {file_, environment_of_process(), given_};
}

}  // namespace latchkey::ops
