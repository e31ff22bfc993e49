#include "ops/settings_audit.hpp"

#include <gtest/gtest.h>

namespace latchkey::ops {
namespace {

TEST(SettingsAudit, SaysNothingOfWhatIsAtItsDefault) {
    EXPECT_EQ(not_default({}), "");
}

TEST(SettingsAudit, SaysWhatWasSetAndToWhat) {
    Settings settings;
    settings.public_url = "https://login.example.org";
    settings.trusted_proxies = {parse_network("192.0.2.0/24").value()};
    settings.limits.requests_burst = 20;

    EXPECT_EQ(
        not_default(settings),
        R"(public_url = "https://login.example.org", trusted_proxies = ["192.0.2.0/24"], )"
        "limits.requests_burst = 20"
    );
}

}  // namespace
}  // namespace latchkey::ops
