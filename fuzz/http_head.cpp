/// Requests from strangers. Whatever comes: no crash, no more memory than the limits, and a request
/// that is read is the same request, ending at the same byte, however the bytes were cut.

#include "net/http_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

namespace {

using namespace latchkey::net;
using Status = HttpReader::Status;

constexpr HttpReader::Limits limits{512, 256};

void require(bool fine) {
    if (!fine) std::abort();
}

struct Reading {
    Status status = Status::need_head;
    std::string left;
    std::string target;
    std::string host;
    std::string body;
    std::string cookie;
    std::size_t headers = 0;
    bool keep_alive = false;
    friend bool operator==(const Reading&, const Reading&) = default;
};

/// Uses everything that handlers use.
void use(Request& request) {
    (void)request.own_origin();
    (void)request.cookie("latchkey_session");
    (void)request.query_parameter("token");
    (void)request.form_field("code");
    (void)request.json_object();
    (void)is_same_site(request, {"https://a.example"});
}

Reading read(HttpReader& reader, std::string_view bytes, std::span<const std::uint8_t> sizes) {
    Reading reading;
    for (std::size_t turn = 0; !bytes.empty() || turn == 0; ++turn) {
        const std::size_t wanted = sizes.empty() ? bytes.size() : sizes[turn % sizes.size()] + 1U;
        const std::string_view piece = bytes.substr(0, wanted);
        bytes.remove_prefix(piece.size());
        reading.left += piece;
        std::span<char> input(reading.left);
        reading.status = reader.feed(input);
        reading.left.assign(input.data(), input.size());
        if (reading.status == Status::done || reading.status == Status::fault) break;
        // What is neither read nor refused must not pile up.
        require(reading.left.size() < limits.header_bytes_max + 8 || sizes.empty());
    }
    require(reader.request().body.size() <= limits.body_bytes_max);
    if (reading.status == Status::fault) {
        require(reader.fault_status() >= 400 && reader.fault_status() < 600);
        return {Status::fault, {}, {}, {}, {}, {}, 0, false};
    }
    if (reading.status != Status::done) return reading;
    Request& request = reader.request();
    use(request);
    reading.left += bytes;
    reading.target = std::string(request.path()) + "?" + std::string(request.query());
    reading.host = request.host();
    reading.body = request.body;
    reading.cookie = request.header_list("Cookie");
    reading.headers = request.header_count();
    reading.keep_alive = reader.keep_alive();
    return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t cuts = 4;
    if (size < cuts) return 0;
    const std::span<const std::uint8_t> input(data, size);
    const std::string_view bytes(reinterpret_cast<const char*>(data) + cuts, size - cuts);
    HttpReader reader(limits);
    const Reading whole = read(reader, bytes, {});
    constexpr std::uint8_t one_byte[] = {0};
    for (const auto& sizes : {input.first(cuts), std::span<const std::uint8_t>(one_byte)}) {
        // The reader is the same, as on a connection: nothing of an earlier request may be left.
        reader.reset();
        const Reading pieces = read(reader, bytes, sizes);
        // Pieces may show a fault later than the whole does, but are never read differently.
        require((pieces.status == Status::done) == (whole.status == Status::done));
        if (whole.status == Status::done) require(pieces == whole);
    }
    return 0;
}
