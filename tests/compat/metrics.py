"""Prints what Powertools for Python's Metrics writes for each scenario of `metrics-scenarios.json`."""

import time
from types import SimpleNamespace

import processes


def play(scenario: dict) -> None:
    """Runs the scenario's invocations in this process."""
    from aws_lambda_powertools.metrics import SchemaValidationError

    metrics = new_metrics(scenario.get("metrics", {}))
    for invocation in scenario["invocations"]:
        handler = decorated(metrics, scenario.get("handler", {}), invocation["steps"])
        try:
            handler({}, SimpleNamespace(**scenario["context"]))
        except (HandlerError, SchemaValidationError):
            pass  # Lambda would report it; the metrics have had their say.


def new_metrics(options: dict):
    from aws_lambda_powertools import Metrics

    options = dict(options)
    default_dimensions = options.pop("default_dimensions", {})
    metrics = Metrics(**options)
    metrics.set_default_dimensions(**default_dimensions)
    return metrics


def decorated(metrics, options: dict, steps: list):
    @metrics.log_metrics(**options)
    def handler(event, context):
        take(metrics, steps)

    return handler


def take(metrics, steps: list) -> None:
    """Does one thing after the other; what is refused does not end the handler."""
    for step in steps:
        arguments = dict(step)
        operation = STEPS[arguments.pop("op")]
        try:
            operation(metrics, **arguments)
        except refusals():
            pass


def refusals() -> tuple:
    from aws_lambda_powertools import metrics
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.exceptions import MetricNameError

    return (
        MetricNameError,
        metrics.MetricResolutionError,
        metrics.MetricUnitError,
        metrics.MetricValueError,
        metrics.SchemaValidationError,
    )


def add(metrics, name: str, unit: str, values: list, summed: bool = False, **options) -> None:
    """Adds the values; Python can't sum them up."""
    for value in values:
        metrics.add_metric(name=name, unit=unit, value=value, **options)


def add_values(metrics, name: str, unit: str, count: int) -> None:
    add(metrics, name, unit, range(count))


def add_metrics(metrics, prefix: str, count: int) -> None:
    for number in range(count):
        metrics.add_metric(name=f"{prefix}{number}", unit="Count", value=number)


def add_dimensions(metrics, prefix: str, count: int) -> None:
    for number in range(count):
        metrics.add_dimension(name=f"{prefix}{number}", value="x")


def dimensions(metrics, members: dict) -> None:
    for name, value in members.items():
        metrics.add_dimension(name=name, value=value)


def single(_metrics, name: str, unit: str, value: float, dimensions: dict, **options) -> None:
    from aws_lambda_powertools import single_metric

    with single_metric(name=name, unit=unit, value=value, **options) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(name=key, value=text)


def set_timestamp(metrics, hours_ago: int) -> None:
    metrics.set_timestamp(int((time.time() - hours_ago * 3600) * 1000))


def fail(_metrics, message: str) -> None:
    raise HandlerError(message)


class HandlerError(Exception):
    """What a handler lets escape."""


STEPS = {
    "add": add,
    "add_values": add_values,
    "add_metrics": add_metrics,
    "add_dimensions": add_dimensions,
    "dimensions": dimensions,
    "dimension_set": lambda metrics, members: metrics.add_dimensions(**members),
    "metadata": lambda metrics, key, value: metrics.add_metadata(key=key, value=value),
    "timestamp": set_timestamp,
    "single": single,
    "flush": lambda metrics: metrics.flush_metrics(),
    "fail": fail,
}

if __name__ == "__main__":
    processes.main(__file__, play)
