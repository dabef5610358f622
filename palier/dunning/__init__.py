"""What is done about invoices that stay unpaid: reminders, suspension, end; delays that staff grant; payment lifts it.

Owns StepTaken and Delay. What comes when is core/dunning.py; the days are the host's, in the catalogue file.
May ask plan_changes, provisioning, subscriptions, billing, catalog, ledger, work, people, events, words and core.
"""
