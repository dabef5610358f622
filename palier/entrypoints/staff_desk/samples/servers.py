"""Servers that work, that do not, and none; one that lacks a plan, one that shows another certificate, a form."""

from dataclasses import replace

from django.utils.translation import gettext as _

from palier.entrypoints.design.gallery import Sample, said
from palier.entrypoints.design.parts import Crumb
from palier.entrypoints.staff_desk.pages.servers import (
    Certificate,
    DriverChoice,
    PlanRow,
    RetireServerPage,
    ServerFormPage,
    ServerPage,
    ServerRow,
    ServersPage,
    ServiceRow,
    Setting,
)
from palier.entrypoints.staff_desk.samples.world import NOW, at
from palier.entrypoints.staff_desk.server_form import ServerForm
from palier.words.servers import accounts_left, health_advice, not_retired

SHOWN = "4F:1C:88:02:9B:D1:77:5E:60:AF:33:C8:14:E9:0B:7A:D2:56:F0:91:3C:A4:6E:28:BB:05:D7:43:19:8C:E2:9A"
PINNED = "A0:33:5B:EE:41:07:92:CC:18:6D:F4:2A:97:B3:50:0E:7F:C1:64:D8:2B:95:E3:4A:06:BD:71:88:5C:F9:13:60"


def web_1() -> ServerRow:
    name = said("Serveur Web 1", "Web server 1")
    return ServerRow(name, "web1", "../server/", "cPanel", "good", 214, 2, 0, at(3, 14), "11.126.0.21", 184)


def web_2() -> ServerRow:
    name = said("Serveur Web 2", "Web server 2")
    return ServerRow(
        name, "web-2", "../server-untrusted/", "cPanel", "untrusted", 88, 5, 1, at(23, 13), "11.126.0.21", 212,
        "self-signed certificate",
    )  # fmt: skip


def containers() -> ServerRow:
    return ServerRow(
        said("Conteneurs", "Containers"), "incus-1", "#", "Incus", "silent", 41, 3, 0, at(23, 17), "6.0.4", 38,
        "ConnectTimeout: timed out", True,
    )  # fmt: skip


def team() -> ServerRow:
    return ServerRow(
        said("Notre équipe", "Our team"), "team", "#", said("À la main", "By hand"), "by_hand", 17
    )


def servers() -> ServersPage:
    return ServersPage(NOW, (web_2(), containers(), web_1(), team()), "../server-add/")


def nobody() -> ServersPage:
    return ServersPage(NOW, (), "../server-add/")


def server() -> ServerPage:
    row = replace(web_1(), state="plans", since=at(23, 16))
    disk = said("Espace disque : attendu 50 Go, trouvé 40 Go", "Disk space: wanted 50 GB, found 40 GB")
    return ServerPage(
        now=NOW,
        server=row,
        crumbs=(Crumb(_("Servers"), "../servers/"), Crumb(row.name)),
        advice=health_advice("plans"),
        address="https://web1.boreal.example:2087",
        settings=(Setting("user", "root"), Setting("token", kept="${WEB1_TOKEN}")),
        in_the_file=True,
        check_url="#",
        edit_url="",
        jobs_url="../jobs/",
        checked_at=at(23, 18),
        last_error="HTTP 503",
        last_error_at=at(21, 9),
        certificate=Certificate(SHOWN, until=at(30, 12)),
        knows_plans=True,
        plans=(
            PlanRow(said("Forfait A", "Plan A"), "forfait_a", True),
            PlanRow(said("Forfait B", "Plan B"), "forfait_b", False),
            PlanRow(said("Forfait C", "Plan C"), "forfait_c", True, (disk,)),
            PlanRow(said("Forfait D", "Plan D"), "forfait_d", True),
        ),
        plans_at=at(23, 18),
        others=("default", "old_promo"),
        services=(
            ServiceRow(
                "ateliers-boreale.example", "boreale", said("Forfait A", "Plan A"), "Ateliers Boréale",
                "../customer/", "active",
            ),
            ServiceRow(
                "fromageriedulac.example", "fromagerie", said("Forfait B", "Plan B"), "Fromagerie du Lac",
                "../customer/", "suspended",
            ),
        ),
    )  # fmt: skip


def untrusted() -> ServerPage:
    row = replace(web_2(), services=0, waiting=0, given_up=0)
    return replace(
        server(),
        server=row,
        crumbs=(Crumb(_("Servers"), "../servers/"), Crumb(row.name)),
        advice=health_advice("untrusted"),
        address="https://web2.boreal.example:2087",
        settings=(Setting("user", "root"), Setting("token", kept=said("conservé", "kept"))),
        in_the_file=False,
        edit_url="../server-edit/",
        retire_url="../server-retire/",
        last_error=row.error,
        last_error_at=at(23, 18),
        certificate=Certificate(SHOWN, PINNED, at(30, 12), pin_url="#"),
        plans=(),
        plans_at=None,
        others=(),
        services=(),
    )


def lived_on() -> ServerPage:
    """Added by hand, and not to be retired yet."""
    row = replace(web_2(), state="good", error="", waiting=0, given_up=0, services=2)
    return replace(
        untrusted(),
        server=row,
        advice="",
        certificate=Certificate(SHOWN, SHOWN, at(30, 12)),
        retire_url="",
        why_not_retired=not_retired("services_live", 2, ()),
        services=server().services,
    )


def retire() -> RetireServerPage:
    row = web_2()
    return RetireServerPage(
        name=row.name,
        code=row.code,
        sentences=(
            said(
                "Rien ne s’y vend. Le serveur quitte la liste et n’est plus surveillé.",
                "Nothing is sold there. It leaves the list of servers, and is looked at no more.",
            ),
            said("Ses secrets sont oubliés aussitôt.", "Its secrets are forgotten at once."),
            accounts_left(2),
            said(
                "On peut l’ajouter de nouveau sous le même code : il faudra alors redonner ses secrets.",
                "It can be added again under the same code: its secrets are given anew then.",
            ),
        ),
        act_url="#",
        back_url="../server-untrusted/",
        crumbs=(
            Crumb(_("Servers"), "../servers/"),
            Crumb(row.name, "../server-untrusted/"),
            Crumb(_("Retire")),
        ),
    )


def choose() -> ServerFormPage:
    choices = [("cpanel", "cPanel"), ("manual", said("À la main", "By hand"))]
    rows = tuple(DriverChoice(name, title, "../server-form/") for name, title in choices)
    return ServerFormPage(said("Ajouter un serveur", "Add a server"), "#", "../servers/", choices=rows)


def form() -> ServerFormPage:
    title = said("Ajouter un serveur : cPanel", "Add a server: cPanel")
    return ServerFormPage(title, "#", "../server-add/", "cpanel", ServerForm(driver="cpanel"))


def wrong() -> ServerFormPage:
    written = ServerForm({"code": "web-3", "name": "Web 3", "url": "", "set_user": "root"}, driver="cpanel")
    written.is_valid()
    return replace(form(), form=written)


SAMPLES = {
    "servers": Sample("staff_desk/servers.html", servers),
    "servers-empty": Sample("staff_desk/servers.html", nobody),
    "server": Sample("staff_desk/server.html", server),
    "server-untrusted": Sample("staff_desk/server.html", untrusted),
    "server-lived-on": Sample("staff_desk/server.html", lived_on),
    "server-retire": Sample("staff_desk/retire_server.html", retire),
    "server-add": Sample("staff_desk/server_form.html", choose),
    "server-form": Sample("staff_desk/server_form.html", form),
    "server-form-wrong": Sample("staff_desk/server_form.html", wrong),
}
