#include "ops/toml_source.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace latchkey::ops {
namespace {

class Reader {
 public:
    Reader(const std::string& path, std::vector<Given>& given, std::vector<Fault>& faults)
        : path_(path), given_(given), faults_(faults) {}

    void table(const toml::table& table, const std::string& prefix) {
        for (const auto& [name, node] : table) {
            const std::string full = prefix + std::string(name.str());
            const std::string source = at(name.source());
            if (const Key* key = find_key(full)) {
                value(*key, node, source);
            } else if (prefix.empty() && is_section(full) && node.is_table()) {
                this->table(*node.as_table(), full + '.');
            } else {
                unknown(full, source);
            }
        }
    }

 private:
    static bool is_section(std::string_view name) {
        const auto all = sections();
        return std::ranges::find(all, name) != all.end();
    }

    std::string at(const toml::source_region& region) const {
        return path_ + ':' + std::to_string(region.begin.line) + ':' +
               std::to_string(region.begin.column);
    }

    void value(const Key& key, const toml::node& node, const std::string& source) {
        auto value = of_kind(key, node);
        if (value && is_good(key, *value)) {
            given_.push_back({&key, std::move(*value), source});
            return;
        }
        std::ostringstream shown;
        node.visit([&](const auto& concrete) { shown << concrete; });
        faults_.push_back({std::string(key.name), source, "is " + shown.str(), would_do(key)});
    }

    static std::optional<Value> of_kind(const Key& key, const toml::node& node) {
        switch (key.kind) {
            case Kind::flag:
                return typed<bool>(node);
            case Kind::whole:
                return typed<std::int64_t>(node);
            case Kind::number:
                if (const auto whole = node.value_exact<std::int64_t>())
                    return static_cast<double>(*whole);
                return typed<double>(node);
            case Kind::text:
                return typed<std::string>(node);
            case Kind::list:
                return list(node);
        }
        return std::nullopt;
    }

    template <class T>
    static std::optional<Value> typed(const toml::node& node) {
        const auto value = node.value_exact<T>();
        return value ? std::optional<Value>(*value) : std::nullopt;
    }

    /// A list of texts, or one text alone.
    static std::optional<Value> list(const toml::node& node) {
        std::vector<std::string> items;
        if (const auto one = node.value_exact<std::string>())
            items.push_back(*one);
        else if (!node.is_array())
            return std::nullopt;
        if (const toml::array* array = node.as_array()) {
            for (const toml::node& item : *array) {
                const auto text = item.value_exact<std::string>();
                if (!text) return std::nullopt;
                items.push_back(*text);
            }
        }
        return items;
    }

    void unknown(const std::string& name, const std::string& source) {
        std::vector<std::string> names;
        for (const std::string_view section : sections()) names.emplace_back(section);
        for (const Key& key : keys()) names.emplace_back(key.name);
        const std::string near = nearest(name, names);
        faults_.push_back(
            {name,
             source,
             "is no key",
             near.empty() ? "a key that `latchkey check-config` lists"
                          : "`" + near + "`, if that was meant"}
        );
    }

    const std::string& path_;
    std::vector<Given>& given_;
    std::vector<Fault>& faults_;
};

}  // namespace

void read_toml(const std::string& path, std::vector<Given>& given, std::vector<Fault>& faults) {
    std::ifstream file(path);
    if (!file || std::filesystem::is_directory(path)) {
        faults.push_back({"", path, "cannot be read", "a TOML file that exists and may be read"});
        return;
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    try {
        const toml::table table = toml::parse(text, path);
        Reader(path, given, faults).table(table, "");
    } catch (const toml::parse_error& error) {
        const auto& where = error.source().begin;
        faults.push_back(
            {"",
             path + ':' + std::to_string(where.line) + ':' + std::to_string(where.column),
             "is not TOML: " + std::string(error.description()),
             "a line such as `listen = [\"127.0.0.1:8080\"]`"}
        );
    }
}

}  // namespace latchkey::ops
