"""Every golden vector of proto/vectors means here what it means everywhere."""

import json
from pathlib import Path

import pytest

from tubes_bus import codec
from tubes_bus.messages import Role, UnknownType, WebIn, type_name

VECTORS = Path(__file__).parents[3] / "proto" / "vectors"
NAMES = sorted(path.name[: -len(".expect.json")] for path in VECTORS.glob("*.expect.json"))


def payloads(name):
    if (VECTORS / f"{name}.json").exists():
        yield codec.WireFormat.json, (VECTORS / f"{name}.json").read_bytes()
    if (VECTORS / f"{name}.pb.hex").exists():
        yield codec.WireFormat.protobuf, bytes.fromhex((VECTORS / f"{name}.pb.hex").read_text())


def data_of(message):
    if isinstance(message, UnknownType):
        return message.parsed()
    if isinstance(message, WebIn):
        return {"app": message.app, "body": message.parsed()}
    values = {field.name: (getattr(message, field.name), field) for field in message.fields()}
    return {name: value for name, (value, field) in values.items() if value or field.required}


def test_there_are_vectors():
    assert len(NAMES) > 60


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_means_what_it_says(name):
    expected = json.loads((VECTORS / f"{name}.expect.json").read_text())
    found = list(payloads(name))
    assert found
    for format, payload in found:
        decoded = codec.decode(Role(expected["role"]), payload)
        if "error" in expected:
            assert decoded.envelope is None
            assert expected["error"] in decoded.why
            continue
        assert decoded.envelope is not None, decoded.why
        assert decoded.format is format
        if is_known_by_now(expected, decoded.envelope):
            check_known_by_now(expected, decoded.envelope)
            continue
        check(expected, decoded.envelope)
        if expected["encodes_back"]:
            assert codec.encode(decoded.envelope, format) == payload


def is_known_by_now(expected, envelope):
    """A type may be newer than the vector: proto/vectors/README.md."""
    was_unknown = expected.get("unknown_type", False)
    return was_unknown and not isinstance(envelope.message, UnknownType)


def check_known_by_now(expected, envelope):
    unknown = json.loads(envelope.unknown.json or "{}").get("data", {})
    assert {**data_of(envelope.message), **unknown} == expected["data"]


def check(expected, envelope):
    message = envelope.message
    assert type_name(message) == expected["type"]
    assert isinstance(message, UnknownType) == expected.get("unknown_type", False)
    meta = {"publisher": envelope.meta.publisher, "sequence": envelope.meta.sequence}
    assert meta == expected.get("meta", {"publisher": "", "sequence": 0})
    assert envelope.unknown.protobuf.hex() == expected.get("unknown_protobuf", "")
    assert json.loads(envelope.unknown.json or "{}") == expected.get("unknown", {})
    assert data_of(message) == expected.get("data")


@pytest.mark.parametrize("name", [n for n in NAMES if len(list(payloads(n))) == 2])
def test_both_payloads_of_a_vector_are_the_same_message(name):
    role = Role(json.loads((VECTORS / f"{name}.expect.json").read_text())["role"])
    one, other = (codec.decode(role, payload).envelope for _, payload in payloads(name))
    assert one is not None and one.message == other.message
    assert one.meta == other.meta
