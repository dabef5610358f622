"""What a gateway takes at the least: how a due below it is put on the next invoice (docs/explanation/money, "Too small
to be paid alone"). Amounts are in minor units of one currency; a least of 0 is no least at all."""


def is_too_small(total: int, balance: int, least: int) -> bool:
    """Can nobody pay it alone: neither the credit balance, nor a gateway?"""
    return balance < total < least


def credit_to_use(total: int, balance: int, least: int) -> int:
    """What the credit balance pays of a total: all that it covers, but so that no rest is too small for a gateway."""
    if balance >= total or total < least:
        return min(balance, total)
    return min(balance, total - least)
