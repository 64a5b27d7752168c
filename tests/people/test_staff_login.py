"""Staff log-in: the lock, the limits of a log-in, devices, first password, second factor."""

import datetime as dt

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunwen.base.journal.models import JournalEntry
from qunwen.base.people import actions, lockout
from qunwen.base.people.models import LoginLock, StaffSession, User
from qunwen.base.scope import context

from .conftest import PASSWORD

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def officer(hire):
    return hire("业务员", role="county_officer")


def attempt(client, username, password, address="10.0.0.1"):
    return client.post("/accounts/login/", {"login": username, "password": password}, REMOTE_ADDR=address)


def test_five_failures_close_the_account_for_half_an_hour(client, officer, at):
    name = officer.account.username
    with time_machine.travel(at, tick=False) as clock:
        for _n in range(5):
            assert attempt(client, name, "wrong").status_code == 200
        assert attempt(client, name, PASSWORD).status_code == 200
        clock.shift(29 * MINUTE)
        assert attempt(client, name, PASSWORD).status_code == 200
        clock.shift(MINUTE)
        assert attempt(client, name, PASSWORD).status_code == 302
    with context.everything(reason="test"):
        codes = list(JournalEntry.objects.order_by("id").values_list("code", flat=True))
    assert codes.count("people.account.locked") == 1
    assert codes.count("people.account.unlocked") == 1


def test_every_refusal_looks_the_same(client, officer, at):
    name = officer.account.username
    with time_machine.travel(at, tick=False):
        unknown = attempt(client, "nobody-here", "wrong").context["form"].errors
        wrong = attempt(client, name, "wrong").context["form"].errors
        for _n in range(5):
            attempt(client, name, "wrong")
        locked = attempt(client, name, PASSWORD).context["form"].errors
    assert unknown == wrong == locked


def test_failures_from_elsewhere_do_not_close_the_owners_address_soon(client, officer, at):
    name = officer.account.username
    with time_machine.travel(at, tick=False):
        for _n in range(6):
            attempt(client, name, "wrong", "10.9.9.9")
        assert attempt(client, name, PASSWORD, "10.0.0.1").status_code == 302


def test_failures_from_many_addresses_close_the_account_everywhere(client, officer, at):
    name = officer.account.username
    with time_machine.travel(at, tick=False):
        for n in range(20):
            attempt(client, name, "wrong", f"10.9.9.{n}")
        assert attempt(client, name, PASSWORD, "10.0.0.1").status_code == 200


def test_an_administrator_lifts_the_lock_and_the_journal_says_so(client, officer, at, command, everything):
    name = officer.account.username
    with time_machine.travel(at, tick=False):
        for _n in range(5):
            attempt(client, name, "wrong")
        actions.unlock_account(staff=officer, by=command, at=at)
        assert attempt(client, name, PASSWORD).status_code == 302
    assert JournalEntry.objects.filter(code="people.account.unlocked").count() == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tries=st.lists(st.tuples(st.sampled_from(["amy", "bob"]), st.integers(1, 4), st.integers(0, 20)), max_size=25))
def test_a_lock_never_touches_another_account(tries, db, at):
    LoginLock.objects.all().delete()
    now, failures = at, {"amy": 0, "bob": 0}
    for name, host, wait in tries:
        now += dt.timedelta(seconds=wait)
        lockout.failed(username=name, address=f"10.0.0.{host}", at=now)
        failures[name] += 1
    for name, count in failures.items():
        if count < 5:
            assert not any(lockout.is_locked(username=name, address=f"10.0.0.{h}", at=now) for h in range(1, 5))


def test_idle_for_half_an_hour_ends_the_log_in(enter_desk, officer, at):
    with time_machine.travel(at, tick=False) as clock:
        client = enter_desk(officer)
        clock.shift(29 * MINUTE)
        assert client.get("/accounts/devices/").status_code == 200
        clock.shift(30 * MINUTE)
        response = client.get("/accounts/devices/")
        assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=%2Faccounts%2Fdevices%2F")
        assert StaffSession.objects.count() == 0


def test_twelve_hours_end_the_log_in_however_busy(enter_desk, officer, at):
    with time_machine.travel(at, tick=False) as clock:
        client = enter_desk(officer)
        for _n in range(35):
            clock.shift(20 * MINUTE)
            assert client.get("/accounts/devices/").status_code == 200
        clock.shift(20 * MINUTE)
        assert client.get("/accounts/devices/").status_code == 302


def test_log_in_gives_a_new_session_key(client, officer):
    client.get("/accounts/login/")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    attempt(client, officer.account.username, PASSWORD)
    assert client.session.session_key != before


def test_other_devices_can_be_sent_away(officer, django_user_model):
    from django.test import Client

    one, two = Client(), Client()
    for client in (one, two):
        attempt(client, officer.account.username, PASSWORD)
    assert StaffSession.objects.filter(user=officer.account).count() == 2
    one.post("/accounts/devices/", {})
    assert one.get("/accounts/devices/").status_code == 200
    assert two.get("/accounts/devices/")["Location"].startswith("/accounts/login/")


def test_one_cannot_send_away_somebody_elses_device(officer, hire):
    from django.test import Client

    other, mine = Client(), Client()
    stranger = hire("邻人", "610327", role="county_officer")
    attempt(other, stranger.account.username, PASSWORD)
    attempt(mine, officer.account.username, PASSWORD)
    mine.post("/accounts/devices/", {"device": StaffSession.objects.get(user=stranger.account).pk})
    assert other.get("/accounts/devices/").status_code == 200


def test_a_disabled_person_is_out_at_once(enter_desk, officer, at, command):
    client = enter_desk(officer)
    assert client.get("/desk/").status_code == 200
    with context.everything(reason="test"):
        actions.disable_staff(staff=officer, by=command, at=at)
    assert client.get("/desk/").status_code == 302


def test_one_time_password_must_be_changed_and_runs_out(client, house, at, command):
    with context.everything(reason="test"):
        made = actions.invite_staff(
            name="新人", username="xinren", unit=house.units["510112"], place=house.places["510112"], by=command, at=at
        )
        actions.grant_role(staff=made.staff, role="county_officer", place=house.places["510112"], by=command, at=at)
    with time_machine.travel(at + dt.timedelta(days=8), tick=False):
        assert attempt(client, "xinren", made.password).status_code == 200
    with time_machine.travel(at + dt.timedelta(days=1), tick=False):
        assert attempt(client, "xinren", made.password).status_code == 302
        assert client.get("/desk/")["Location"] == "/accounts/password/change/"
        new = "yuan-xiao-deng-hui"
        form = {"oldpassword": made.password, "password1": new, "password2": new}
        assert client.post("/accounts/password/change/", form).status_code == 302
        assert client.get("/desk/").status_code == 200
    user = User.objects.get(username="xinren")
    assert (user.must_change_password, user.one_time_until) == (False, None)


def test_second_factor_is_asked_and_its_failures_count(client, officer, at):
    from allauth.mfa.totp.internal import auth

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(officer.account, secret)
    with time_machine.travel(at, tick=False) as clock:
        assert attempt(client, officer.account.username, PASSWORD)["Location"] == "/accounts/2fa/authenticate/"
        assert client.get("/desk/").status_code == 302
        counter = next(iter(auth.yield_hotp_counters_from_time()))
        right = auth.format_hotp_value(auth.hotp_value(secret, counter))
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        for _n in range(5):
            assert (
                client.post("/accounts/2fa/authenticate/", {"code": wrong}, REMOTE_ADDR="10.0.0.1").status_code == 200
            )
        assert client.post("/accounts/2fa/authenticate/", {"code": right}, REMOTE_ADDR="10.0.0.1").status_code == 200
        clock.shift(31 * MINUTE)
        attempt(client, officer.account.username, PASSWORD)
        counter = next(iter(auth.yield_hotp_counters_from_time()))
        right = auth.format_hotp_value(auth.hotp_value(secret, counter))
        client.post("/accounts/2fa/authenticate/", {"code": right}, REMOTE_ADDR="10.0.0.1")
        assert client.get("/desk/").status_code == 200


def test_sign_up_is_closed(client, db):
    page = client.get("/accounts/signup/").content.decode()
    assert "不开放注册" in page


def test_second_factors_are_set_up_only_after_the_password_is_given_again(enter_desk, officer):
    client = enter_desk(officer)
    pages = [f"/accounts/2fa/{page}" for page in ("totp/activate/", "webauthn/add/")]
    assert client.get("/accounts/2fa/").status_code == 200
    assert all(client.get(page)["Location"].startswith("/accounts/reauthenticate/") for page in pages)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    assert [client.get(page).status_code for page in pages] == [200, 200]


def test_there_are_no_superusers(db):
    from django.db import IntegrityError

    with pytest.raises(ValueError, match="超级用户"):
        User.objects.create_superuser("god", "", "x")
    with pytest.raises(IntegrityError):
        User.objects.create(username="god", is_superuser=True)


def test_is_superuser_in_memory_adds_nothing(hire):
    user = hire("无授权").account
    user.is_superuser = True
    assert not user.has_perm("people.staff_view")
    assert not user.has_perm("wagtailadmin.access_admin")


def test_demo_accounts_show_in_a_demonstration_only(client, db, settings, tmp_path):
    from qunwen.base.people import demo_users

    settings.QUNWEN_HOME = tmp_path
    demo_users.keep([demo_users.DemoUser("zhen-guan", "demo-password-1", "乡镇管理员")])
    assert "demo-password-1" not in client.get("/accounts/login/").content.decode()
    settings.QUNWEN_DEMO = True
    assert "demo-password-1" in client.get("/accounts/login/").content.decode()
