#include "identity/passkey_json.hpp"

#include "base/address.hpp"
#include "base/encoding.hpp"
#include "identity/answers.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace latchkey::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t transports_max = 8;
constexpr std::size_t transport_characters_max = 16;
constexpr std::int64_t challenge_life_ms = milliseconds(challenge_life).count();

const json::object* object_at(const json::object& in, std::string_view name) {
    const auto* const member = in.if_contains(name);
    return member == nullptr ? nullptr : member->if_object();
}

std::optional<Octets> octets_at(const json::object& in, std::string_view name) {
    const auto* const member = in.if_contains(name);
    const auto* const text = member == nullptr ? nullptr : member->if_string();
    if (text == nullptr) return std::nullopt;
    return from_base64url({text->data(), text->size()});
}

bool is_text(const json::object& in, std::string_view name, std::string_view text) {
    const auto* const member = in.if_contains(name);
    return member != nullptr && member->is_string() && member->get_string() == text;
}

/// The `response` of a PublicKeyCredential in JSON.
const json::object* response_in(const json::value& credential) {
    const auto* const outer = credential.if_object();
    if (outer == nullptr || !is_text(*outer, "type", "public-key")) return nullptr;
    return object_at(*outer, "response");
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= transport_characters_max &&
           std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

std::string transports_in(const json::object& response) {
    const auto* const member = response.if_contains("transports");
    const auto* const list = member == nullptr ? nullptr : member->if_array();
    std::string words;
    std::size_t taken = 0;
    if (list == nullptr) return words;
    for (const json::value& one : *list) {
        const auto* const text = one.if_string();
        if (text == nullptr || !is_word({text->data(), text->size()})) continue;
        if (++taken > transports_max) break;
        if (!words.empty()) words += ' ';
        words.append(text->data(), text->size());
    }
    return words;
}

json::array transports_json(std::string_view words) {
    json::array list;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        list.emplace_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return list;
}

/// `example.org` of `https://example.org:8443`.
std::string_view host_of(std::string_view origin) {
    const std::size_t start = origin.find("://");
    if (start == std::string_view::npos) return {};
    const std::string_view authority = origin.substr(start + 3);
    if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
    return authority.substr(0, authority.find(':'));
}

/// A name and no address, IPv6 in its brackets included.
bool is_domain(std::string_view host) {
    return !host.empty() && host.front() != '[' && !parse_ip(host);
}

bool is_same_text(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_local(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost");
}

}  // namespace

std::optional<SentAssertion> assertion_in(const json::value& credential) {
    const json::object* const response = response_in(credential);
    if (response == nullptr) return std::nullopt;
    auto id = octets_at(credential.get_object(), "rawId");
    auto client_data = octets_at(*response, "clientDataJSON");
    auto authenticator_data = octets_at(*response, "authenticatorData");
    auto signature = octets_at(*response, "signature");
    if (!id || !client_data || !authenticator_data || !signature) return std::nullopt;
    const auto* const handle = response->if_contains("userHandle");
    const bool has_handle = handle != nullptr && !handle->is_null();
    auto user_handle = octets_at(*response, "userHandle");
    if (has_handle && !user_handle) return std::nullopt;
    return SentAssertion{
        std::move(*id),
        std::move(*client_data),
        std::move(*authenticator_data),
        std::move(*signature),
        std::move(user_handle),
    };
}

std::optional<SentRegistration> registration_in(const json::value& credential) {
    const json::object* const response = response_in(credential);
    if (response == nullptr) return std::nullopt;
    auto client_data = octets_at(*response, "clientDataJSON");
    auto attestation_object = octets_at(*response, "attestationObject");
    if (!client_data || !attestation_object) return std::nullopt;
    return SentRegistration{
        std::move(*client_data), std::move(*attestation_object), transports_in(*response)
    };
}

json::object request_options(std::string_view rp_id, const Octets& challenge) {
    return {
        {"challenge", base64url(challenge)},
        {"timeout", challenge_life_ms},
        {"rpId", rp_id},
        {"allowCredentials", json::array()},
        {"userVerification", "required"},
    };
}

json::object creation_options(
    std::string_view rp_id,
    std::string_view rp_name,
    const PasskeyUser& user,
    const Octets& challenge,
    const std::vector<Passkey>& had
) {
    json::array algorithms;
    for (const CoseAlgorithm algorithm : RegistrationRequest{}.algorithms) {
        algorithms.push_back(
            json::object{{"type", "public-key"}, {"alg", static_cast<std::int64_t>(algorithm)}}
        );
    }
    return {
        {"rp", {{"id", rp_id}, {"name", rp_name}}},
        {"user",
         {{"id", base64url(user.id.view())}, {"name", user.name}, {"displayName", user.name}}},
        {"challenge", base64url(challenge)},
        {"pubKeyCredParams", std::move(algorithms)},
        {"timeout", challenge_life_ms},
        {"excludeCredentials", descriptors_json(had)},
        {"authenticatorSelection",
         {{"residentKey", "required"},
          {"requireResidentKey", true},
          {"userVerification", "required"}}},
        {"attestation", "none"},
    };
}

json::array descriptors_json(const std::vector<Passkey>& passkeys) {
    json::array list;
    for (const Passkey& passkey : passkeys) {
        list.push_back(json::object{
            {"type", "public-key"},
            {"id", base64url(passkey.credential.id)},
            {"transports", transports_json(passkey.transports)},
        });
    }
    return list;
}

json::object passkey_json(const Passkey& passkey, Time now) {
    json::value used;
    if (passkey.used_at) used = ms_ago(*passkey.used_at, now);
    return {
        {"id", base64url(passkey.credential.id)},
        {"name", passkey.name},
        {"created_ms_ago", ms_ago(passkey.created_at, now)},
        {"used_ms_ago", std::move(used)},
        {"backed_up", passkey.credential.backed_up},
    };
}

std::optional<RelyingParty> relying_party_of(
    const net::Request& request, std::string_view public_url
) {
    std::string origin = request.own_origin();
    if (!public_url.empty() && !is_same_text(origin, public_url)) return std::nullopt;
    const std::string_view host = host_of(origin);
    if (!is_domain(host) || (!request.peer.secure && !is_local(host))) return std::nullopt;
    RelyingParty party;
    party.id = host;
    party.origins.push_back(std::move(origin));
    return party;
}

}  // namespace latchkey::identity
