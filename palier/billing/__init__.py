"""Invoices, credit notes, payments and refunds; collecting what is owed.

Owns every document and every movement of money between a customer and the provider, and posts each in the ledger.
Names subscriptions and plan changes by kind and id.
May ask catalog, ledger, work, people, events, words, drivers and core.
"""
