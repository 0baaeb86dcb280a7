"""Prints what Powertools for Python's Logger writes for each scenario of `logger-scenarios.json`."""

import os
from types import SimpleNamespace

import processes


def play(scenario: dict) -> None:
    """Runs the scenario's invocations in this process."""
    logger = new_logger(scenario.get("logger", {}))
    for invocation in scenario["invocations"]:
        context = {**scenario["context"], **invocation.get("context", {})}
        set_trace_header(context.pop("trace_header"))
        handler = decorated(logger, scenario.get("handler", {}), invocation.get("steps", []))
        try:
            handler(invocation.get("event", {}), SimpleNamespace(**context))
        except HandlerError:
            pass  # Lambda would report it; the logger has had its say.


def new_logger(options: dict):
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.logging.buffer import LoggerBufferConfig

    buffer = options.get("buffer")
    timestamps = {"rfc3339": {"use_rfc3339": True, "utc": True}, "default": {}}
    return Logger(
        buffer_config=LoggerBufferConfig(**buffer) if buffer is not None else None,
        **timestamps[options.get("timestamps", "rfc3339")],
        **options.get("persistent_keys", {}),
    )


def set_trace_header(header: str | None) -> None:
    os.environ.pop("_X_AMZN_TRACE_ID", None)
    if header is not None:
        os.environ["_X_AMZN_TRACE_ID"] = header


def decorated(logger, options: dict, steps: list):
    from aws_lambda_powertools.logging import correlation_paths

    options = dict(options)
    if "correlation_id" in options:
        kind = options.pop("correlation_id")
        options["correlation_id_path"] = getattr(correlation_paths, kind)

    @logger.inject_lambda_context(**options)
    def handler(event, context):
        take(logger, steps)

    return handler


def take(logger, steps: list) -> None:
    for step in steps:
        arguments = dict(step)
        STEPS[arguments.pop("op")](logger, **arguments)


def log(logger, level: str, message, keys: dict | None = None) -> None:
    getattr(logger, level)(message, **(keys or {}))


def log_error(logger, message: str, causes: list, keys: dict | None = None) -> None:
    """Logs an exception; `causes` runs from the outermost error to its root."""
    try:
        raise chained(causes)
    except OrderError:
        logger.exception(message, **(keys or {}))


def chained(causes: list) -> Exception:
    error = OrderError(causes[0])
    if causes[1:]:
        error.__cause__ = chained(causes[1:])
    return error


def scope(logger, keys: dict, steps: list) -> None:
    with logger.append_context_keys(**keys):
        take(logger, steps)


def fail(_logger, message: str) -> None:
    raise HandlerError(message)


class OrderError(Exception):
    """A domain error."""


class HandlerError(Exception):
    """What a handler lets escape."""


STEPS = {
    "log": log,
    "error": log_error,
    "append_keys": lambda logger, keys: logger.append_keys(**keys),
    "remove_keys": lambda logger, keys: logger.remove_keys(keys),
    "scope": scope,
    "set_correlation_id": lambda logger, value: logger.set_correlation_id(value),
    "flush_buffer": lambda logger: logger.flush_buffer(),
    "clear_buffer": lambda logger: logger.clear_buffer(),
    "fail": fail,
}

if __name__ == "__main__":
    processes.main(__file__, play)
