"""Runs scenarios, each in a fresh process: its environment, its cold start.

A peer reads a document of scenarios from stdin and prints a JSON list with one
`{"name", "lines", "warnings"}` for each of them, in order: lines as text, as they were written.
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys

ALONE = "--alone"


def main(script: str, play) -> None:
    """Runs all scenarios, or plays the one that this process was started for."""
    document = json.load(sys.stdin)
    if sys.argv[1:] == [ALONE]:
        play(document)
        return
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        runs = workers.map(lambda each: run_alone(script, each, document), document["scenarios"])
        json.dump(list(runs), sys.stdout)


def run_alone(script: str, scenario: dict, document: dict) -> dict:
    done = subprocess.run(
        [sys.executable, "-W", "always", script, ALONE],
        input=json.dumps({"context": document["context"], **scenario}),
        env=environment({**document.get("env", {}), **scenario.get("env", {})}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"scenario `{scenario['name']}` failed:\n{done.stderr}")
    return {
        "name": scenario["name"],
        # Not `splitlines`, which also splits at characters that a line of JSON may hold.
        "lines": done.stdout.removesuffix("\n").split("\n") if done.stdout else [],
        "warnings": re.findall(r"Warning: (.+)", done.stderr),
    }


def environment(variables: dict) -> dict:
    """Returns what Python needs, and the variables that the scenario does not unset."""
    essentials = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    given = {key: value for key, value in variables.items() if value is not None}
    return essentials | {"PYTHONIOENCODING": "utf-8", "TZ": "UTC"} | given
