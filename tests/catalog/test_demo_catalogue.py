"""The catalogue of the demo, as a Québec host could run it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from palier.catalog import snapshot
from palier.provisioning.apply_catalogue import apply_catalogue

DEMO = Path(__file__).parents[2] / "demo" / "catalog.yaml"
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def catalog(db: None) -> snapshot.Catalog:
    apply_catalogue(DEMO, AT)
    return snapshot.current()


def test_a_forfait_has_the_price_of_the_founding_document(catalog: snapshot.Catalog) -> None:
    assert catalog.unit_prices("CAD")["plan:web-a:monthly"] == 900


def test_a_second_apply_changes_nothing(catalog: snapshot.Catalog) -> None:
    again = apply_catalogue(DEMO, AT)
    assert again.is_nothing and again.version == 1
