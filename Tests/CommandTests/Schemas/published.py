"""Holds the reports in folders against the published schemas. Exit 1 with a reason.

usage: /usr/bin/python3 published.py PUBLISHED FOLDER...
    PUBLISHED is what scripts/fetch-schemas prints; each FOLDER holds r.xml and r.sarif, and r.intoto unless
    no image of that run could be read.
    Where ASSAY_SCHEMAS names a folder with a JUnit.xsd, that one counts as well.
"""

import json
import os
import pathlib
import subprocess
import sys

PUBLISHED = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(PUBLISHED / "python"))

import jsonschema  # noqa: E402
from google.protobuf import json_format  # noqa: E402
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2  # noqa: E402
from in_toto_attestation.v1 import statement, statement_pb2  # noqa: E402

FORMATS = jsonschema.FormatChecker()
for name in ("uri", "uri-reference"):
    if name not in FORMATS.checkers:
        sys.exit(f"nothing here checks the format {name}")


def junit(report, schema):
    run = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", schema, report],
        capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{schema.name}: {run.stderr}")


def sarif(report, schema):
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    found = kind(schema, format_checker=FORMATS).iter_errors(json.loads(report.read_text("utf-8")))
    for error in found:
        sys.exit(f"{report}: {'/'.join(map(str, error.absolute_path))}: {error.message}")


def attestation(report):
    """As in-toto's own definitions read it: a field that they do not have is an error."""
    text = report.read_text("utf-8")
    message = json_format.Parse(text, statement_pb2.Statement())
    statement.Statement.copy_from_pb(message).validate()
    if message.predicate_type != "https://in-toto.io/attestation/test-result/v0.1":
        sys.exit(f"{report}: {message.predicate_type}")
    predicate = json_format.ParseDict(
        json.loads(text)["predicate"], test_result_pb2.TestResult())
    if predicate.result not in ("PASSED", "WARNED", "FAILED"):
        sys.exit(f"{report}: result {predicate.result}")


schemas = [PUBLISHED / "junit-10.xsd", PUBLISHED / "junit-10-2014.xsd"]
given = pathlib.Path(os.environ.get("ASSAY_SCHEMAS", "/nonexistent")) / "JUnit.xsd"
if given.exists():
    schemas.append(given)
log = json.loads((PUBLISHED / "sarif-schema-2.1.0.json").read_text("utf-8"))
for folder in map(pathlib.Path, sys.argv[2:]):
    for schema in schemas:
        junit(folder / "r.xml", schema)
    sarif(folder / "r.sarif", log)
    if (folder / "r.intoto").exists():
        attestation(folder / "r.intoto")
    print(folder.name)
