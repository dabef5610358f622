"""A large host on the day before a renewal: customers in two languages, four for five subscriptions, on three levels,
some with an option, each on a paid period that ends the same day."""

from django.db import connection, transaction

from palier.subscriptions.models import Subscription

_HOST = """
    CREATE TEMP TABLE pool ON COMMIT DROP AS
        SELECT n, gen_random_uuid() AS id FROM generate_series(0, %(customers)s - 1) n;
    INSERT INTO people_customer SELECT (jsonb_populate_record(row, jsonb_build_object(
            'id', pool.id, 'name', 'Client ' || n, 'street', n || ', rue Saint-Jean',
            'language', CASE WHEN n %% 3 = 0 THEN 'en' ELSE 'fr' END))).*
        FROM people_customer row, pool WHERE row.id = %(customer)s;
    CREATE TEMP TABLE sold ON COMMIT DROP AS
        SELECT s.n, pool.id AS customer_id, gen_random_uuid() AS id, plan, price, s.n %% 10 = 0 AS has_option
        FROM generate_series(0, %(count)s - 1) s (n)
        JOIN pool ON pool.n = s.n * 4 / 5
        JOIN (VALUES (0, 'web-a', 900), (1, 'web-b', 1800), (2, 'web-c', 3000)) AS plans (place, plan, price)
          ON place = s.n %% 3;
    INSERT INTO subscriptions_subscription SELECT (jsonb_populate_record(row, jsonb_build_object(
            'id', sold.id, 'customer_id', sold.customer_id, 'label', 'client-' || n || '.example', 'plan_id', plan,
            'price', sold.price + CASE WHEN has_option THEN 400 ELSE 0 END,
            'options', CASE WHEN has_option THEN '{"dedicated-ip": 1}'::jsonb ELSE '{}' END,
            'agreed', jsonb_build_object('plan:' || plan || ':monthly', sold.price)
                      || CASE WHEN has_option THEN '{"option:dedicated-ip:monthly": 400}'::jsonb ELSE '{}' END))).*
        FROM subscriptions_subscription row, sold WHERE row.id = %(subscription)s;
    INSERT INTO subscriptions_period SELECT (jsonb_populate_record(row, jsonb_build_object(
            'id', gen_random_uuid(), 'customer_id', s.customer_id, 'subscription_id', s.id, 'invoice_id', NULL,
            'price', s.price, 'billed_price', s.price, 'held_price', s.price, 'paid_price', s.price, 'agreed', s.agreed,
            'configuration', jsonb_build_object('plan', s.plan_id, 'cycle', s.cycle, 'options', s.options)))).*
        FROM subscriptions_period row, sold JOIN subscriptions_subscription s USING (customer_id, id)
        WHERE row.subscription_id = %(subscription)s;
    INSERT INTO events_stream SELECT id, 2 FROM sold;
    INSERT INTO ledger_balance (id, customer_id, account, currency, amount)
        SELECT gen_random_uuid(), id, account, 'CAD', 0 FROM pool, unnest('{receivable,credit_balance}'::text[]) account
"""


def large_host(like: Subscription, count: int) -> None:
    """`count` more subscriptions like this one, whose first period is paid, and their customers."""
    given = {
        "count": count,
        "customers": -(-count * 4 // 5),
        "customer": like.customer_id,
        "subscription": like.id,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _HOST.split(";"):
            cursor.execute(statement, given)
