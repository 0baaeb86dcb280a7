"""The function of `benches/function` with Powertools for Python, as its documentation puts it together.

The tracer patches no libraries, since the function calls none: that would import more before the first invocation.
"""

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function

from store import MemoryStore

logger = Logger()
metrics = Metrics()
tracer = Tracer(auto_patch=False)
once = IdempotencyConfig(use_local_cache=True, local_cache_max_items=16)


@logger.inject_lambda_context
@tracer.capture_lambda_handler
@metrics.log_metrics
def handler(event, context):
    once.register_lambda_context(context)
    order_id = event["id"]
    logger.info("order received", order_id=order_id, customer="c-1029")
    total = price(order_id)
    charged = charge(order_id, total)
    ship(order_id)
    metrics.add_metric(name="OrdersPlaced", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Total", unit=MetricUnit.NoUnit, value=total)
    metrics.add_metric(name="Latency", unit=MetricUnit.Milliseconds, value=3.5)
    logger.info("order placed", order_id=order_id, total=total)
    return {"id": order_id, "charged": charged}


@tracer.capture_method
def price(order_id):
    total = 17 + order_id % 3
    logger.info("order priced", total=total, currency="EUR")
    return total


@tracer.capture_method
def charge(order_id, total):
    charged = pay(payment="payment-1", total=total)
    logger.info("card charged", charged=charged, provider="tea-pay")
    return charged


@idempotent_function(data_keyword_argument="payment", persistence_store=MemoryStore(), config=once)
def pay(payment, total):
    return total


@tracer.capture_method
def ship(order_id):
    logger.info("order shipped", carrier="bicycle", express=True, weight=0.25)
