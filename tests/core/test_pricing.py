import pytest
from hypothesis import given
from hypothesis import strategies as st

from palier.core.periods import BillingCycle
from palier.core.pricing import (
    Configuration,
    NoPrice,
    PricedLine,
    line_keys,
    option_key,
    plan_key,
    price,
    priced,
)

MONTHLY = BillingCycle("monthly")
PRICES = {
    "plan:web-a:monthly": 900,
    "plan:web-b:monthly": 1800,
    "plan:web-b:yearly": 18000,
    "plan:web-free:free": 0,
    "option:ipv4:monthly": 333,
    "option:disk-10:monthly": 250,
}


def web_b(*options: tuple[str, int]) -> Configuration:
    return Configuration("web-b", MONTHLY, options)


def test_line_keys_name_the_plan_or_option_and_the_cycle() -> None:
    assert plan_key("web-a", MONTHLY) == "plan:web-a:monthly"
    assert option_key("ipv4", BillingCycle("months:12")) == "option:ipv4:yearly"
    assert line_keys(web_b(("ipv4", 2), ("disk-10", 1))) == (
        "plan:web-b:monthly",
        "option:disk-10:monthly",
        "option:ipv4:monthly",
    )


def test_a_price_is_the_plan_and_each_option_times_its_quantity() -> None:
    lines = priced(web_b(("ipv4", 2), ("disk-10", 1)), PRICES, {})
    assert lines == (
        PricedLine("plan", "web-b", 1, 1800),
        PricedLine("option", "disk-10", 1, 250),
        PricedLine("option", "ipv4", 2, 333),
    )
    assert price(lines) == 1800 + 250 + 666


def test_what_is_already_held_keeps_its_agreed_unit_price() -> None:
    agreed = {"plan:web-b:monthly": 1500, "option:ipv4:monthly": 0}
    lines = priced(web_b(("ipv4", 2), ("disk-10", 1)), PRICES, agreed)
    assert [line.amount for line in lines] == [1500, 250, 0]


def test_a_line_that_is_no_longer_sold_is_kept_at_its_agreed_price() -> None:
    assert price(priced(Configuration("web-old", MONTHLY), PRICES, {"plan:web-old:monthly": 700})) == 700


@pytest.mark.parametrize(
    ("configuration", "key"),
    [
        (Configuration("web-z", MONTHLY), "plan:web-z:monthly"),
        (Configuration("web-a", BillingCycle("yearly")), "plan:web-a:yearly"),
        (Configuration("web-b", BillingCycle("free")), "plan:web-b:free"),
        (web_b(("seats", 1)), "option:seats:monthly"),
    ],
)
def test_what_has_no_price_is_not_for_sale(configuration: Configuration, key: str) -> None:
    with pytest.raises(NoPrice) as missing:
        priced(configuration, PRICES, {})
    assert missing.value.key == key


def test_a_free_plan_is_one_that_the_catalogue_lists_as_free() -> None:
    assert price(priced(Configuration("web-free", BillingCycle("free")), PRICES, {})) == 0


def test_equal_configurations_are_equal_however_they_were_written() -> None:
    one = web_b(("ipv4", 2), ("disk-10", 0))
    other = Configuration("web-b", BillingCycle("months:1"), (("ipv4", 2),))
    assert one == other and hash(one) == hash(other)
    assert web_b(("a", 1), ("b", 2)) == web_b(("b", 2), ("a", 1))


@pytest.mark.parametrize("options", [(("ipv4", -1),), (("ipv4", 1), ("ipv4", 2)), (("ipv4", True),)])
def test_a_quantity_is_named_once_and_is_a_whole_number(options: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(ValueError, match=r"named twice|whole number"):
        web_b(*options)


def test_a_unit_price_is_never_negative() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        PricedLine("plan", "web-a", 1, -900)


configurations = st.builds(
    Configuration,
    st.sampled_from(["web-a", "web-b"]),
    st.sampled_from(["monthly", "yearly", "months:7", "one_time", "free"]).map(BillingCycle),
    st.dictionaries(st.sampled_from(["ipv4", "disk-10", "seats"]), st.integers(0, 99)).map(
        lambda quantities: tuple(quantities.items())
    ),
)


@given(configurations)
def test_a_configuration_comes_back_from_json_unchanged(configuration: Configuration) -> None:
    assert Configuration.from_json(configuration.to_json()) == configuration
