from django.utils.translation import override

from palier.words.limits import ResourceWords, differences, granted, grants, resource_words, to_free

DISK = ResourceWords("storage", "Espace disque")
MAIL = ResourceWords("count", "Comptes courriel", "compte courriel", "comptes courriel")
CPUS = ResourceWords("count", "Processeurs", "processeur", "processeurs")
FRENCH = {"disk": DISK, "mailboxes": MAIL, "cpus": CPUS}

A = {"disk": 10240, "mailboxes": 5}
B = {"disk": 25600, "mailboxes": 25}
C = {"disk": 51200}


def test_a_level_up_says_what_it_adds() -> None:
    assert differences(FRENCH, A, B, "fr") == ("+15\u00a0Go d’espace disque", "+20\u00a0comptes courriel")


def test_a_level_down_says_what_it_takes_away() -> None:
    assert differences(FRENCH, B, A, "fr") == ("−15\u00a0Go d’espace disque", "−20\u00a0comptes courriel")


def test_a_missing_limit_is_said_to_be_none() -> None:
    with override("fr"):
        assert differences(FRENCH, A, C, "fr") == (
            "+40\u00a0Go d’espace disque",
            "comptes courriel sans limite",
        )


def test_a_limit_where_there_was_none_is_said_in_full() -> None:
    assert differences(FRENCH, C, {"disk": 61440, "cpus": 1, "mailboxes": 5}, "fr") == (
        "+10\u00a0Go d’espace disque",
        "5\u00a0comptes courriel",
        "1\u00a0processeur",
    )


def test_what_stays_the_same_is_not_said() -> None:
    assert differences(FRENCH, A, A, "fr") == ()


def test_all_that_a_level_grants_is_listed_in_the_order_of_the_resources() -> None:
    assert grants(FRENCH, {"mailboxes": 1, "disk": 512}, "fr") == (
        "512\u00a0Mo d’espace disque",
        "1\u00a0compte courriel",
    )


def test_french_says_zero_in_the_singular_and_english_in_the_plural() -> None:
    mailbox = ResourceWords("count", "Mailboxes", "mailbox", "mailboxes")
    assert granted(MAIL, 0, "fr") == "0\u00a0compte courriel"
    assert granted(mailbox, 0, "en") == "0\u00a0mailboxes"


def test_what_must_go_is_rounded_up() -> None:
    assert to_free(DISK, 2458, "fr") == "2,5\u00a0Go"
    assert to_free(MAIL, 2, "fr") == "2\u00a0comptes courriel"


def test_the_words_of_a_resource_are_those_of_the_language() -> None:
    names = {"fr": "Comptes courriel", "en": "Mailboxes"}
    counted = {"fr": {"one": "compte courriel", "other": "comptes courriel"}}
    assert resource_words("count", names, counted, "fr") == MAIL
    assert resource_words("count", names, counted, "en") == ResourceWords("count", "Mailboxes")
