"""Prints what Powertools for Python's Tracer sends for each scenario of `tracer-scenarios.json`.

The X-Ray daemon is a socket of this process; a line is `{"invocation", "datagram"}`.
"""

import asyncio
import json
import os
import socket
import traceback
from types import SimpleNamespace

import processes


def play(scenario: dict) -> None:
    """Runs the scenario's invocations in this process."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.setblocking(False)
        # X-Ray's SDK reads it when it is imported.
        os.environ["AWS_XRAY_DAEMON_ADDRESS"] = "127.0.0.1:%d" % daemon.getsockname()[1]
        tracer = new_tracer(scenario.get("tracer", {}))
        for number, invocation in enumerate(scenario["invocations"]):
            default = scenario["context"]["trace_headers"][number]
            set_trace_header(invocation.get("trace_header", default))
            invoke(tracer, scenario, invocation)
            for datagram in received(daemon):
                print(json.dumps({"invocation": number, "datagram": datagram}))


def new_tracer(options: dict):
    from aws_lambda_powertools import Tracer

    return Tracer(auto_patch=False, **options)


def set_trace_header(header: str | None) -> None:
    """Does what Lambda does before each invocation."""
    os.environ.pop("_X_AMZN_TRACE_ID", None)
    if header is not None:
        os.environ["_X_AMZN_TRACE_ID"] = header


def invoke(tracer, scenario: dict, invocation: dict) -> None:
    @tracer.capture_lambda_handler
    def handler(event, context):
        take(tracer, invocation["steps"])
        return invocation.get("response", "x" * invocation.get("response_length", 0) or None)

    try:
        handler({}, SimpleNamespace(function_name=scenario["context"]["function_name"]))
    except OrderError:
        pass  # Lambda would report it; the tracer has had its say.


def received(daemon) -> list:
    datagrams = []
    while True:
        try:
            datagrams.append(daemon.recv(1 << 16).decode("utf-8"))
        except BlockingIOError:
            return datagrams


def take(tracer, steps: list) -> None:
    """Does one thing after the other."""
    for step in steps:
        arguments = dict(step)
        STEPS[arguments.pop("op")](tracer, **arguments)


def metadata(tracer, key: str, value, namespace: str | None = None) -> None:
    tracer.put_metadata(key=key, value=value, namespace=namespace)


def method(tracer, name: str, steps: list, response=None) -> None:
    """Calls a captured function of that name in the module `shop`."""

    def function():
        take(tracer, steps)
        return response

    captured(tracer, function, name)()


def captured(tracer, function, name: str):
    function.__module__, function.__qualname__ = "shop", name
    return tracer.capture_method(function)


def span(tracer, name: str, steps: list) -> None:
    with tracer.provider.in_subsegment(name):
        take(tracer, steps)


def concurrent(tracer, names: list) -> None:
    """Runs captured functions at once: the one that began first ends first."""

    async def all_of_them():
        await asyncio.gather(*(concurrently(name, at) for at, name in enumerate(names)))

    async def concurrently(name: str, at: int):
        async def function():
            await asyncio.sleep(0.02 * (at + 1))
            tracer.put_annotation("Name", name)

        await captured(tracer, function, name)()

    asyncio.run(all_of_them())


def attempt(tracer, steps: list) -> None:
    try:
        take(tracer, steps)
    except OrderError:
        pass


def tell(tracer, message: str) -> None:
    """Tells of an error that nobody raises any further."""
    try:
        raise OrderError(message)
    except OrderError as error:
        stack = traceback.extract_tb(error.__traceback__)
        tracer.provider.current_subsegment().add_exception(error, stack)


def fail(_tracer, message: str) -> None:
    raise OrderError(message)


class OrderError(Exception):
    """What goes wrong."""


STEPS = {
    "annotation": lambda tracer, key, value: tracer.put_annotation(key=key, value=value),
    "long_annotation": lambda tracer, key, length: tracer.put_annotation(key, "x" * length),
    "metadata": metadata,
    "method": method,
    "span": span,
    "concurrent": concurrent,
    "attempt": attempt,
    "tell": tell,
    "fail": fail,
}

if __name__ == "__main__":
    processes.main(__file__, play)
