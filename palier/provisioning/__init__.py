"""Servers, the services on them, and the jobs that make a panel what a subscription says.

Owns Server, Service and ProvisioningJob. Everything a panel is asked goes through a job with a lease on its
service; the row is the truth and the queue carries its id.
May ask subscriptions, billing, catalog, ledger, work, people, events, words, drivers and core.
"""
