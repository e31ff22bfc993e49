#include "ops/config.hpp"

#include "ops/flags.hpp"
#include "ops/keys.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <unistd.h>

namespace latchkey::ops {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A TOML file for the time of one test.
class File {
 public:
    explicit File(const std::string& text) {
        path_ = std::filesystem::temp_directory_path() /
                ("latchkey-config-" + std::to_string(getpid()) + "-" + std::to_string(count++) +
                 ".toml");
        std::ofstream(path_) << text;
    }
    ~File() { std::filesystem::remove(path_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    std::string path() const { return path_; }

 private:
    static inline int count = 0;
    std::filesystem::path path_;
};

Loaded from_file(const std::string& text) {
    const File file(text);
    return load({.file = file.path(), .environment = {}, .flags = {}});
}

Loaded from_flags(std::vector<const char*> arguments) {
    CLI::App app;
    Flags flags;
    flags.add_to(app);
    arguments.insert(arguments.begin(), "latchkey");
    app.parse(static_cast<int>(arguments.size()), arguments.data());
    Sources sources = flags.sources();
    sources.environment.clear();
    return load(sources);
}

std::string source_of(const Loaded& loaded, std::string_view key) {
    for (const Effective& one : loaded.effective) {
        if (one.key == key) return one.source;
    }
    return "no such key";
}

TEST(Config, WithoutAnySourceTheDefaultsHoldAndAreGood) {
    const Loaded loaded = load({});
    EXPECT_THAT(loaded.faults, IsEmpty());
    EXPECT_THAT(loaded.warnings, IsEmpty());
    EXPECT_THAT(loaded.settings.listen, ElementsAre("127.0.0.1:8080"));
    for (const Key& key : keys()) {
        EXPECT_TRUE(is_good(key, key.read(Settings{})))
            << key.name << ": its default breaks its own rule";
    }
}

TEST(Config, FlagsWinOverEnvironmentOverFileOverDefault) {
    const File file("data = 'file'\nthreads = 3\nclassic = false\n");
    const Loaded loaded = load(
        {.file = file.path(),
         .environment = {{"LATCHKEY_DATA", "environment"}, {"LATCHKEY_THREADS", "4"}},
         .flags = {{"data", {"flag"}}}}
    );

    EXPECT_THAT(loaded.faults, IsEmpty());
    EXPECT_EQ(loaded.settings.data, "flag");
    EXPECT_EQ(loaded.settings.threads, 4);
    EXPECT_FALSE(loaded.settings.classic);
    EXPECT_EQ(source_of(loaded, "data"), "flag --data");
    EXPECT_EQ(source_of(loaded, "threads"), "environment LATCHKEY_THREADS");
    EXPECT_EQ(source_of(loaded, "classic"), file.path() + ":3:1");
    EXPECT_EQ(source_of(loaded, "listen"), "default");
}

TEST(Config, TheEnvironmentMayNameTheFile) {
    const File file("threads = 3\n");
    EXPECT_EQ(
        load({.file = "", .environment = {{"LATCHKEY_CONFIG", file.path()}}, .flags = {}}
        ).settings.threads,
        3
    );
}

TEST(Config, EveryFaultOfEverySourceIsListedAtOnce) {
    const File file(
        "listen = ['127.0.0.1']\n[limits]\nheader_bytes_max = 12\nheartbeat_ms = '30s'\n"
    );
    const Loaded loaded = load(
        {.file = file.path(),
         .environment = {{"LATCHKEY_LOG_FORMAT", "xml"}},
         .flags = {{"threads", {"many"}}, {"tls_cert", {"cert.pem"}}}}
    );

    std::vector<std::string> lines;
    lines.reserve(loaded.faults.size());
    for (const Fault& fault : loaded.faults) lines.push_back(to_string(fault));
    EXPECT_THAT(
        lines,
        testing::UnorderedElementsAre(
            "listen (" + file.path() +
                ":1:1) is [ '127.0.0.1' ]; what would do: a list, each HOST:PORT, [IPV6]:PORT or "
                "unix:/PATH; port 0 takes a free one",
            "limits.header_bytes_max (" + file.path() +
                ":3:1) is 12; what would do: a whole number of bytes from 1024 to 1048576",
            "limits.heartbeat_ms (" + file.path() +
                ":4:1) is '30s'; what would do: a whole number of milliseconds from 1000 to "
                "3600000",
            "log_format (environment LATCHKEY_LOG_FORMAT) is \"xml\"; what would do: human or json",
            "threads (flag --threads) is \"many\"; what would do: a whole number of threads from 0 "
            "to 256",
            "tls_key (default) is missing while tls_cert is set; what would do: both files, or "
            "neither"
        )
    );
}

TEST(Config, AnUnknownKeyOfTheFileIsAFaultThatSaysWhatWasMeant) {
    const Loaded loaded =
        from_file("lisen = ['127.0.0.1:1']\n\n[limits]\n  hartbeat_ms = 1000\n[colours]\nred = 1\n"
        );
    ASSERT_THAT(loaded.faults, SizeIs(3));
    std::map<std::string, const Fault*> by_key;
    for (const Fault& fault : loaded.faults) by_key[fault.key] = &fault;

    EXPECT_THAT(by_key.at("lisen")->remedy, HasSubstr("`listen`"));
    EXPECT_THAT(by_key.at("limits.hartbeat_ms")->remedy, HasSubstr("`limits.heartbeat_ms`"));
    EXPECT_THAT(by_key.at("limits.hartbeat_ms")->source, HasSubstr(".toml:4:3"));
    EXPECT_THAT(by_key.at("colours")->remedy, HasSubstr("check-config"));
}

TEST(Config, WhatOneNetworkIsStandsInATableOfItsOwn) {
    const Loaded loaded = from_file(
        "[limits]\nheartbeat_ms = 1000\n[login]\nsame_network_ipv4_bits = 24\n"
        "same_network_ipv6_bits = 56\n"
    );
    EXPECT_THAT(loaded.faults, IsEmpty());
    EXPECT_EQ(loaded.settings.login.same_network_ipv4_bits, 24);
    EXPECT_EQ(loaded.settings.login.same_network_ipv6_bits, 56);
    EXPECT_THAT(as_toml(loaded.effective), HasSubstr("\n[login]\nsame_network_ipv4_bits = 24  # "));

    const Loaded wrong =
        from_file("[login]\nsame_network_ipv4_bits = 0\nsame_network_ipv6_bits = 129\n");
    ASSERT_THAT(wrong.faults, SizeIs(2));
    EXPECT_THAT(to_string(wrong.faults[0]), HasSubstr("a whole number of bits from 8 to 32"));
    EXPECT_THAT(to_string(wrong.faults[1]), HasSubstr("a whole number of bits from 32 to 128"));
}

TEST(Config, WhoMayHaveAnAccountStandsInATableOfItsOwn) {
    const Loaded loaded = from_file(
        "[accounts]\nsign_up = 'open'\npasswords = 'forbidden'\nargon2_memory_kib = 65536\n"
    );
    EXPECT_THAT(loaded.faults, IsEmpty());
    EXPECT_EQ(loaded.settings.accounts.sign_up, "open");
    EXPECT_EQ(loaded.settings.accounts.passwords, "forbidden");
    EXPECT_EQ(loaded.settings.accounts.argon2_memory_kib, 65'536);

    const Loaded wrong =
        from_file("[accounts]\nsign_up = 'all'\npasswords = 'no'\nargon2_memory_kib = 64\n");
    ASSERT_THAT(wrong.faults, SizeIs(3));
    std::map<std::string, const Fault*> by_key;
    for (const Fault& fault : wrong.faults) by_key[fault.key] = &fault;
    EXPECT_EQ(by_key.at("accounts.sign_up")->remedy, "closed, invite or open");
    EXPECT_EQ(by_key.at("accounts.passwords")->remedy, "optional or forbidden");
    EXPECT_THAT(by_key.at("accounts.argon2_memory_kib")->remedy, HasSubstr("from 8192 to 1048576"));
}

TEST(Config, BrokenTomlIsShownWithItsPlace) {
    const Loaded loaded = from_file("threads = 2\nlisten = [\"a\n");
    ASSERT_THAT(loaded.faults, SizeIs(1));
    EXPECT_THAT(to_string(loaded.faults[0]), HasSubstr(".toml:2:"));
    EXPECT_THAT(to_string(loaded.faults[0]), HasSubstr("is not TOML"));
}

TEST(Config, AFileThatIsNotThereIsAFault) {
    const Loaded loaded =
        load({.file = "/nonexistent/latchkey.toml", .environment = {}, .flags = {}});
    ASSERT_THAT(loaded.faults, SizeIs(1));
    EXPECT_THAT(
        to_string(loaded.faults[0]), HasSubstr("/nonexistent/latchkey.toml cannot be read")
    );
}

TEST(Config, AnUnknownVariableIsOnlyAWarning) {
    const Loaded loaded = load({.file = "", .environment = {{"LATCHKEY_LISEN", "x"}}, .flags = {}});
    EXPECT_THAT(loaded.faults, IsEmpty());
    EXPECT_THAT(loaded.warnings, ElementsAre(HasSubstr("Was LATCHKEY_LISTEN meant?")));
}

TEST(Config, EveryKeyCanBeSetByFileVariableAndFlag) {
    for (const Key& key : keys()) {
        const Value good = key.read(Settings{});
        const File file(as_toml({{key.name, good, "test"}}));
        EXPECT_THAT(load({.file = file.path(), .environment = {}, .flags = {}}).faults, IsEmpty())
            << key.name;

        std::string text = toml_text(good);
        std::erase_if(text, [](char c) { return c == '"' || c == '[' || c == ']'; });
        if (text.empty()) continue;
        const Loaded by_variable =
            load({.file = "", .environment = {{variable_of(key), text}}, .flags = {}});
        EXPECT_THAT(by_variable.faults, IsEmpty()) << key.name;
        EXPECT_EQ(source_of(by_variable, key.name), "environment " + variable_of(key));

        const std::string flag = flag_of(key) + "=" + text;
        const Loaded by_flag = from_flags({flag.c_str()});
        EXPECT_THAT(by_flag.faults, IsEmpty()) << key.name;
        EXPECT_EQ(source_of(by_flag, key.name), "flag " + flag_of(key));
    }
}

TEST(Config, NoTwoKeysShareANameOrAFlag) {
    std::set<std::string> names;
    for (const Key& key : keys()) {
        EXPECT_TRUE(names.insert(flag_of(key)).second) << key.name;
        EXPECT_TRUE(names.insert(variable_of(key)).second) << key.name;
        EXPECT_FALSE(key.help.empty()) << key.name;
    }
}

TEST(Config, EffectiveSettingsReadBackAsTheSame) {
    const Loaded loaded = from_flags(
        {"--listen",
         "[::1]:0",
         "--listen",
         "unix:/run/x.sock",
         "--no-rate-limits",
         "--trusted-proxies",
         "10.0.0.0/8,::1",
         "--limits-requests-per-second",
         "0.5",
         "--log-level=debug",
         "--public-url",
         "https://id.example.org"}
    );
    ASSERT_THAT(loaded.faults, IsEmpty());
    EXPECT_THAT(loaded.settings.listen, ElementsAre("[::1]:0", "unix:/run/x.sock"));
    EXPECT_FALSE(loaded.settings.rate_limits);
    EXPECT_THAT(loaded.settings.trusted_proxies, SizeIs(2));

    const Loaded again = from_file(as_toml(loaded.effective));
    EXPECT_THAT(again.faults, IsEmpty());
    ASSERT_EQ(again.effective.size(), loaded.effective.size());
    for (std::size_t i = 0; i < again.effective.size(); ++i) {
        EXPECT_EQ(again.effective[i].value, loaded.effective[i].value) << again.effective[i].key;
    }
}

TEST(Config, TheExampleFileHasEveryKeyWithItsDefault) {
    std::ifstream file(LATCHKEY_EXAMPLE);
    const std::string shipped{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(shipped, example_toml())
        << "deploy/latchkey.toml is what `latchkey check-config --example` prints";

    std::string live;
    std::istringstream lines(shipped);
    for (std::string line; std::getline(lines, line);) {
        const bool setting = line.starts_with("# ") && line.find(" = ") != std::string::npos;
        live += (setting ? line.substr(2) : line) + '\n';
    }
    const Loaded loaded = from_file(live);
    EXPECT_THAT(loaded.faults, IsEmpty());
    for (const Effective& one : loaded.effective) {
        EXPECT_NE(one.source, "default") << one.key << " is missing";
        EXPECT_EQ(one.value, find_key(one.key)->read(Settings{})) << one.key;
    }
}

TEST(Config, WarnsOfPlainHttpThatOthersCanRead) {
    EXPECT_THAT(
        from_flags({"--listen", "0.0.0.0:80"}).warnings,
        ElementsAre(HasSubstr("Plain http on 0.0.0.0:80"))
    );
    EXPECT_THAT(from_flags({"--listen", "example.org:80"}).warnings, SizeIs(1));
    EXPECT_THAT(
        from_flags({"--listen", "0.0.0.0:80", "--tls-cert", "c", "--tls-key", "k"}).warnings,
        IsEmpty()
    );
    EXPECT_THAT(from_flags({"--listen", "localhost:80,[::1]:80,unix:/x"}).warnings, IsEmpty());
}

TEST(Config, WarnsOfLiftedRateLimitsAndAnOpenOperatorListener) {
    EXPECT_THAT(
        from_flags({"--no-rate-limits"}).warnings, ElementsAre(HasSubstr("Rate limits are lifted"))
    );
    EXPECT_THAT(
        from_flags({"--operator-listen", "0.0.0.0:9090"}).warnings,
        ElementsAre(HasSubstr("operator listener"))
    );
    EXPECT_THAT(from_flags({"--operator-listen", "off"}).warnings, IsEmpty());
}

TEST(Config, ProxyProtocolWithoutTrustedProxiesIsAFault) {
    EXPECT_THAT(from_flags({"--proxy-protocol"}).faults, SizeIs(1));
    EXPECT_THAT(
        from_flags({"--proxy-protocol", "--trusted-proxies", "127.0.0.1"}).faults, IsEmpty()
    );
}

TEST(Config, ProxyProtocolOnAUnixSocketNeedsNobodyTrusted) {
    EXPECT_THAT(from_flags({"--proxy-protocol", "--listen", "unix:/run/l.sock"}).faults, IsEmpty());
    EXPECT_THAT(
        from_flags({"--proxy-protocol", "--listen", "unix:/run/l.sock,127.0.0.1:80"}).faults,
        SizeIs(1)
    );
}

TEST(Config, ListenersOnOneAddressAreAFault) {
    const auto clash = [](const char* listen, const char* of_operator) {
        const Loaded loaded = from_flags({"--listen", listen, "--operator-listen", of_operator});
        return loaded.faults.empty() ? std::string() : to_string(loaded.faults.front());
    };
    for (const auto& [listen, of_operator] : std::vector<std::pair<const char*, const char*>>{
             {"127.0.0.1:80", "127.0.0.1:80"},
             {"localhost:80", "127.0.0.1:80"},
             {"0.0.0.0:80", "127.0.0.1:80"},
             {"127.0.0.1:80", "0.0.0.0:80"},
             {"[::]:80", "127.0.0.1:80"},
             {"127.0.0.1:81,127.0.0.1:80", "127.0.0.1:80"},
             {"unix:/run/l.sock", "unix:/run/l.sock"}
         }) {
        EXPECT_THAT(clash(listen, of_operator), HasSubstr("operator_listen (flag")) << listen;
    }
    EXPECT_THAT(clash("127.0.0.1:80,0.0.0.0:80", "off"), HasSubstr("listen (flag --listen)"));
    for (const auto& [listen, of_operator] : std::vector<std::pair<const char*, const char*>>{
             {"127.0.0.1:0,127.0.0.1:0", "127.0.0.1:0"},
             {"127.0.0.1:80", "127.0.0.1:81"},
             {"127.0.0.1:80,[::1]:80", "127.0.0.2:80"},
             {"127.0.0.1:80", "off"},
             {"[::1]:80", "0.0.0.0:80"},
             {"unix:/run/l.sock", "unix:/run/m.sock"}
         }) {
        EXPECT_EQ(clash(listen, of_operator), "") << listen;
    }
}

TEST(Config, ListenAddressesAreReadStrictly) {
    EXPECT_EQ(parse_listen("[2001:db8::1]:8443")->host, "2001:db8::1");
    EXPECT_EQ(parse_listen("localhost:0")->port, 0);
    EXPECT_EQ(parse_listen("unix:/run/l.sock")->unix_path, "/run/l.sock");
    for (const char* wrong :
         {"",
          "8080",
          ":8080",
          "a:",
          "a:65536",
          "a:-1",
          "a:80x",
          "::1:80",
          "[a]:80",
          "a b:80",
          "http://a:80",
          "unix:"}) {
        EXPECT_FALSE(parse_listen(wrong)) << wrong;
    }
}

TEST(Config, OriginsAreOnlyOrigins) {
    EXPECT_THAT(from_flags({"--public-url", "http://[::1]:8080"}).faults, IsEmpty());
    for (const char* wrong :
         {"example.org",
          "https://",
          "https://a/",
          "https://a/x",
          "ftp://a",
          "https://u@a",
          "https://a:0"}) {
        EXPECT_THAT(from_flags({"--public-url", wrong}).faults, SizeIs(1)) << wrong;
    }
}

}  // namespace
}  // namespace latchkey::ops
