// The picture of a code, read back as the modules that it draws.

#include "pages/qr_picture.hpp"

#include <gtest/gtest.h>
#include <qrcodegen/qrcodegen.hpp>

#include <cstdio>
#include <set>
#include <string>
#include <utility>

namespace latchkey::pages {
namespace {

const std::string link = "HTTPS://LOGIN.EXAMPLE.ORG/S/MVJ7CAFBWLB5JZPWA4MA77WQAJ63AHUUBSZA";

/// The dark modules that a path fills; empty for a path of any other form.
std::set<std::pair<int, int>> modules_of(const std::string& path) {
    std::set<std::pair<int, int>> modules;
    const char* at = path.c_str();
    while (*at != '\0') {
        int x = 0, y = 0, length = 0, back = 0, read = 0;
        if (std::sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &length, &back, &read) != 4) return {};
        if (length != back || read == 0) return {};
        for (int i = 0; i < length; ++i) modules.emplace(x + i, y);
        at += read;
    }
    return modules;
}

TEST(QrPicture, DrawsTheModulesOfTheLinkInsideItsQuietZone) {
    using qrcodegen::QrCode;
    const QrCode code = QrCode::encodeText(link.c_str(), QrCode::Ecc::MEDIUM);
    const QrPicture picture = draw_qr(link);
    std::set<std::pair<int, int>> dark;
    for (int y = 0; y < code.getSize(); ++y) {
        for (int x = 0; x < code.getSize(); ++x) {
            if (code.getModule(x, y)) dark.emplace(x + quiet_zone, y + quiet_zone);
        }
    }
    EXPECT_EQ(picture.side, code.getSize() + 2 * quiet_zone);
    EXPECT_EQ(modules_of(picture.path), dark);
}

TEST(QrPicture, OfCapitalsIsSmaller) {
    std::string small = link;
    small.replace(0, 5, "https");
    EXPECT_EQ(draw_qr(link).side, 33 + 2 * quiet_zone) << "version 4";
    EXPECT_GT(draw_qr(small).side, draw_qr(link).side);
}

TEST(QrPicture, OfATextWithoutEndIsNone) {
    EXPECT_GT(draw_qr(std::string(picture_characters_max, 'A')).side, 0);
    EXPECT_EQ(draw_qr(std::string(picture_characters_max + 1, 'A')).side, 0);
    EXPECT_EQ(draw_qr(std::string(10'000, 'a')).path, "");
}

}  // namespace
}  // namespace latchkey::pages
