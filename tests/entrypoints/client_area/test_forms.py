from palier.entrypoints.client_area.forms import CancellationForm, PasswordForm

GOOD = "erable riviere quai lune"


def test_two_equal_long_passwords_are_taken_as_they_are_written() -> None:
    form = PasswordForm({"password": f" {GOOD} ", "again": f" {GOOD} "})
    assert form.is_valid()
    assert form.cleaned_data["password"] == f" {GOOD} "


def test_two_different_passwords_are_refused_beside_the_second() -> None:
    form = PasswordForm({"password": GOOD, "again": GOOD + "s"})
    assert list(form.errors) == ["again"]


def test_a_short_password_is_refused() -> None:
    assert list(PasswordForm({"password": "court", "again": "court"}).errors) == ["password"]


def test_a_password_never_comes_back_in_the_page() -> None:
    form = PasswordForm({"password": GOOD, "again": "other words altogether"})
    assert not form.is_valid()
    assert GOOD not in form.as_p()


def test_a_cancellation_is_at_renewal_unless_said_otherwise() -> None:
    assert CancellationForm()["when"].value() == "renewal"


def test_a_cancellation_needs_no_reason_but_a_time() -> None:
    assert CancellationForm({"when": "now"}).is_valid()
    assert list(CancellationForm({"reason": "Too dear"}).errors) == ["when"]
