from pathlib import Path

import pytest

from palier.catalog.models import Version
from palier.entrypoints.cli import catalog
from palier.entrypoints.cli.arguments import parser
from tests.catalogs.files import DEMO, demo_text

pytestmark = pytest.mark.django_db


def applied(path: Path) -> int:
    return catalog.run(parser().parse_args(["catalog", "apply", str(path)]))


def written(directory: Path, *changes: tuple[str, str]) -> Path:
    path = directory / "catalog.yaml"
    path.write_text(demo_text(*changes), encoding="utf-8")
    return path


def test_applying_tells_what_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    applied(DEMO)
    capsys.readouterr()
    assert applied(written(tmp_path, ("monthly: {CAD: 18.00}", "monthly: {CAD: 19.00}"))) == 0
    told = capsys.readouterr().out
    assert "plan:web-b:monthly CAD" in told
    assert "this is version 2" in told


def test_applying_the_same_file_says_that_nothing_changes(capsys: pytest.CaptureFixture[str]) -> None:
    applied(DEMO)
    capsys.readouterr()
    assert applied(DEMO) == 0
    assert "nothing to change" in capsys.readouterr().out


def test_a_wrong_file_is_told_line_by_line_and_nothing_is_applied(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(
        tmp_path, ("disk: 25 GB", "disk: 25"), ("monthly: {CAD: 18.00}", 'monthly: {CAD: "18,00"}')
    )
    assert applied(path) == 1
    told = capsys.readouterr().err
    assert f"{path}:" in told
    assert "products.web.plans.web-b.prices.monthly.CAD: “18,00” is not an amount" in told
    assert "Nothing was applied. Problems to correct: 2." in told
    assert not Version.objects.exists()


def test_brackets_in_a_path_are_words_and_not_colours(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert applied(written(tmp_path, ("from: [web-d]", "from: [web-e]"))) == 1
    assert "change_paths[2].from[0]: “web-e” is not a product or a plan" in capsys.readouterr().err
