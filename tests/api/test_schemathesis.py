"""The whole interface, fuzzed from its own document: with a token, with a resident's session, and without anything."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.middleware.csrf import _get_new_csrf_string
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from qunwen.base.scope import clock
from qunwen.config.wsgi import application
from qunwen.faces.api import interface
from tests.portal import world as worlds
from tests.portal.conftest import logged_in

# The interface is the same on every database.
pytestmark = pytest.mark.once

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(interface.document())
SCHEMA.app = application
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}
# A well-formed request may still name a unit or a date that does not exist: the county's rules are no part of a
# schema, so a refusal (404, 409, 422) of it is right. What is accepted, the other tests of this folder say.
CHECKED = [check for check in CHECKS.get_all() if check.__name__ != "positive_data_acceptance"]


@pytest.fixture(autouse=True)
def _one_transaction(settings):
    """Requests in this process neither end the test's transaction nor run into the limits."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    settings.QUNWEN_API_PER_MINUTE = settings.QUNWEN_API_PER_MINUTE_PUBLIC = 1_000_000
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def fuzz(operation, mode, *, real, examples, headers=None):
    """Send what the schema allows (or forbids), half of it about things that exist; check every answer."""

    @seed(20260314)
    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=False,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case):
        if mode is GenerationMode.POSITIVE and case.path_parameters:
            for name in set(real) & set(case.path_parameters):
                case.path_parameters[name] = real[name]
        case.call_and_validate(headers={"Accept-Encoding": "identity", **(headers or {})}, checks=CHECKED)

    run()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("label", [label for label in OPERATIONS if "/staff/" in label])
def test_with_a_token(label, mode, token, upcoming):
    _row, secret = token()
    activity, session = upcoming()
    real = {"county": "510112", "id": str(session.pk if "/sessions/" in label else activity.pk)}
    fuzz(OPERATIONS[label], mode, real=real, examples=15, headers={"Authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("label", [label for label in OPERATIONS if "/me" in label])
def test_with_a_residents_session(label, mode, db):
    town = worlds.full(clock.now())
    client, secret = logged_in(town.lin), _get_new_csrf_string()
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={secret}"
    real = {"county": "510112", "id": str(town.ticket.pk)}
    fuzz(OPERATIONS[label], mode, real=real, examples=15, headers={"Cookie": cookies, "X-CSRFToken": secret})


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda m: m.value)
@pytest.mark.parametrize("label", list(OPERATIONS))
def test_without_anything(label, mode, upcoming):
    activity, session = upcoming()
    real = {"county": "510112", "id": str(session.pk if "/sessions/" in label else activity.pk)}
    fuzz(OPERATIONS[label], mode, real=real, examples=8)
