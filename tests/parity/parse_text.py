# SPDX-License-Identifier: Apache-2.0
"""Referee: Debian's python3-prometheus-client reads both text formats, OpenMetrics with its strict
parser, and finds exactly what was recorded: no sample more, none less, none twice, every value,
every type, unit and help text.

    parse_text.py FOLDER      a folder that parity_populate filled

Exit code 0: equal; 1: not, with each difference; 77: prometheus_client is not there.
"""

import json
import math
import sys
from collections import Counter

try:
    from prometheus_client.openmetrics import parser as openmetrics
    from prometheus_client import parser as prometheus
except ImportError as missing:
    print(f"SKIPPED: {missing}. Install python3-prometheus-client (./bootstrap --ci).")
    sys.exit(77)

# The kinds of a schema as the formats call them; 0.0.4 shows what it does not know as gauges.
OPENMETRICS_TYPES = {"state_set": "stateset"}
PROMETHEUS_TYPES = {"state_set": "gauge", "info": "gauge"}
SUFFIXES = {"counter": "_total", "info": "_info"}


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def sample_key(name, labels, value):
    value = float(value)
    return name, tuple(sorted(labels.items())), "NaN" if math.isnan(value) else value


def compare(what, expected, found):
    """Prints what differs between two multisets; True when nothing does."""
    missing, extra = expected - found, found - expected
    for key in list(missing)[:20]:
        print(f"{what}: recorded, but not in the text: {key}")
    for key in list(extra)[:20]:
        print(f"{what}: in the text, but not recorded: {key}")
    if not missing and not extra:
        print(f"{what}: {sum(expected.values())} agree")
    return not missing and not extra


def judge(what, families, recorded, declared, name_and_type):
    samples = Counter(
        sample_key(sample.name, sample.labels, sample.value)
        for family in families
        for sample in family.samples
    )
    heads = Counter((f.name, f.type, f.unit, f.documentation) for f in families)
    expected_heads = Counter(name_and_type(row) for row in declared)
    same_samples = compare(f"{what}, samples", recorded, samples)
    return compare(f"{what}, families", expected_heads, heads) and same_samples


def openmetrics_head(row):
    name = row["name"].removesuffix(SUFFIXES.get(row["kind"], ""))
    return name, OPENMETRICS_TYPES.get(row["kind"], row["kind"]), row["unit"], row["help"]


def prometheus_head(row):
    # The parser itself takes _total off a counter's name; the format has no units.
    name = row["name"].removesuffix("_total") if row["kind"] == "counter" else row["name"]
    return name, PROMETHEUS_TYPES.get(row["kind"], row["kind"]), "", row["help"]


def main(folder):
    recorded = Counter(
        sample_key(each["name"], each["labels"], each["value"])
        for each in read_lines(f"{folder}/samples.jsonl")
    )
    declared = read_lines(f"{folder}/families.jsonl")
    equal = True
    for what, path, parser, head in (
        ("OpenMetrics 1.0", "metrics.om", openmetrics, openmetrics_head),
        ("Prometheus 0.0.4", "metrics.prom", prometheus, prometheus_head),
    ):
        with open(f"{folder}/{path}", "rb") as file:
            text = file.read().decode("utf-8")  # strict: invalid UTF-8 ends here
        try:
            families = list(parser.text_string_to_metric_families(text))
        except ValueError as refusal:
            print(f"{what}: refused by the parser: {refusal}")
            equal = False
            continue
        equal = judge(what, families, recorded, declared, head) and equal
    return 0 if equal else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER")
    sys.exit(main(sys.argv[1]))
