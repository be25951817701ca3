"""The golden vectors as Python reads them: json, protobuf's own code, and the JSON Schema."""

import json
import os
import pathlib
import unittest

import jsonschema
from tubes.v1 import envelope_pb2

PROTO = pathlib.Path(os.environ["TUBES_SOURCE_DIR"], "proto")
VECTORS = PROTO / "vectors"
SCHEMA = json.loads((PROTO / "tubes/v1/envelope.schema.json").read_text())


def expectations():
    for path in sorted(VECTORS.glob("*.expect.json")):
        yield path.name.removesuffix(".expect.json"), json.loads(path.read_text())


def payloads(suffix):
    """Name, expectation and bytes of each vector that has a payload in this format."""
    for name, expect in expectations():
        path = VECTORS / (name + suffix)
        if path.exists():
            content = path.read_bytes()
            yield name, expect, bytes.fromhex(content.decode()) if suffix == ".pb.hex" else content


def validator(role):
    return jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{role}"}]})


def with_replacement(value):
    """Half a surrogate pair, which Python keeps, is U+FFFD to Tubes."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, dict):
        return {key: with_replacement(item) for key, item in value.items()}
    return value


def data_of(body):
    """The fields that are set, and the required text that protobuf leaves out while empty."""
    data = {}
    for field in body.DESCRIPTOR.fields:
        value = getattr(body, field.name)
        if field.message_type:
            data[field.name] = {entry.nick: entry.prefix for entry in value}
        elif field.label == field.LABEL_REPEATED:
            data[field.name] = list(value)
        else:
            data[field.name] = value
    return data


def without_empty(data):
    return {key: value for key, value in data.items() if value not in ("", [], {}, False)}


class JsonVectors(unittest.TestCase):
    def test_means_what_is_expected(self):
        for name, expect, payload in payloads(".json"):
            if "error" in expect:
                continue
            with self.subTest(name):
                document = with_replacement(json.loads(payload.decode("utf-8-sig")))
                if expect["role"] == "web_in":
                    self.assertEqual({k: document[k] for k in ("app", "body")}, expect["data"])
                    continue
                self.assertEqual(document["type"], expect["type"])
                data = document.get("data", {})
                if expect["type"] == "raw" and expect["role"] == "out":
                    data.setdefault("command", document.get("command"))
                extra = expect.get("unknown", {}).get("data", {})
                self.assertEqual(data, {**expect.get("data", {}), **extra})
                meta = document.get("meta", {})
                for key, value in expect.get("meta", {}).items():
                    self.assertEqual(meta[key], value)

    def test_the_schema_accepts_what_is_a_message(self):
        for name, expect, payload in payloads(".json"):
            if "error" not in expect:
                with self.subTest(name):
                    document = json.loads(payload.decode("utf-8-sig"))
                    validator(expect["role"]).validate(document)
                    jsonschema.Draft202012Validator(SCHEMA).validate(document)

    def test_the_schema_refuses_what_is_none(self):
        for name, expect, payload in payloads(".json"):
            if "error" in expect:
                with self.subTest(name):
                    self.assertEqual(refused(expect["role"], payload), expect["schema_can_tell"])

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)


def refused(role, payload):
    try:
        document = json.loads(payload.decode("utf-8-sig"))
    except ValueError:
        return True
    return not validator(role).is_valid(document)


class ProtobufVectors(unittest.TestCase):
    def test_means_what_is_expected(self):
        for name, expect, payload in payloads(".pb.hex"):
            if "error" in expect:
                continue
            with self.subTest(name):
                envelope = envelope_pb2.Envelope.FromString(payload)
                self.assertEqual(envelope.version, 1)
                self.check_body(envelope, expect)
                meta = expect.get("meta", {"publisher": "", "sequence": 0})
                self.assertEqual(envelope.meta.publisher, meta["publisher"])
                self.assertEqual(envelope.meta.sequence, meta["sequence"])
                self.assertEqual(json.loads(envelope.json or "{}"), expect.get("unknown", {}))

    def check_body(self, envelope, expect):
        member = envelope.WhichOneof("body")
        if member is None:
            self.assertEqual(expect["type"], "")
        elif member == "other":
            self.assertEqual(envelope.other.type, expect["type"])
            self.assertEqual(json.loads(envelope.other.data), expect["data"])
        else:
            self.assertEqual(member, f"{expect['role']}_{expect['type']}")
            data = data_of(getattr(envelope, member))
            self.assertEqual(without_empty(data), without_empty(expect["data"]))

    def test_writes_the_same_bytes(self):
        for name, expect, payload in payloads(".pb.hex"):
            if expect.get("encodes_back"):
                with self.subTest(name):
                    again = envelope_pb2.Envelope.FromString(payload).SerializeToString()
                    self.assertEqual(again.hex(), payload.hex())

    def test_refuses_what_is_no_envelope(self):
        for name, expect, payload in payloads(".pb.hex"):
            if "error" in expect and expect["role"] != "web_in":
                with self.subTest(name):
                    self.assertFalse(is_envelope(payload))


def is_envelope(payload):
    try:
        envelope = envelope_pb2.Envelope.FromString(payload)
    except Exception:  # each implementation of protobuf for Python has its own
        return False
    return envelope.version == 1 and envelope.WhichOneof("body") is not None


class Vectors(unittest.TestCase):
    def test_each_has_an_expectation_and_a_payload(self):
        names = {name for name, _ in expectations()}
        found = {path.name.removesuffix(".pb.hex") for path in VECTORS.glob("*.pb.hex")}
        found |= {
            path.name.removesuffix(".json")
            for path in VECTORS.glob("*.json")
            if not path.name.endswith(".expect.json")
        }
        self.assertEqual(names, found)
        self.assertGreater(len(names), 80)


if __name__ == "__main__":
    unittest.main()
