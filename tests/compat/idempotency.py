"""Answers questions about Powertools for Python's idempotency: a line of JSON each, both ways.

A question has a member `op`, which names one of the functions in `ANSWERS`; the others are its arguments.
"""

import hashlib
import json
import os
import sys
import time
import warnings
from types import SimpleNamespace

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    exceptions,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer


class Kept(BasePersistenceLayer):
    """Keeps what would be written, and the text that was hashed last."""

    def __init__(self, expression: str | None):
        super().__init__()
        self.configure(IdempotencyConfig(event_key_jmespath=expression or ""), key_prefix="p")
        self.hash_function = self.hash
        self.hashed = self.written = None

    def hash(self, text: bytes):
        self.hashed = text.decode()
        return hashlib.md5(text)

    def _put_record(self, data_record) -> None:
        self.written = data_record

    def _update_record(self, data_record) -> None:
        self.written = data_record

    def _get_record(self, idempotency_key):
        raise NotImplementedError

    def _delete_record(self, data_record) -> None:
        raise NotImplementedError


def key(payload: str, expression: str | None = None) -> dict:
    """Tells the key of a payload, the text that it is the digest of, and how that result is stored."""
    layer = Kept(expression)
    data = json.loads(payload)
    found = layer._get_hashed_idempotency_key(data=data)
    if found is None:
        return {"key": None}
    hashed = layer.hashed
    layer.save_success(data=data, result=data)
    return {"key": found, "text": hashed, "data": layer.written.response_data}


def call(name: str, endpoint: str, event: dict, **options) -> dict:
    """Calls an idempotent function of that name, which does what the options say.

    It goes on when there is a file `until`, if one is named.
    """
    runs = []

    def function(*, event):
        runs.append(event)
        while not os.path.exists(options.get("until", "/")):
            time.sleep(0.01)
        if options.get("dies"):
            raise SystemExit  # Not an `Exception`, so that the record stays as it is.
        if options.get("fails"):
            raise ValueError("the operation failed")
        return options.get("result")

    function.__module__, function.__qualname__ = name.split(".", 1)
    config = IdempotencyConfig(**options.get("config", {}))
    remaining = options.get("remaining_ms")
    if remaining is not None:
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: remaining)
        config.register_lambda_context(context)
    store = DynamoDBPersistenceLayer(boto3_client=client(endpoint), **options["store"])
    wrap = idempotent_function(data_keyword_argument="event", persistence_store=store, config=config)
    try:
        result = wrap(function)(event=event)
    except SystemExit:
        return {"died": True, "ran": len(runs)}
    except (exceptions.BaseError, ValueError) as error:
        return {"error": type(error).__name__, "ran": len(runs)}
    return {"result": result, "ran": len(runs)}


def client(endpoint: str):
    import boto3

    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
    )


ANSWERS = {"key": key, "call": call}


def main() -> None:
    warnings.simplefilter("ignore")
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = "orders"
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = ANSWERS[question.pop("op")](**question)
        except Exception as error:
            answer = {"error": type(error).__name__, "detail": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
