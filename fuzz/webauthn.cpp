/// What browsers and authenticators send of passkeys. Whatever comes: no crash, what is read is
/// written back to the same bytes, a second JSON reader finds the same, a new passkey is one that
/// can be stored, and nobody signs in with a key that is not theirs.

#include "identity/webauthn.hpp"

#include "base/encoding.hpp"
#include "identity/client_data.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace latchkey;
using namespace latchkey::identity;

void require(bool fine) {
    if (!fine) std::abort();
}

void put(Octets& to, ByteView more) {
    to.insert(to.end(), more.begin(), more.end());
}

void put_head(Octets& to, unsigned major, std::uint64_t argument) {
    const auto first = [&](unsigned additional) {
        to.push_back(static_cast<std::byte>(major << 5U | additional));
    };
    if (argument < 24) return first(static_cast<unsigned>(argument));
    unsigned power = 0;
    while (power < 3 && argument >> (8U << power) != 0) ++power;
    first(24 + power);
    for (unsigned byte = 1U << power; byte-- > 0;) {
        to.push_back(static_cast<std::byte>(argument >> (8 * byte) & 0xffU));
    }
}

/// False for an item that does not keep what it was: a number with a point.
bool put_item(Octets& to, const CborItem& item) {
    const std::size_t size = item.items.size();
    switch (item.kind) {
        case CborItem::Kind::integer: {
            const bool negative = item.integer < 0;
            put_head(
                to,
                negative ? 1 : 0,
                static_cast<std::uint64_t>(negative ? -1 - item.integer : item.integer)
            );
            return true;
        }
        case CborItem::Kind::bytes:
        case CborItem::Kind::text:
            put_head(to, item.is(CborItem::Kind::bytes) ? 2 : 3, item.string.size());
            put(to, item.string);
            return true;
        case CborItem::Kind::simple:
            put_head(to, 7, static_cast<std::uint64_t>(item.integer));
            return true;
        case CborItem::Kind::floating:
            return false;
        case CborItem::Kind::array:
            put_head(to, 4, size);
            break;
        case CborItem::Kind::map:
            put_head(to, 5, size / 2);
            break;
    }
    return std::ranges::all_of(item.items, [&](const CborItem& one) { return put_item(to, one); });
}

void read_item(ByteView bytes) {
    const auto prefix = read_cbor_prefix(bytes);
    require(read_cbor(bytes).has_value() == (prefix && prefix->size == bytes.size()));
    if (!prefix) return;
    Octets again;
    if (put_item(again, prefix->item)) {
        require(std::ranges::equal(again, bytes.first(prefix->size)));
    }
    if (const auto key = read_cose_key(prefix->item)) {
        require(cose_algorithm(prefix->item).has_value() && !key->verify(bytes, bytes));
    }
}

void read_data(ByteView bytes) {
    const auto data = read_authenticator_data(bytes);
    if (!data) return;
    Octets again;
    put(again, data->rp_id_hash.view());
    const unsigned flags = (data->user_present ? 0x01U : 0U) | (data->user_verified ? 0x04U : 0U) |
                           (data->backup_eligible ? 0x08U : 0U) | (data->backed_up ? 0x10U : 0U) |
                           (data->credential ? 0x40U : 0U) | (data->extensions ? 0x80U : 0U);
    again.push_back(static_cast<std::byte>(flags) | (bytes[again.size()] & std::byte{0x22}));
    again.resize(again.size() + 4);
    put_big_endian(std::span(again).last<4>(), data->sign_count);
    if (data->credential) {
        put(again, data->credential->aaguid.view());
        again.resize(again.size() + 2);
        const auto id_bytes = static_cast<std::uint16_t>(data->credential->id.size());
        put_big_endian(std::span(again).last<2>(), id_bytes);
        put(again, data->credential->id);
        put(again, data->credential->key);
    }
    if (data->extensions && !put_item(again, *data->extensions)) return;
    require(std::ranges::equal(again, bytes));
}

void read_object(ByteView bytes) {
    const auto object = read_attestation_object(bytes);
    if (!object) return;
    const auto whole = read_cbor(bytes);
    require(whole && whole->at("fmt")->is_text(object->format));
    require(std::ranges::equal(whole->at("authData")->string, object->authenticator_data));
    read_data(object->authenticator_data);
}

void read_client(std::string_view text) {
    const auto client = read_client_data(bytes_of(text));
    if (!client) return;
    constexpr std::string_view mark = "\xef\xbb\xbf";
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    boost::system::error_code error;
    const auto value = boost::json::parse({text.data(), text.size()}, error);
    require(!error && value.is_object());
    const auto is = [&](boost::json::string_view name, std::string_view expected) {
        const auto& found = value.at(name).as_string();
        return std::string_view(found.data(), found.size()) == expected;
    };
    require(is("type", client->type) && is("challenge", client->challenge));
    require(is("origin", client->origin));
    const auto* crossed = value.as_object().if_contains("crossOrigin");
    require((crossed != nullptr && crossed->as_bool()) == client->cross_origin);
    require(value.as_object().contains("topOrigin") == client->top_origin.has_value());
    require(!client->top_origin || is("topOrigin", *client->top_origin));
}

const Octets& challenge() {
    static const Octets bytes(32, std::byte{'c'});
    return bytes;
}

RelyingParty party() {
    return {.id = "example.org", .origins = {"https://example.org"}};
}

void make_passkey(ByteView client_data, ByteView object) {
    const RegistrationRequest request{.challenge = challenge(), .account = {}};
    const auto credential = verify_registration({client_data, object}, request, party());
    if (!credential) return;
    require(!credential->id.empty() && credential->id.size() <= credential_id_bytes_max);
    require(credential->user_verified);
    require(credential->backup_eligible || !credential->backed_up);
    const auto key = read_cbor(credential->public_key);
    require(key && read_cose_key(*key));
}

/// With the key of RFC 8032 §7.1, test 2, which signs nothing any more.
void sign_in(ByteView client_data, ByteView data) {
    constexpr std::size_t signature_bytes = 64;
    if (data.size() < signature_bytes) return;
    static const Credential credential{
        .id = challenge(),
        .account = {},
        .public_key =
            from_hex(
                "a40101032720062158203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12a"
                "f4660c"
            )
                .value(),
    };
    const AssertionResponse response{
        .credential_id = credential.id,
        .client_data_json = client_data,
        .authenticator_data = data.first(data.size() - signature_bytes),
        .signature = data.last(signature_bytes),
    };
    const AssertionRequest request{.challenge = challenge(), .account = AccountId{}};
    require(verify_assertion(response, credential, request, party()).has_error());
}

/// The length of the client data in two bytes, the client data, and the rest.
void hold_ceremony(ByteView bytes) {
    if (bytes.size() < 2) return;
    const std::size_t length = get_big_endian<std::uint16_t>(bytes.first<2>());
    const ByteView rest = bytes.subspan(2);
    if (rest.size() < length) return;
    make_passkey(rest.first(length), rest.subspan(length));
    sign_in(rest.first(length), rest.subspan(length));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes = std::as_bytes(std::span(data, size));
    read_item(bytes);
    read_data(bytes);
    read_object(bytes);
    read_client(text_of(bytes));
    hold_ceremony(bytes);
    return 0;
}
