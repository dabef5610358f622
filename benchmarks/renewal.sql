-- The yardstick: one statement that bills the next period of every subscription, with the very rows that Palier writes.
-- It is as short as someone in a hurry would make it: one monthly cycle, prices without tax, Québec's two taxes, nobody
-- exempt, no discount, nothing scheduled, nothing refused, nothing that can be set aside or taken up again.
WITH today AS (
    SELECT %(on)s::date AS on_day, %(at)s::timestamptz AS at, %(until_on)s::date AS until_on,
           %(names)s::jsonb AS names, %(taxes)s::jsonb AS taxes, %(suppliers)s::jsonb AS suppliers,
           %(days)s::jsonb AS days, %(sentences)s::jsonb AS sentences
), due AS MATERIALIZED (
    SELECT s.id, s.customer_id, s.label, s.plan_id, s.currency, s.agreed, c.language,
           jsonb_build_object('name', c.name, 'street', c.street, 'city', c.city, 'region', c.region,
                              'postal_code', c.postal_code, 'country', c.country,
                              'vat_number', c.vat_number) AS buyer,
           jsonb_build_object('plan', s.plan_id, 'cycle', s.cycle, 'options', s.options) AS configuration,
           (s.agreed->>('plan:' || s.plan_id || ':monthly'))::bigint AS plan_price,
           (s.options->>'dedicated-ip')::bigint AS addresses,
           (s.agreed->>'option:dedicated-ip:monthly')::bigint AS address_price,
           last.until_on AS start_on, (last.until_on + interval '1 month')::date AS until_on,
           uuidv7() AS invoice_id, uuidv7() AS period_id, uuidv7() AS entry_id,
           row_number() OVER (ORDER BY s.customer_id, s.id) AS n
    FROM today, subscriptions_subscription s
    JOIN people_customer c ON c.id = s.customer_id
    CROSS JOIN LATERAL (
        SELECT p.until_on FROM subscriptions_period p
        WHERE p.customer_id = s.customer_id AND p.subscription_id = s.id AND p.until_on > p.start_on
        ORDER BY p.until_on DESC LIMIT 1
    ) last
    WHERE s.state <> 'cancelled' AND NOT s.renewal_held AND last.until_on <= today.until_on
      AND NOT EXISTS (SELECT 1 FROM subscriptions_cancellationrequest r WHERE r.customer_id = s.customer_id
                      AND r.subscription_id = s.id AND r.state = 'requested' AND r.ends_on <= last.until_on)
), priced AS MATERIALIZED (
    SELECT due.*, plan_price + coalesce(addresses * address_price, 0) AS net,
           round((plan_price + coalesce(addresses * address_price, 0)) * 0.05)::bigint AS tps,
           round((plan_price + coalesce(addresses * address_price, 0)) * 0.09975)::bigint AS tvq
    FROM due
), taken AS (
    INSERT INTO billing_series AS series (kind, year, next)
    SELECT 'invoice', extract(year FROM on_day), 1 + (SELECT count(*) FROM due) FROM today
    ON CONFLICT (kind, year) DO UPDATE SET next = series.next + excluded.next - 1
    RETURNING next - (SELECT count(*) FROM due) - 1 AS before
), invoice AS (
    INSERT INTO billing_invoice (id, customer_id, number, currency, issued_on, issued_at, net, total, taxes,
        notes, subject_kind, subject_id, language, supplier, buyer, due_on)
    SELECT invoice_id, customer_id, extract(year FROM on_day) || '-' || lpad((before + n)::text, greatest(4, length((before + n)::text)), '0'), currency, on_day, at,
        net, net + tps + tvq,
        jsonb_build_array(taxes->language->0 || jsonb_build_object('base', net, 'amount', tps),
                          taxes->language->1 || jsonb_build_object('base', net, 'amount', tvq)),
        '[]', 'period', period_id, language, suppliers->language, buyer, greatest(on_day, start_on)
    FROM priced, taken, today
), line AS (
    INSERT INTO billing_invoiceline (id, customer_id, invoice_id, code, facts, text, amount, net, product, plan,
        tax_class, subscription_id, start_on, until_on)
    SELECT uuidv7(), customer_id, invoice_id, line.code,
        line.facts || jsonb_build_object('label', label, 'plan', names->plan_id, 'start_on', start_on,
                                         'until_on', priced.until_on),
        format(sentences->language->>line.code, VARIADIC line.named
               || ARRAY[label, days->language->>start_on::text, days->language->>priced.until_on::text]::text[]),
        line.amount, line.amount, 'web', plan_id, 'standard', priced.id, start_on, priced.until_on
    FROM today, priced CROSS JOIN LATERAL (VALUES
        ('period', plan_price, ARRAY[names->plan_id->>language], '{}'::jsonb),
        ('option', addresses * address_price, ARRAY[names->'dedicated-ip'->>language],
         jsonb_build_object('option', names->'dedicated-ip', 'quantity', addresses))
    ) AS line (code, amount, named, facts)
    WHERE line.amount > 0
), entry AS (
    INSERT INTO ledger_journalentry (id, customer_id, kind, source_kind, source_id, currency, "on", at)
    SELECT entry_id, customer_id, 'invoice_issued', 'invoice', invoice_id, currency, on_day, at FROM priced, today
), posting AS (
    INSERT INTO ledger_posting (id, customer_id, entry_id, account, amount, currency, invoice_id)
    SELECT uuidv7(), customer_id, entry_id, leg.account, leg.amount, currency, leg.invoice_id
    FROM priced CROSS JOIN LATERAL (VALUES
        ('receivable', net + tps + tvq, invoice_id), ('revenue', -net, NULL), ('tax:TPS', -tps, NULL),
        ('tax:TVQ', -tvq, NULL)
    ) AS leg (account, amount, invoice_id)
), balance AS (
    INSERT INTO ledger_balance AS held (id, customer_id, account, currency, amount)
    SELECT uuidv7(), customer_id, 'receivable', currency, sum(net + tps + tvq) FROM priced GROUP BY 2, 4 ORDER BY 2
    ON CONFLICT (customer_id, account, currency) DO UPDATE SET amount = held.amount + excluded.amount
), period AS (
    INSERT INTO subscriptions_period (id, customer_id, subscription_id, start_on, until_on, cycle_days, price,
        billed_price, configuration, held_price, paid_price, carried_in, agreed, billed_from_on, invoice_id, paid_on)
    SELECT period_id, customer_id, id, start_on, until_on, until_on - start_on, net, net, configuration, 0, 0, 0, agreed,
        start_on, invoice_id, NULL
    FROM priced
), stream AS (
    INSERT INTO events_stream AS known (id, version) SELECT id, 1 FROM priced ORDER BY id
    ON CONFLICT (id) DO UPDATE SET version = known.version + 1 RETURNING id, version
), event AS (
    INSERT INTO events_event (id, kind, subject_kind, subject_id, customer_id, stream_id, version, actor_kind,
        actor_id, at, recorded_at, facts)
    SELECT uuidv7(), 'period.billed', 'subscription', priced.id, customer_id, priced.id, version, 'system', NULL, at,
        now(), jsonb_build_object('period', period_id, 'invoice', invoice_id)
    FROM priced JOIN stream USING (id), today
    RETURNING id
)
INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
SELECT 'default', 'palier.react_to_all', jsonb_build_object('event_ids', jsonb_agg(id)), 'todo'
FROM (SELECT id, (row_number() OVER () - 1) / %(events_a_task)s AS chunk FROM event) numbered GROUP BY chunk
