"""Where the panel's one-time sign-in lands: the account as the client would find it."""

import time
from html import escape
from typing import Any

from palier.entrypoints.demo.kept import Kept
from palier.entrypoints.demo.little_server import Answer, Request
from palier.entrypoints.demo.machine_page import STYLE_PATH, page, style

WHM_COOKIE = "whostmgrsession"

NAME = {"fr": "Panneau de démonstration", "en": "Demo panel"}
SAID = {
    "fr": {
        "hello": "Bonjour, {user}",
        "package": "Forfait du serveur\u00a0: {plan}",
        "resource": "Ressource",
        "used": "Utilisé",
        "limit": "Limite",
        "unlimited": "illimité",
        "unknown": "inconnu",
        "suspended": "Ce compte est suspendu.",
        "note": "Cette page tient lieu du vrai panneau de l’hébergeur. Vous y êtes entré sans mot de passe, "
        "pour quinze minutes.",
        "over_title": "Session terminée",
        "over": "Ce lien de connexion a expiré. Retournez à votre espace client pour en obtenir un autre.",
    },
    "en": {
        "hello": "Hello, {user}",
        "package": "Package on the server: {plan}",
        "resource": "Resource",
        "used": "Used",
        "limit": "Limit",
        "unlimited": "unlimited",
        "unknown": "unknown",
        "suspended": "This account is suspended.",
        "note": "This page stands in for the host’s real panel. You came in without a password, "
        "for fifteen minutes.",
        "over_title": "Session over",
        "over": "This sign-in link has expired. Go back to your client area to get another one.",
    },
}
RESOURCES = {
    "fr": {
        "disk": "Espace disque (Mo)",
        "bandwidth": "Bande passante (Mo)",
        "mailboxes": "Comptes courriel",
        "databases": "Bases de données",
        "sites": "Sites",
    },
    "en": {
        "disk": "Disk space (MB)",
        "bandwidth": "Bandwidth (MB)",
        "mailboxes": "Mailboxes",
        "databases": "Databases",
        "sites": "Sites",
    },
}


def answer(kept: Kept, request: Request) -> Answer | None:
    """The answer to a browser, or None where there is no page."""
    if request.path == STYLE_PATH:
        return style()
    if request.path == "/favicon.ico":
        return Answer(204)
    if not (request.path.startswith("/cpsess") and request.method == "GET"):
        return None
    language = request.language()
    with kept.reading() as state:
        held = state["sessions"].get(request.query.get("session", ""))
        if held is None or held["expires"] < time.time() or not request.path.startswith(held["path"] + "/"):
            return over(language)
        if held.get("service") == "whostmgrd":
            cookie = f"{WHM_COOKIE}={request.query['session']}; Path=/; HttpOnly"
            return Answer(303, headers={"Location": f"{held['path']}/", "Set-Cookie": cookie})
        account = state["accounts"].get(held["user"])
        query = f"session={request.query['session']}&"
        return over(language) if account is None else welcome(language, account, query)


def over(language: str) -> Answer:
    said = SAID[language]
    body = f'<section class="sheet"><h1>{said["over_title"]}</h1><p>{said["over"]}</p></section>'
    return page(language, NAME[language], said["over_title"], body, status=403)


def welcome(language: str, account: dict[str, Any], kept_query: str) -> Answer:
    said = SAID[language]
    hello = said["hello"].format(user=account["user"])
    package = said["package"].format(plan=account["plan"])
    suspended = f'<p class="note"><strong>{said["suspended"]}</strong></p>' if account["suspended"] else ""
    rows = "\n".join(
        f'<tr><th scope="row">{word}</th>'
        f'<td class="num">{shown(account["usage"].get(resource), said["unknown"])}</td>'
        f'<td class="num">{shown(account["limits"].get(resource), said["unlimited"])}</td></tr>'
        for resource, word in RESOURCES[language].items()
    )
    body = f"""<section class="sheet">
<div><h1>{escape(hello)}</h1><p class="soft">{escape(account["domain"])}</p></div>
{suspended}
<table>
<caption>{escape(package)}</caption>
<thead><tr><th scope="col">{said["resource"]}</th><th scope="col" class="num">{said["used"]}</th>
<th scope="col" class="num">{said["limit"]}</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p class="note">{said["note"]}</p>
</section>"""
    return page(language, NAME[language], hello, body, kept_query=kept_query)


def shown(amount: int | None, otherwise: str) -> str:
    return otherwise if amount is None else str(amount)
