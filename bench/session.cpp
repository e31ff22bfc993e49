#include "scenario.hpp"

#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace latchkey::bench {
namespace {

std::string json_quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out + "\"";
}

std::string sign_in(const Scene& scene, const std::string& name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is one thread.
    const char* password = std::getenv("LATCHKEY_BENCH_PASSWORD");
    if (password == nullptr) throw UsageError("--sign-in wants LATCHKEY_BENCH_PASSWORD");
    const std::string body =
        "{\"name\":" + json_quoted(name) + ",\"password\":" + json_quoted(password) + "}";
    const auto answer = ask(scene, json_request(scene.target, "/v1/session", body, {}));
    if (answer.status != 200 || answer.cookies.empty()) {
        throw std::runtime_error("signing in was answered " + std::to_string(answer.status));
    }
    return answer.cookies;
}

/// Gives the account a passkey, which it has from then on.
Passkey add_passkey(const Scene& scene) {
    const std::string rp_id = scene.target.authority.substr(0, scene.target.authority.find(':'));
    Passkey passkey(rp_id, "http://" + scene.target.authority);
    const auto post = [&](std::string_view path, const std::string& body, int status) {
        auto answer = ask(scene, json_request(scene.target, path, body, scene.session));
        if (answer.status == status) return answer.body;
        throw std::runtime_error(std::string(path) + " was answered " + answer.body);
    };
    const auto options = post("/v1/me/passkeys/challenge", "{}", 200);
    passkey.belong_to(text_in(options.substr(options.find("\"user\"")), "id"));
    const auto credential = passkey.registration(text_in(options, "challenge"));
    post("/v1/me/passkeys", "{\"credential\":" + credential + "}", 201);
    return passkey;
}

}  // namespace

std::vector<Option> server_options(const std::vector<Option>& more) {
    std::vector<Option> options{
        {"server", "", "ADDRESS:PORT of the server, IPv4"},
        {"wire",
         "classic",
         "classic (the tutorial's four calls), v1 (Latchkey's own) or nchan (push only)"},
        {"pids", "", "the server's processes, comma-separated; their children count, too"},
        {"sign-in",
         "",
         "name of the account that approves; LATCHKEY_BENCH_PASSWORD has its password"},
        {"passkey", "0", "v1: 1 gives that account a passkey, and approves with it"},
        {"browsers", "4", "v1: how many browsers that account signs in, in turn"},
    };
    options.insert(options.end(), more.begin(), more.end());
    return options;
}

Scene scene_of(const Arguments& arguments) {
    Scene scene;
    scene.target = Target::parse(arguments.required("server"));
    scene.wire = wire_named(arguments.text("wire"));
    const bool with_passkey = arguments.number("passkey", 0, 1) == 1;
    // A passkey is of a name and never of an address.
    if (with_passkey) scene.target.call("localhost");
    if (!arguments.text("sign-in").empty()) {
        scene.session = sign_in(scene, arguments.text("sign-in"));
    }
    if (with_passkey) scene.passkey = add_passkey(scene);
    const auto browsers = arguments.number("browsers", 1, 1000);
    for (std::int64_t i = 0; i < browsers && scene.wire == Wire::v1; ++i) {
        scene.browsers.push_back(ask(scene, new_login_request(scene.target, Wire::v1)).cookies);
    }
    return scene;
}

Processes processes_of(const Arguments& arguments) {
    return Processes(arguments.pids("pids"));
}

Answer ask(const Scene& scene, std::string request) {
    Loop loop;
    Sources sources;
    std::optional<Answer> answer;
    std::string failure;
    HttpClient
        http(loop, scene.target, sources, [&](const Response* response, std::string_view why) {
            if (response == nullptr) {
                failure = "no answer: " + std::string(why);
            } else {
                answer = Answer{response->status, response->body, cookies_set(*response)};
            }
        });
    http.send(std::move(request));
    loop.run_until(
        [&] { return answer || !failure.empty(); }, Clock::now() + std::chrono::seconds(10)
    );
    if (!answer) throw std::runtime_error(failure.empty() ? "no answer in 10 s" : failure);
    return *answer;
}

}  // namespace latchkey::bench
