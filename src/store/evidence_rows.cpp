#include "store/evidence_rows.hpp"

namespace latchkey::store {

EvidenceRows::EvidenceRows(Connection& connection)
    : add_(
          connection,
          "INSERT INTO audit_evidence (seq, statement, credential, public_key, client_data, "
          "authenticator_data, signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
      ),
      find_(
          connection,
          "SELECT statement, credential, public_key, client_data, authenticator_data, signature "
          "FROM "
          "audit_evidence WHERE seq = ?1"
      ) {}

void EvidenceRows::add(std::int64_t number, const login::ApprovalSignature& evidence) {
    add_.run(
        number,
        evidence.statement,
        ByteView(evidence.credential_id),
        ByteView(evidence.public_key),
        ByteView(evidence.client_data),
        ByteView(evidence.authenticator_data),
        ByteView(evidence.signature)
    );
}

std::optional<login::ApprovalSignature> EvidenceRows::find(std::int64_t number) {
    Query query = find_(number);
    if (!query.next()) return std::nullopt;
    login::ApprovalSignature evidence;
    evidence.statement = query.text(0);
    evidence.credential_id = query.octets(1);
    evidence.public_key = query.octets(2);
    evidence.client_data = query.octets(3);
    evidence.authenticator_data = query.octets(4);
    evidence.signature = query.octets(5);
    return evidence;
}

}  // namespace latchkey::store
