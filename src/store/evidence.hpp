/// What shows that a person approved a login: the signature that is kept with its event. Pure.
#pragma once

#include "crypto/digest.hpp"
#include "login/ports.hpp"
#include "ops/audit.hpp"

#include <string_view>

namespace latchkey::store {

/// What the event's detail has as `evidence`: SHA-256 over statement, credential id, public key,
/// client data, authenticator data and signature, each as its length (4 bytes, big-endian) and its
/// bytes. So the chain of the log vouches for them, too.
crypto::Sha256 evidence_hash(const login::ApprovalSignature& evidence);

/// The hash that an event names; empty when it names none.
std::string evidence_named(const ops::AuditEvent& event);
/// Whether an event must have evidence: an approval that was to be signed.
bool wants_evidence(const ops::AuditEvent& event);

/// Whether the evidence is that of the event, its statement says what the event says, and its
/// signature is one over that statement by its public key, with user verification, for the server
/// that the statement names. Needs nothing but what it is given.
bool holds(const login::ApprovalSignature& evidence, const ops::AuditEvent& event);

}  // namespace latchkey::store
