"""The hosted payment page: approve, decline, be challenged, or go back. French or English."""

from html import escape
from typing import Any

from babel.numbers import format_currency

from palier.core.money import exponent
from palier.entrypoints.demo.card_payments import CARD, state_of
from palier.entrypoints.demo.card_words import DELIVERY_WORDS, NAME, NEXT_TIME_WORDS, SAID
from palier.entrypoints.demo.little_server import Answer
from palier.entrypoints.demo.machine_page import page

Found = dict[str, Any]

LOCALES = {"fr": "fr_CA", "en": "en_CA"}


def payment_page(charge: Found, language: str) -> Answer:
    """The page of a charge, as it stands."""
    said = SAID[language]
    if state_of(charge) == "succeeded":
        title, rest = said["paid_title"], way_back(charge, said["paid"], said["return"])
    elif charge["is_challenged"]:
        title, rest = said["challenge_title"], challenge(said)
    else:
        title, rest = said["title"], choice(charge, said, language)
    body = f"""<section class="sheet">
<div><h1>{title}</h1><p class="soft">{escape(charge["description"])}</p></div>
<p class="amount num">{escape(amount(charge, language))}</p>
{rest}
</section>"""
    return page(language, NAME[language], title, body, also_send_to=charge["return_url"])


def save_page(setup: Found, language: str) -> Answer:
    """The page on which a card is saved without paying."""
    said = SAID[language]
    if setup["state"] == "succeeded":
        title, rest = said["saved_title"], way_back(setup, said["saved"], said["return"])
    else:
        title, rest = said["save_title"], saving(said, language)
    body = f"""<section class="sheet">
<div><h1>{title}</h1></div>
{rest}
</section>"""
    return page(language, NAME[language], title, body, also_send_to=setup["return_url"])


def not_found_page(language: str) -> Answer:
    said = SAID[language]
    body = f'<section class="sheet"><h1>{said["unknown_title"]}</h1><p>{said["unknown"]}</p></section>'
    return page(language, NAME[language], said["unknown_title"], body, status=404)


def amount(charge: Found, language: str) -> str:
    """As people write it: 7,25 $ in French, $7.25 in English."""
    decimals = exponent(charge["currency"])
    digits = str(charge["amount"]).rjust(decimals + 1, "0")
    written = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return str(format_currency(written, charge["currency"], locale=LOCALES[language]))


def choice(charge: Found, said: dict[str, str], language: str) -> str:
    declined = f'<p class="note" role="status">{said["declined"]}</p>' if state_of(charge) == "failed" else ""
    price = escape(amount(charge, language))
    return f"""{declined}
<div class="card"><span class="number">{CARD["label"]}</span>
<span class="row"><span>{said["test_card"]}</span><span class="num">12/30</span></span></div>
<p class="note">{said["pretend"]}</p>
<form method="post" class="acts">
<button class="button go" name="decision" value="approve">{said["approve"]} · {price}</button>
<button class="button" name="decision" value="challenge">{said["ask_challenge"]}</button>
<button class="button" name="decision" value="decline">{said["decline"]}</button>
<button class="button quiet" name="decision" value="cancel">{said["cancel"]}</button>
{for_testing(said, language)}
</form>"""


def saving(said: dict[str, str], language: str) -> str:
    next_time = "\n".join(
        radio("next_time", value, word, value == "approve")
        for value, word in NEXT_TIME_WORDS[language].items()
    )
    return f"""<div class="card"><span class="number">{CARD["label"]}</span>
<span class="row"><span>{said["test_card"]}</span><span class="num">12/30</span></span></div>
<p class="note">{said["save_pretend"]}</p>
<form method="post" class="acts">
<button class="button go" name="decision" value="approve">{said["save"]}</button>
<button class="button quiet" name="decision" value="cancel">{said["cancel"]}</button>
<details>
<summary>{said["testing"]}</summary>
<fieldset><legend>{said["next_time"]}</legend>
{next_time}
</fieldset>
</details>
</form>"""


def challenge(said: dict[str, str]) -> str:
    return f"""<p>{said["challenge"]}</p>
<form method="post" class="acts">
<button class="button go" name="decision" value="confirm">{said["confirm"]}</button>
<button class="button" name="decision" value="refuse">{said["refuse"]}</button>
<button class="button quiet" name="decision" value="cancel">{said["cancel"]}</button>
</form>"""


def for_testing(said: dict[str, str], language: str) -> str:
    deliveries = "\n".join(
        radio("delivery", value, word, value == "") for value, word in DELIVERY_WORDS[language].items()
    )
    next_time = "\n".join(
        radio("next_time", value, word, value == "approve")
        for value, word in NEXT_TIME_WORDS[language].items()
    )
    return f"""<details>
<summary>{said["testing"]}</summary>
<fieldset><legend>{said["delivery"]}</legend>
{deliveries}
<label>{said["seconds"]} <input type="number" name="seconds" value="10" min="0" max="600" inputmode="numeric"></label>
</fieldset>
<fieldset><legend>{said["next_time"]}</legend>
{next_time}
</fieldset>
</details>"""


def radio(name: str, value: str, word: str, is_chosen: bool) -> str:
    chosen = " checked" if is_chosen else ""
    return f'<label><input type="radio" name="{name}" value="{value}"{chosen}> {word}</label>'


def way_back(charge: Found, sentence: str, word: str) -> str:
    return f'<p class="note" role="status">{sentence}</p><p><a href="{escape(charge["return_url"])}">{word}</a></p>'
