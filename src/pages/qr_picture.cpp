#include "pages/qr_picture.hpp"

#include <qrcodegen/qrcodegen.hpp>

namespace latchkey::pages {

/// One subpath for each run of dark modules in a row.
QrPicture draw_qr(std::string_view text) {
    using qrcodegen::QrCode;
    if (text.size() > picture_characters_max) return {};
    const QrCode code = QrCode::encodeText(std::string(text).c_str(), QrCode::Ecc::MEDIUM);
    const int size = code.getSize();
    QrPicture picture{size + 2 * quiet_zone};
    for (int y = 0; y < size; ++y) {
        for (int x = 0; x < size; ++x) {
            if (!code.getModule(x, y)) continue;
            const int from = x;
            while (x < size && code.getModule(x, y)) ++x;
            const std::string length = std::to_string(x - from);
            picture.path.append("M").append(std::to_string(from + quiet_zone)).append(" ");
            picture.path.append(std::to_string(y + quiet_zone)).append("h").append(length);
            picture.path.append("v1h-").append(length).append("z");
        }
    }
    return picture;
}

}  // namespace latchkey::pages
