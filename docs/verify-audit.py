#!/usr/bin/env python3
"""Checks an export of the audit log, with nothing of Latchkey's: latchkey audit export | docs/verify-audit.py

Reads standard input, or the file that is named. Says "N events, M signatures, all good", or which event is not as it
was written and exits with 1. docs/audit.md says in words what this does. Wants Python 3.9 and its package cryptography
(Debian: python3-cryptography).
"""

import base64
import hashlib
import json
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256


class Wrong(Exception):
    pass


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def tobase64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_length(data):
    return struct.pack(">I", len(data)) + data


def canonical(event):
    """What is hashed of an event: each field as its length and its bytes; what is absent has none."""
    parts = [struct.pack(">q", event["seq"]), struct.pack(">q", event["at_ms"]), event["kind"].encode()]
    parts += [unbase64(event.get(name, "")) for name in ("account", "login", "session")]
    parts += [struct.pack(">I", event["client"]), event["address"].encode(), event["detail"].encode()]
    return b"".join(with_length(part) for part in parts)


def cbor(data, at=0):
    """The few kinds of CBOR that a COSE_Key has: integers, byte strings, a map."""
    kind, value = data[at] >> 5, data[at] & 31
    at += 1
    if value in (24, 25):
        size = 1 << (value - 24)
        value = int.from_bytes(data[at : at + size], "big")
        at += size
    elif value > 23:
        raise Wrong("its public key is none")
    if kind == 0:
        return value, at
    if kind == 1:
        return -1 - value, at
    if kind == 2:
        return data[at : at + value], at + value
    if kind == 5:
        members = {}
        for _ in range(value):
            name, at = cbor(data, at)
            members[name], at = cbor(data, at)
        return members, at
    raise Wrong("its public key is none")


def check_signature(public_key, message, signature):
    key, _ = cbor(public_key)
    algorithm = key.get(3)
    if algorithm == -7:
        numbers = ec.EllipticCurvePublicNumbers(
            int.from_bytes(key[-2], "big"), int.from_bytes(key[-3], "big"), ec.SECP256R1()
        )
        numbers.public_key().verify(signature, message, ec.ECDSA(SHA256()))
    elif algorithm == -8:
        ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
    elif algorithm == -257:
        numbers = rsa.RSAPublicNumbers(int.from_bytes(key[-2], "big"), int.from_bytes(key[-1], "big"))
        numbers.public_key().verify(signature, message, padding.PKCS1v15(), SHA256())
    else:
        raise Wrong("its public key is of a kind that is not known")


def facts_of(statement):
    lines = statement.split("\n")
    if lines[0] != "latchkey approval v1" or lines[-1] != "":
        raise Wrong("its statement is none")
    return dict(line.split(": ", 1) for line in lines[1:-1])


def check_approval(event, detail):
    """An approval that was signed: the signature is one over what the event says, by that passkey."""
    evidence = event.get("evidence")
    if not evidence:
        raise Wrong("its signature is missing")
    statement = evidence["statement"].encode()
    names = ("credential", "public_key", "client_data", "authenticator_data", "signature")
    fields = [statement] + [unbase64(evidence[name]) for name in names]
    _, _, public_key, client_data, authenticator_data, signature = fields
    if tobase64(hashlib.sha256(b"".join(map(with_length, fields))).digest()) != detail["evidence"]:
        raise Wrong("its evidence is not what was kept")

    facts = facts_of(evidence["statement"])
    said = {
        "login": event.get("login"),
        "account": event.get("account"),
        "browser": detail["browser"],
        "system": detail["system"],
        "address": detail["shown_at"],
    }
    for name, value in said.items():
        if facts.get(name) != value:
            raise Wrong(f"its statement says another {name}")
    client = json.loads(client_data)
    if client["type"] != "webauthn.get" or client["challenge"] != tobase64(hashlib.sha256(statement).digest()):
        raise Wrong("what was signed is not its statement")
    if authenticator_data[:32] != hashlib.sha256(facts["server"].encode()).digest():
        raise Wrong("it was signed for another server")
    if authenticator_data[32] & 0x05 != 0x05:
        raise Wrong("nobody was verified")
    check_signature(public_key, authenticator_data + hashlib.sha256(client_data).digest(), signature)


def check(lines):
    previous = bytes(32)
    count = signatures = 0
    head = None
    for line in lines:
        entry = json.loads(line)
        if "events" in entry:
            head = entry
            continue
        if head is not None:
            raise Wrong(f"there is more behind the end: event {entry['seq']}")
        count += 1
        if entry["seq"] != count:
            raise Wrong(f"event {count}: it is missing")
        try:
            previous = hashlib.sha256(previous + canonical(entry)).digest()
            if previous.hex() != entry["hash"]:
                raise Wrong("it is not as it was written")
            detail = json.loads(entry["detail"]) if entry["detail"] else {}
            to_be_signed = entry["kind"] == "login.approved" and detail.get("confirm", "").startswith("passkey")
            if to_be_signed or "evidence" in detail:
                check_approval(entry, detail)
                signatures += 1
            elif "evidence" in entry:
                raise Wrong("it has evidence that it does not name")
        except Wrong as wrong:
            raise Wrong(f"event {count}: {wrong}") from None
        except InvalidSignature:
            raise Wrong(f"event {count}: its signature is not one of that passkey") from None
        except (ValueError, KeyError, IndexError, TypeError) as fault:
            raise Wrong(f"event {count}: it cannot be read ({fault})") from None
    if head is None:
        raise Wrong("the end is missing")
    if head["events"] != count or head["hash"] != previous.hex():
        raise Wrong(f"event {count + 1}: it is missing")
    return f"{count} events, {signatures} signatures, all good"


def main():
    try:
        if len(sys.argv) > 1:
            with open(sys.argv[1], encoding="utf-8") as lines:
                print(check(lines))
        else:
            print(check(sys.stdin))
    except Wrong as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
