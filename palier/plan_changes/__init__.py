"""The heart: moving a subscription from one configuration to another, and paying only the difference.

Owns PlanChange and its life: facts, offer, accept, advance, finish, undo.
May ask provisioning, subscriptions, billing, catalog, ledger, work, people, events, words, drivers and core.
"""
