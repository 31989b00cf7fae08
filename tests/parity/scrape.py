# SPDX-License-Identifier: Apache-2.0
"""Referee: a real Prometheus scrapes a program that serves /metrics through our HTTP endpoint. The
target is up, the types Prometheus noted are the schema's, and an instant query returns exactly what
was recorded: every series, every label, every value.

    scrape.py PROMETHEUS PROGRAM FOLDER openmetrics|prometheus

With `prometheus`, a proxy in between asks the endpoint for text 0.0.4, because Prometheus itself
always prefers OpenMetrics. Both programs run on free loopback ports, live in FOLDER, and are ended
by their process ids. Exit code 0: equal; 1: not, with the differences; 77: the program cannot serve.
"""

import http.server
import json
import math
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import Counter

TEXT_0_0_4 = "text/plain;version=0.0.4"
OPENMETRICS_TYPES = {"state_set": "stateset"}
PROMETHEUS_TYPES = {"state_set": "gauge", "info": "gauge"}
SUFFIXES = {"counter": "_total", "info": "_info"}
MADE_BY_PROMETHEUS = ("up", "scrape_")
DEADLINE = 60  # seconds for anything to happen; far above what it takes


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url, headers=None):
    request = urllib.request.Request(url, headers=headers or {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers, answer.read()


class Child:
    """A process of ours: it must live while it is asked, and is ended by its id."""

    def __init__(self, name, command, log):
        self.name, self.log = name, log
        with open(log, "wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)

    def check(self):
        if self.process.poll() is not None:
            with open(self.log, "rb") as file:
                said = file.read().decode("utf-8", "replace")
            raise Failed(f"{self.name} ended with {self.process.returncode}:\n{said}")

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def until(what, holds, *children):
    """Waits until `holds` returns something true, while the children live."""
    end = time.monotonic() + DEADLINE
    last = None
    while time.monotonic() < end:
        for child in children:
            child.check()
        try:
            found = holds()
            if found:
                return found
        except OSError as error:  # refused, not ready: urllib's errors among them
            last = error
        time.sleep(0.1)
    raise Failed(f"{what}: not within {DEADLINE} s ({last})")


def start_proxy(target):
    """Serves the target's /metrics as text 0.0.4; returns the server."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            headers, body = get(f"http://127.0.0.1:{target}{self.path}", {"Accept": TEXT_0_0_4})
            self.send_response(200)
            self.send_header("Content-Type", headers["Content-Type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def start_prometheus(program, folder, job, target):
    config = f"{folder}/prometheus.yml"
    with open(config, "w", encoding="utf-8") as file:
        file.write(
            "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\n"
            f"scrape_configs:\n  - job_name: {job}\n    static_configs:\n"
            f"      - targets: ['127.0.0.1:{target}']\n")
    port = free_port()
    child = Child("prometheus", [
        program, f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], f"{folder}/prometheus.log")
    api = f"http://127.0.0.1:{port}/api/v1"

    def ours():  # another program may have taken the port: its configuration does not know our job
        return job in json.loads(get(f"{api}/status/config")[1])["data"]["yaml"]

    try:
        until("prometheus answers", ours, child)
    except BaseException:
        child.end()
        raise
    return child, api


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def sample_key(name, labels, value):
    value = float(value)
    # To Prometheus a label with an empty value is no label.
    kept = tuple(sorted((k, v) for k, v in labels.items() if v))
    return name, kept, "NaN" if math.isnan(value) else value


def compare(what, expected, found):
    missing, extra = expected - found, found - expected
    for key in list(missing)[:20]:
        print(f"{what}: expected, but not in Prometheus: {key}")
    for key in list(extra)[:20]:
        print(f"{what}: in Prometheus, but not expected: {key}")
    if not missing and not extra:
        print(f"{what}: {sum(expected.values())} agree")
    return not missing and not extra


def samples_equal(api, job, recorded):
    query = urllib.parse.urlencode({"query": f'{{job="{job}"}}'})
    answer = json.loads(get(f"{api}/query?{query}")[1])
    found = Counter()
    for each in answer["data"]["result"]:
        labels = each["metric"]
        name = labels.pop("__name__")
        labels.pop("job"), labels.pop("instance")
        if not name.startswith(MADE_BY_PROMETHEUS):
            found[sample_key(name, labels, each["value"][1])] += 1
    return compare("samples", recorded, found)


def types_equal(api, declared, openmetrics):
    types = OPENMETRICS_TYPES if openmetrics else PROMETHEUS_TYPES
    expected = Counter()
    for row in declared:
        name = row["name"]
        if openmetrics:
            name = name.removesuffix(SUFFIXES.get(row["kind"], ""))
        unit = row["unit"] if openmetrics else ""
        expected[name, types.get(row["kind"], row["kind"]), unit, row["help"]] += 1
    found = Counter()
    for name, entries in json.loads(get(f"{api}/metadata")[1])["data"].items():
        for entry in entries:
            found[name, entry["type"], entry["unit"], entry["help"]] += 1
    return compare("types", expected, found)


def judge(prometheus, program, folder, openmetrics):
    children, proxy = [], None
    try:
        server = Child("the program", [program, folder, "--serve"], f"{folder}/program.log")
        children.append(server)
        line = server.process.stdout.readline().decode()
        if not line.startswith("port "):
            server.process.wait(timeout=10)
            if server.process.returncode == 77:
                print("SKIPPED: the program was built without pantograph::http.")
                return 77
            server.check()
        target = int(line.split()[1])
        if not openmetrics:
            proxy = start_proxy(target)
            target = proxy.server_address[1]
        wanted = "application/openmetrics-text; version=1.0.0; charset=utf-8" if openmetrics else \
            "text/plain; version=0.0.4; charset=utf-8"
        accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
        got = get(f"http://127.0.0.1:{target}/metrics", {"Accept": accept})[0]["Content-Type"]
        if got != wanted:
            raise Failed(f"the endpoint answers {got}, expected was {wanted}")

        job = f"parity-{secrets.token_hex(8)}"
        database, api = start_prometheus(prometheus, folder, job, target)
        children.append(database)

        def target_state():
            targets = json.loads(get(f"{api}/targets")[1])["data"]["activeTargets"]
            if targets and targets[0]["health"] == "down":
                raise Failed(f"the scrape failed: {targets[0]['lastError']}")
            return targets and targets[0]["health"] == "up"

        until("the target is up", target_state, *children)
        recorded = Counter(
            sample_key(each["name"], each["labels"], each["value"])
            for each in read_lines(f"{folder}/samples.jsonl"))
        equal = samples_equal(api, job, recorded)
        equal = types_equal(api, read_lines(f"{folder}/families.jsonl"), openmetrics) and equal
        for child in children:
            child.check()  # what was asked is what we started
        return 0 if equal else 1
    finally:
        if proxy is not None:
            proxy.shutdown()
        for child in reversed(children):
            child.end()


def main(prometheus, program, folder, wire_format):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        return judge(prometheus, program, folder, wire_format == "openmetrics")
    except Failed as failure:
        print(failure)
        return 1
    finally:
        shutil.rmtree(f"{folder}/data", ignore_errors=True)


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[4] not in ("openmetrics", "prometheus"):
        sys.exit(f"usage: {sys.argv[0]} PROMETHEUS PROGRAM FOLDER openmetrics|prometheus")
    sys.exit(main(*sys.argv[1:]))
