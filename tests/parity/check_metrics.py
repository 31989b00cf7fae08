# SPDX-License-Identifier: Apache-2.0
"""Referee: `promtool check metrics` has nothing to say about the 0.0.4 text.

    check_metrics.py PROMTOOL FOLDER      a folder that parity_populate filled

Its limits: it knows nothing of OpenMetrics, and version 2.42 sees neither a series that is there
twice nor a histogram without +Inf; parse_text.py does. Exit code 0: no complaint; 1: one, which is
shown.
"""

import subprocess
import sys


def complaint(promtool, text):
    command = [promtool, "check", "metrics"]
    run = subprocess.run(command, input=text, capture_output=True, timeout=60)
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "replace").strip()


def main(promtool, folder):
    with open(f"{folder}/metrics.prom", "rb") as file:
        text = file.read()
    # Does it judge at all? An abbreviated unit without help is a lint, half a line a parse error.
    for spoiled in (text + b"# TYPE wait_ms gauge\nwait_ms 1\n", text + b'broken{a="'):
        if complaint(promtool, spoiled)[0] == 0:
            print("promtool accepts what is wrong: it is no referee")
            return 1
    code, said = complaint(promtool, text)
    if code != 0 or said:
        print(f"promtool check metrics ends with {code}:\n{said}")
        return 1
    print(f"promtool check metrics: no complaint about {text.count(b'# TYPE ')} families")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} PROMTOOL FOLDER")
    sys.exit(main(sys.argv[1], sys.argv[2]))
