"""Holds r.xml, r.sarif and r.intoto in this folder against their schemas. Exit 1 with a reason.

usage: /usr/bin/python3 validate.py SCHEMAS     (Debian's Python: it has Debian's packages)
"""

import json
import pathlib
import subprocess
import sys

import jsonschema

SCHEMAS = pathlib.Path(sys.argv[1])


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def validate(report, schema):
    """The report against a JSON Schema of whichever draft it says it is."""
    schema = load(schema)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    checker = kind(schema, format_checker=jsonschema.FormatChecker())
    for error in checker.iter_errors(load(report)):
        sys.exit(f"{report}: {'/'.join(map(str, error.absolute_path))}: {error.message}")


def xml(schema):
    run = subprocess.run(
        ["xmllint", "--noout", "--schema", schema, "r.xml"], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(run.stderr)


def model(value, kind):
    """Builds the object of Microsoft's model, whose constructors know what the schema requires."""
    import attr
    import sarif_om

    parts = {
        "runs": "Run", "tool": "Tool", "driver": "ToolComponent", "rules": "ReportingDescriptor",
        "shortDescription": "MultiformatMessageString", "results": "Result", "message": "Message",
        "locations": "Location", "physicalLocation": "PhysicalLocation",
        "artifactLocation": "ArtifactLocation",
    }
    made = getattr(sarif_om, kind)
    fields = {f.metadata["schema_property_name"]: f.name for f in attr.fields(made)}
    arguments = {}
    for key, member in value.items():
        if key not in fields:
            sys.exit(f"r.sarif: {kind} has no property {key}")
        if key in parts:
            many = [model(one, parts[key]) for one in member] if isinstance(member, list) else None
            member = model(member, parts[key]) if many is None else many
        arguments[fields[key]] = member
    return made(**arguments)


xml(SCHEMAS / "junit.xsd")
validate("r.sarif", SCHEMAS / "sarif.schema.json")
validate("r.intoto", SCHEMAS / "statement.schema.json")

sarif = load("r.sarif")
rules = [rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]]
if len(set(rules)) != len(rules):
    sys.exit("r.sarif: a rule is there twice")
if missing := {result["ruleId"] for result in sarif["runs"][0]["results"]} - set(rules):
    sys.exit(f"r.sarif: no rule for {missing}")
try:
    import sarif_om  # noqa: F401
except ImportError:
    print("python3-sarif-python-om is not installed: its model was not asked")
else:
    model(sarif, "SarifLog")
