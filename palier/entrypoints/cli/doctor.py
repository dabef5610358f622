"""`palier doctor`: what is configured, reachable and healthy, as a table and as an exit status."""

import argparse

from rich.table import Table

from palier.entrypoints.cli.diagnosis import Finding, Health, examinations
from palier.entrypoints.cli.screen import console

SHOWN = {Health.GOOD: "[green]good[/]", Health.ODD: "[yellow]look[/]", Health.BAD: "[bold red]bad[/]"}


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing is bad; 1 otherwise."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("what", "", "found"):
        table.add_column(column)
    findings: list[Finding] = []
    with console.status("Looking…"):
        for examine in examinations():
            findings += examine()
    for finding in findings:
        table.add_row(finding.what, SHOWN[finding.health], finding.words)
    console.print(table)
    bad = [finding.what for finding in findings if finding.health is Health.BAD]
    console.print(f"\n[bold red]Bad:[/] {', '.join(bad)}." if bad else "\n[green]All is well.[/]")
    return 1 if bad else 0
