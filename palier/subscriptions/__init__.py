"""The agreement with a customer: what it is for, at what price, which periods were billed and paid, when it ends.

Owns Subscription, Period and CancellationRequest, and renewal. What the next period is for is written here by
those above (`next_configuration`), because renewal cannot look up.
May ask billing, catalog, ledger, work, people, events, words and core.
"""
