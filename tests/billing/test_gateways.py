"""The least that can be paid: as the host says, or as its gateways do."""

from typing import Any

import pytest

from palier.billing.gateways import least_charge

STRIPE = {"driver": "stripe", "secret": "sk_test_x", "webhook_secret": "whsec_x"}
TRANSFER = {"driver": "bank_transfer", "account": "folio 1"}


@pytest.mark.parametrize(
    ("gateways", "least"),
    [
        ({}, 0),
        ({"transfer": TRANSFER}, 0),
        ({"card": STRIPE}, 50),
        ({"transfer": TRANSFER, "card": STRIPE}, 50),
        ({"card": {**STRIPE, "least": {"CAD": 75}}}, 75),
        ({"card": {**STRIPE, "least": {"CAD": 0}}}, 0),
        ({"card": {**STRIPE, "least": {"USD": 75}}}, 50),
        ({"card": STRIPE, "other": {**STRIPE, "least": {"CAD": 100}}}, 100),
        ({"broken": {"driver": "stripe"}}, 0),
        ({"card": {"driver": "nobody"}}, 0),
    ],
)
def test_every_gateway_that_is_not_slow_takes_it(settings: Any, gateways: dict[str, Any], least: int) -> None:
    settings.GATEWAYS = gateways
    assert least_charge("CAD") == least


def test_where_nothing_is_said_of_a_currency_any_amount_can_be_paid(settings: Any) -> None:
    settings.GATEWAYS = {"card": STRIPE}
    assert least_charge("XAF") == 0
