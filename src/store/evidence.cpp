#include "store/evidence.hpp"

#include "base/encoding.hpp"
#include "identity/client_data.hpp"
#include "identity/webauthn.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <array>
#include <optional>
#include <vector>

namespace latchkey::store {
namespace {

/// Where the flags of authenticator data lie, and what says that a passkey may be copied to other
/// devices (Web Authentication Level 3 §6.1).
constexpr std::size_t flags_at = 32;
constexpr std::byte backup_eligible{0x08};

std::optional<std::string> text_in(const ops::AuditEvent& event, std::string_view name) {
    boost::system::error_code fault;
    const boost::json::value detail = boost::json::parse(event.detail, fault);
    const auto* const object = fault ? nullptr : detail.if_object();
    const auto* const member = object == nullptr ? nullptr : object->if_contains(name);
    if (member == nullptr || !member->is_string()) return std::nullopt;
    return std::string(member->get_string());
}

/// What a line of a statement says; nothing when there is none of that name.
std::optional<std::string> line_of(std::string_view statement, std::string_view name) {
    const std::string start = "\n" + std::string(name) + ": ";
    const auto at = statement.find(start);
    if (at == std::string_view::npos) return std::nullopt;
    const auto from = at + start.size();
    return std::string(statement.substr(from, statement.find('\n', from) - from));
}

bool says_the_same(std::string_view statement, const ops::AuditEvent& event) {
    if (!event.login || !event.account) return false;
    return line_of(statement, "login") == base64url(event.login->view()) &&
           line_of(statement, "account") == base64url(event.account->view()) &&
           line_of(statement, "browser") == text_in(event, "browser") &&
           line_of(statement, "system") == text_in(event, "system") &&
           line_of(statement, "address") == text_in(event, "shown_at");
}

}  // namespace

crypto::Sha256 evidence_hash(const login::ApprovalSignature& evidence) {
    std::vector<std::byte> bytes;
    for (const ByteView field :
         {bytes_of(evidence.statement),
          ByteView(evidence.credential_id),
          ByteView(evidence.public_key),
          ByteView(evidence.client_data),
          ByteView(evidence.authenticator_data),
          ByteView(evidence.signature)}) {
        std::array<std::byte, sizeof(std::uint32_t)> size{};
        put_big_endian<std::uint32_t>(size, static_cast<std::uint32_t>(field.size()));
        bytes.insert(bytes.end(), size.begin(), size.end());
        bytes.insert(bytes.end(), field.begin(), field.end());
    }
    return crypto::sha256(bytes);
}

std::string evidence_named(const ops::AuditEvent& event) {
    return text_in(event, "evidence").value_or(std::string());
}

bool wants_evidence(const ops::AuditEvent& event) {
    if (event.kind != ops::audit::login_approved) return false;
    const auto confirm = text_in(event, "confirm");
    return confirm && confirm->starts_with("passkey");
}

bool holds(const login::ApprovalSignature& evidence, const ops::AuditEvent& event) {
    if (evidence_named(event) != base64url(evidence_hash(evidence).view())) return false;
    if (!says_the_same(evidence.statement, event)) return false;
    const auto server = line_of(evidence.statement, "server");
    const auto client = identity::read_client_data(evidence.client_data);
    if (!server || !client || evidence.authenticator_data.size() <= flags_at) return false;

    const auto challenge = crypto::sha256(bytes_of(evidence.statement));
    identity::Credential credential;
    credential.id = evidence.credential_id;
    credential.account = *event.account;
    credential.public_key = evidence.public_key;
    credential.backup_eligible =
        (evidence.authenticator_data[flags_at] & backup_eligible) != std::byte{};
    identity::AssertionRequest request{
        .challenge = {challenge.data.begin(), challenge.data.end()}, .account = event.account
    };
    const identity::AssertionResponse response{
        .credential_id = evidence.credential_id,
        .client_data_json = evidence.client_data,
        .authenticator_data = evidence.authenticator_data,
        .signature = evidence.signature,
    };
    const identity::RelyingParty party{.id = *server, .origins = {client->origin}};
    return identity::verify_assertion(response, credential, request, party).has_value();
}

}  // namespace latchkey::store
