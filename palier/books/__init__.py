"""What can be proven about the money: its invariants, its journal for outside accountants, and its reports.

Owns DailyCheck, the record of each day's check, and no more: it reads what the rooms below wrote, across customers.
May ask plan_changes, provisioning, subscriptions, billing, ledger, work, people, events, words and core.
"""

from palier.books.checks import violations
from palier.books.checks.found import Violation

__all__ = ["Violation", "violations"]
