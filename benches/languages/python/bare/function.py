"""The business of `benches/function` without a toolkit: what Python and its runtime client cost alone."""


def handler(event, context):
    order_id = event["id"]
    total = price(order_id)
    charged = charge(order_id, total)
    ship(order_id)
    return {"id": order_id, "charged": charged}


def price(order_id):
    return 17 + order_id % 3


def charge(order_id, total):
    return total


def ship(order_id):
    pass
