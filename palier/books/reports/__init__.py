"""What the books say of some days: for staff, for the tax authority, and for whoever asks how business goes."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from palier.books.reports.recurring import recurring
from palier.books.reports.revenue import revenue
from palier.books.reports.table import Report
from palier.books.reports.taxes import taxes
from palier.books.reports.trial_balance import trial_balance
from palier.core.periods import Span

#: Every report by the name that is typed and addressed; each is of the civil days of a span, in a time zone.
REPORTS: Mapping[str, Callable[[Span, ZoneInfo], Report]] = {
    "trial-balance": trial_balance,
    "revenue": revenue,
    "taxes": taxes,
    "recurring": recurring,
}
