#include "ops/settings_audit.hpp"

#include "ops/keys.hpp"

namespace latchkey::ops {

std::string not_default(const Settings& settings) {
    const Settings untouched;
    std::string text;
    for (const Key& key : keys()) {
        const Value value = key.read(settings);
        if (value == key.read(untouched)) continue;
        if (!text.empty()) text += ", ";
        text += std::string(key.name) + " = " + toml_text(value);
    }
    return text;
}

}  // namespace latchkey::ops
