"""Let one at a time count the uses of a discount's code."""

from palier.catalog.models import Discount


def lock_discount(code: str) -> None:
    """Until the transaction ends. Taken after the customer's accounts, and before any document's number."""
    Discount.objects.select_for_update().get(code=code)
