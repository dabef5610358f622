"""The other clients, each in a state of their own."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from palier.billing.give_credit import give_credit
from palier.core.money import Money
from palier.entrypoints.demo.world import cast
from palier.entrypoints.demo.world.moments import first_start
from palier.entrypoints.demo.world.stage import Stage
from palier.events.record import Actor
from palier.plan_changes.by_person import finish_by_person, take_change, undo_by_person
from palier.plan_changes.end_subscription import request_end

Story = Iterator[datetime]


def waits_for_our_team(stage: Stage) -> Story:
    """A move from Forfait D to a server, paid this morning and promised; nobody has taken it yet."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(11), months=2), "10:48")
    usage = {"disk": 71_680, "bandwidth": 480_256, "mailboxes": 41, "databases": 14, "sites": 9}
    subscription = stage.subscribes(
        stage.customer(cast.COOP), "web-d", "coop-vieux-port.example", "coop", usage=usage
    )
    yield moments.minutes_ago(190)
    stage.changes(subscription, "vps-2", by=cast.COOP.owner)


def waits_too_long(stage: Stage) -> Story:
    """Émile took it and fell behind: the promise is broken, and the queue says so in red."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(17), months=1), "09:05")
    subscription = stage.subscribes(
        stage.customer(cast.CLINIQUE), "vps-1", "clinique-saint-roch.example", "vps-clinique"
    )
    yield moments.working_days_ago(2, "11:20")
    change = stage.changes(subscription, "vps-2", by=cast.CLINIQUE.owner)
    yield moments.working_days_ago(2, "13:45")
    take_change(change.customer_id, change.id, by=stage.user(cast.EMILE), at=stage.at)


def meets_a_panel_that_lies(stage: Stage) -> Story:
    """The panel said yes and did nothing: found out by reading it back, and now a person's matter."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(7), months=2), "15:30")
    usage = {"disk": 8704, "bandwidth": 12_288, "mailboxes": 5, "databases": 2, "sites": 1}
    subscription = stage.subscribes(
        stage.customer(cast.BOULANGERIE),
        "web-a",
        "boulangerie-sainte-foy.example",
        "boulangerie",
        usage=usage,
    )
    yield moments.minutes_ago(85)
    stage.panel.set_mode("lie", calls=1)
    stage.changes(subscription, "web-b", by=cast.BOULANGERIE.owner)
    stage.panel.set_mode("ok")


def goes_down_at_renewal(stage: Stage) -> Story:
    """Charlie reads English, and moves down when the month is over."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(20), months=2), "18:02")
    usage = {"disk": 18_022, "bandwidth": 140_288, "mailboxes": 2, "databases": 3, "sites": 3}
    subscription = stage.subscribes(
        stage.customer(cast.MILLER), "web-c", "charlie-miller.example", "miller", usage=usage
    )
    yield moments.days_ago(4, "21:14")
    stage.changes(subscription, "web-b", by=cast.CHARLIE, when=True)


def is_suspended(stage: Stage) -> Story:
    """The card was declined, three reminders were not answered, and the service was suspended on its day."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(26), months=2), "11:11")
    usage = {"disk": 11_264, "bandwidth": 55_296, "mailboxes": 9, "databases": 3, "sites": 2}
    subscription = stage.subscribes(
        stage.customer(cast.LIBRAIRIE), "web-b", "librairie-du-faubourg.example", "librairie", usage=usage
    )
    yield moments.days_ago(30, "12:00")
    stage.card_is_stopped(subscription.customer_id)


def forgot_to_pay(stage: Stage) -> Story:
    """The renewal of five days ago was declined: overdue, and still at work."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(5), months=1), "08:20")
    usage = {"disk": 2150, "bandwidth": 4096, "mailboxes": 2, "databases": 1, "sites": 1}
    subscription = stage.subscribes(
        stage.customer(cast.GARAGE), "web-a", "garage-belanger.example", "garage", usage=usage
    )
    yield moments.days_ago(8, "12:00")
    stage.card_is_stopped(subscription.customer_id)


def leaves_a_service(stage: Stage) -> Story:
    """One service ended at its renewal three weeks ago; the end of the other was asked for this week."""
    moments = stage.moments
    began_on = first_start(moments.today - timedelta(20), months=2)
    yield moments.on(began_on, "10:00")
    customer = stage.customer(cast.STUDIO)
    usage = {"disk": 3072, "bandwidth": 9216, "mailboxes": 1, "databases": 2, "sites": 2}
    old = stage.subscribes(customer, "web-c", "archives.studio-maree.example", "maree-old", usage=usage)
    yield moments.on(began_on, "10:25")
    site = stage.subscribes(
        customer, "web-a", "studio-maree.example", "maree", usage={"disk": 1843, "sites": 1}
    )
    noemie = Actor("user", stage.user(cast.STUDIO.owner).id)
    yield moments.days_ago(31, "16:10")
    request_end(
        customer.id,
        old.id,
        at_renewal=True,
        reason="Projet terminé.",
        house=stage.house,
        by=noemie,
        at=stage.at,
    )
    yield moments.days_ago(3, "09:12")
    reason = "Nous regroupons nos sites ailleurs."
    request_end(
        customer.id, site.id, at_renewal=True, reason=reason, house=stage.house, by=noemie, at=stage.at
    )
    stage.works()


def pays_by_the_year(stage: Stage) -> Story:
    """From the month to the year: a new period began that day, and the days left of the old one were deducted."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(29), months=1), "19:05")
    usage = {"disk": 4608, "bandwidth": 7168, "mailboxes": 3, "databases": 1, "sites": 1}
    subscription = stage.subscribes(
        stage.customer(cast.ECOLE), "web-a", "ecole-de-voile.example", "voile", usage=usage
    )
    yield moments.days_ago(12, "19:40")
    stage.changes(subscription, "web-b", "yearly", by=cast.ECOLE.owner)


def was_given_credit(stage: Stage) -> Story:
    """In Ontario, where one tax takes the place of two; fifteen dollars of goodwill are left to use."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(15), months=1), "12:30")
    usage = {"disk": 5427, "bandwidth": 30_720, "mailboxes": 6, "databases": 2, "sites": 2}
    subscription = stage.subscribes(
        stage.customer(cast.BAKERY), "web-b", "maple-grove.example", "maple", usage=usage
    )
    yield moments.days_ago(6, "10:05")
    dana = Actor("staff", stage.user(cast.DANA).id)
    give_credit(
        subscription.customer_id,
        Money(1500, subscription.currency),
        reason="Mail was slow for two days.",
        by=dana,
        on=stage.on,
        at=stage.at,
    )


def was_delivered_late(stage: Stage) -> Story:
    """Dana enlarged the server on the day after it was quoted for: the difference for that day came back."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(22), months=1), "10:10")
    subscription = stage.subscribes(
        stage.customer(cast.NORDET), "vps-1", "plans.nordet.example", "vps-nordet"
    )
    yield moments.working_days_ago(6, "10:30")
    change = stage.changes(subscription, "vps-2", by=cast.NORDET.owner)
    yield moments.working_days_ago(6, "14:20")
    take_change(change.customer_id, change.id, by=stage.user(cast.DANA), at=stage.at)
    yield moments.working_days_ago(5, "09:40")
    dana = stage.user(cast.DANA)
    finish_by_person(change.customer_id, change.id, house=stage.house, by=dana, at=stage.at)
    stage.works()


def could_not_be_done(stage: Stage) -> Story:
    """The move was undone and its money is in the credit balance, taxes included."""
    moments = stage.moments
    yield moments.on(first_start(moments.today - timedelta(24), months=1), "17:45")
    usage = {"disk": 92_160, "bandwidth": 720_896, "mailboxes": 12, "databases": 30, "sites": 24}
    subscription = stage.subscribes(
        stage.customer(cast.LUMEN), "web-d", "lumen.example", "lumen", usage=usage
    )
    yield moments.working_days_ago(9, "11:00")
    change = stage.changes(subscription, "vps-4", by=cast.LUMEN.owner)
    yield moments.working_days_ago(8, "15:10")
    said = "Un de vos sites demande une version de base de données que nos serveurs n’offrent pas encore."
    undo_by_person(
        change.customer_id, change.id, house=stage.house, by=stage.user(cast.DANA), at=stage.at, sentence=said
    )
    stage.works()


STORIES = (
    waits_for_our_team,
    waits_too_long,
    meets_a_panel_that_lies,
    goes_down_at_renewal,
    is_suspended,
    forgot_to_pay,
    leaves_a_service,
    pays_by_the_year,
    was_given_credit,
    was_delivered_late,
    could_not_be_done,
)
