"""A pool of customers, each with one subscription on its paid first day: made of one real one, by the set."""

from uuid import UUID

from django.db import connection

_COPIES = """
    CREATE TEMP TABLE copies ON COMMIT DROP AS
        SELECT n, gen_random_uuid() AS customer, gen_random_uuid() AS subscription FROM generate_series(1, %(n)s) n;
    INSERT INTO people_customer SELECT (jsonb_populate_record(row, jsonb_build_object('id', customer))).*
        FROM people_customer row, copies WHERE row.id = %(customer)s;
    INSERT INTO subscriptions_subscription SELECT (jsonb_populate_record(row,
            jsonb_build_object('id', subscription, 'customer_id', customer))).*
        FROM subscriptions_subscription row, copies WHERE row.id = %(subscription)s;
    INSERT INTO provisioning_service SELECT (jsonb_populate_record(row, jsonb_build_object(
            'id', gen_random_uuid(), 'customer_id', customer, 'subscription_id', subscription))).*
        FROM provisioning_service row, copies WHERE row.subscription_id = %(subscription)s;
    INSERT INTO subscriptions_period SELECT (jsonb_populate_record(row, jsonb_build_object(
            'id', gen_random_uuid(), 'customer_id', customer, 'subscription_id', subscription, 'invoice_id', NULL))).*
        FROM subscriptions_period row, copies WHERE row.subscription_id = %(subscription)s
"""


def copies(customer_id: UUID, subscription_id: UUID, count: int) -> list[tuple[UUID, UUID]]:
    """(customer, subscription) of `count` new customers like this one."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in _COPIES.split(";"):
            cursor.execute(statement, {"n": count, "customer": customer_id, "subscription": subscription_id})
        cursor.execute("SELECT customer, subscription FROM copies ORDER BY n")
        found = [(customer, subscription) for customer, subscription in cursor.fetchall()]
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
    return found
