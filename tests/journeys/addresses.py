"""Every address of the house, and how to fill it with the rows of a county.

An address whose parameters nobody has classified here fails the crawl: whoever adds one says what it names.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from .counties import FOREIGN, County

STAFF_API = "api/v1/staff/"  # the same names as the public interface, but with a token
Filled = list[dict[str, Any]]
Filler = Callable[[County], Filled]


@dataclass(frozen=True)
class Address:
    """One pattern: its full name, its parameters, the pattern as it stands in the code."""

    name: str
    parameters: tuple[str, ...]
    route: str

    def url(self, values: dict[str, Any]) -> str:
        """The address with its parameters filled in. Two patterns may share a name, so the route is what counts."""
        if "^" in self.route or "(?P" in self.route:
            return reverse(self.name, kwargs=values)
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), self.route)


def every() -> list[Address]:
    """All patterns of the resolver."""
    return list(_walk(get_resolver().url_patterns, [], "", ()))


def _walk(patterns: Any, spaces: list[str], route: str, before: tuple[str, ...]) -> Iterator[Address]:
    for one in patterns:
        here = before + tuple(getattr(one.pattern, "converters", None) or one.pattern.regex.groupindex)
        if isinstance(one, URLPattern):
            whole = route + str(one.pattern)
            inside = ["api_staff"] if whole.startswith(STAFF_API) else spaces
            yield Address(":".join([*inside, str(one.name)]), here, whole)
        else:
            inner = [*spaces, one.namespace] if one.namespace else spaces
            yield from _walk(one.url_patterns, inner, route + str(one.pattern), here)


def _facts(parameter: str, *names: str, **more: str) -> Filler:
    """county + the id of each of these rows."""

    def fill(county: County) -> Filled:
        return [
            {"county": county.code, parameter: county.rows[name].pk, **{k: county.rows[v].pk for k, v in more.items()}}
            for name in names
        ]

    return fill


def _doors(county: County) -> Filled:
    """The screens by the doors of rooms, without knowing their secret."""
    return [
        {"county": county.code, "key": county.rows[name].pk, "secret": "0" * 20}
        for name in ("resource", "room_resource")
    ]


def _keys(parameter: str, *names: str) -> Filler:
    return lambda county: [{parameter: county.rows[name].pk} for name in names]


def _verbs(name: str, *verbs: str) -> Filler:
    """One row with each of the things that can be done to it."""
    return lambda county: [{"county": county.code, "pk": county.rows[name].pk, "verb": verb} for verb in verbs]


def _staff(parameter: str) -> Filler:
    return lambda county: [{parameter: county.staff[role].pk} for role in ("village_worker", "county_officer")]


def _accounts(county: County) -> Filled:
    return [{"pk": county.staff["village_worker"].account.pk}]


def _files(*names: str) -> Filler:
    def fill(county: County) -> Filled:
        return [
            {"county": county.code, "link": county.rows[name].pk, "variant": variant}
            for name in names
            for variant in ("thumb", "large", "original")
        ]

    return fill


def _history(county: County) -> Filled:
    """The history page of every row the county has."""
    rows = {(row._meta.label_lower, str(row.pk)) for row in (*county.rows.values(), *county.staff.values())}
    return [{"county": county.code, "subject_type": kind, "subject_id": key} for kind, key in sorted(rows)]


def _pages(**constant: Any) -> Callable[[str], Filler]:
    return lambda parameter: lambda county: [{parameter: county.rows["draft"].pk, **constant}]


def _fixed(**values: Any) -> Filler:
    """Values that belong to no county."""
    return lambda _county: [values]


ACTIVITIES = ("planned", "public", "noted", "waiting_activity")
DATES = ("session", "coming")
ANNOUNCEMENT = {"content_type_app_name": "portal", "content_type_model_name": "announcement"}
PAGE_NAME = {"app_label": "portal", "model_name": "announcement"}

# (full name of the address, its parameters filled in). The first that fits counts.
TABLE: tuple[tuple[str, Filler], ...] = (
    # the portal
    (r"portal:(activity|activity_calendar)", _facts("key", *ACTIVITIES)),
    (r"portal:sign_up", _facts("key", *DATES)),
    (r"portal:venue", _keys("key", "venue", "retired_venue")),
    (r"portal:announcement", _keys("key", "draft", "news")),
    (r"portal:(booking|cancel|accept|decline|release)", _facts("key", "booking", "waiting")),
    (r"portal:appeal", _keys("key", "restraint")),
    (r"portal:course", _facts("key", "course")),
    (r"portal:school_(sign_in|rate|certificate)", _keys("key", "pupil")),
    (r"draws:(draw|apply|file)", _facts("pk", "draw")),
    (r"draws:list", lambda county: [{"county": county.code}]),
    (r"draws:\w+", _facts("pk", "draw_application")),
    (r"afterschool_family:apply", _facts("term", "school_term")),
    (r"afterschool_family:(person_add|code|take_back)", _facts("pk", "school_child")),
    (r"afterschool_family:person_remove", _facts("pk", "pickup")),
    (r"afterschool_family:answer", _verbs("school_application", "sign", "withdraw")),
    (r"afterschool_family:paper", _facts("pk", "school_agreement")),
    (r"afterschool_family:complain", _facts("pk", "primary")),
    (r"afterschool_bills:receipt", _facts("pk", "bill", payment="payment")),
    (r"afterschool_bills:\w+", _facts("pk", "bill")),
    (r"portal:room(_calendar)?", _facts("key", "resource", "room_resource")),
    (r"portal:room_door", _doors),
    (r"portal:room_take", _facts("key", "room_offer")),
    (r"portal:room_release", _keys("key", "room_reservation")),
    (r"portal:my_calendar", _fixed(token="x" * 40)),
    (r"people:(edit|leave)_family", _keys("pk", "child", "resident")),
    (r"ui:papercut", _fixed(code="510112")),
    # the interface
    (r"api:get_place", _fixed(code=FOREIGN)),
    (r"api:get_venue", _keys("id", "venue", "retired_venue")),
    (r"api(_staff)?:(get|change|submit)_activity|api_staff:schedule_session", _facts("id", *ACTIVITIES)),
    (r"api(_staff)?:get_session|api_staff:(get_headcounts|record_held)", _facts("id", *DATES)),
    (r"api:room_free", _facts("id", "resource", "room_resource")),
    (r"api:release_room", _facts("id", "room_reservation")),
    (r"api:(cancel|release)", _facts("id", "booking", "waiting")),
    (r"api:appeal", _keys("id", "restraint")),
    (r"api:(get_class|enrol)", _facts("id", "course")),
    (r"api:get_draw", _facts("id", "draw")),
    (r"api:withdraw", _facts("id", "draw_application")),
    (r"api:(sign|leave)_after_school", _facts("id", "school_application")),
    (r"api(_staff)?:(list_\w+|plan_activity|note_activity|check_in|verify|fee_rule|school_days|bills)", lambda county: [{"county": county.code}]),
    (r"api_tokens:revoke", _keys("pk", "token")),
    # files
    (r"(desk_)?evidence:file", _files("link", "public_link")),
    # the desk
    (r"activities:series(_edit)?", _facts("pk", "series")),
    (r"activities:(tick|undo)", _facts("pk", "coming", booking="booking")),
    (r"activities:(move|postpone|session_cancel|sign_up|held|sheet|door|check_in|walk_in)", _facts("pk", *DATES)),
    (r"activities:date", _facts("pk", *DATES)),
    (r"bookings:book_for",
     lambda county: [{"county": county.code, "pk": county.rows["coming"].pk, "resident": county.rows["resident"].pk}]),
    (r"bookings:(thing|export|move|find|book_name|seats|import)", _facts("pk", "coming")),
    (r"bookings:(edit_)?plan", _facts("pk", "seat_plan")),
    (r"bookings:review", _facts("pk", "restraint")),
    (r"bookings:certify", _facts("pk", "resident")),
    (r"bookings:end_proof", _facts("pk", "proof")),
    (r"bookings:(bucket|line|freeze|close|reopen|absent)",
     lambda county: [{"county": county.code, "pk": county.rows["booking"].bucket_id}]),
    (r"bookings:\w+", _facts("pk", "booking", "waiting")),
    (r"desk_draws:(application|withdraw)", _facts("pk", "draw_application")),
    (r"desk_draws:apply_for", _facts("pk", "draw", resident="resident")),
    (r"desk_draws:\w+", _facts("pk", "draw")),
    (r"rooms:lift", _facts("pk", "blackout")),
    (r"rooms:end_season", _facts("pk", "room_season")),
    (r"rooms:end_team", _facts("pk", "room_team")),
    (r"rooms:withdraw_offer", _facts("pk", "room_offer")),
    (r"rooms:series_\w+", _facts("pk", "room_series")),
    (r"rooms:bundle_\w+", _facts("pk", "room_bundle")),
    (r"rooms:(reservation|approve|refuse|release|check_in|move|repair)", _facts("pk", "reservation", "room_reservation")),
    (r"rooms:\w+", _facts("pk", "resource", "room_resource")),
    (r"school:(school|close_school|add_agreement)", _facts("pk", "course_school")),
    (r"school:agreement", _facts("pk", "point_agreement")),
    (r"school:(teacher|change_teacher)", _facts("pk", "course_teacher")),
    (r"school:sheet", _facts("pk", "quality_sheet")),
    (r"school:(term|change_term|timetable)", _facts("pk", "course_term")),
    (r"school:load\w*", lambda county: [{"county": county.code}]),
    (r"school:(roll|code|move_lesson|cancel_lesson)", _facts("pk", "lesson")),
    (r"school:(withdraw|transfer|rate)", _facts("pk", "pupil")),
    (r"school:(certificate|revoke)", _facts("pk", "certificate")),
    (r"school:\w+", _facts("pk", "course")),
    (r"afterschool_money:(exemption_end)", _facts("pk", "exemption")),
    (r"afterschool_money:(bill|recount)", _facts("pk", "bill")),
    (r"afterschool_money:refund", _facts("pk", "refund")),
    (r"afterschool_money:(day_add|year_add|days_load)", lambda county: [{"county": county.code}]),
    (r"afterschool_money:day_drop", _facts("pk", "calendar_day")),
    (r"afterschool_money:\w+", _facts("pk", "primary")),
    (r"afterschool:(school|term_add|class_add|tutor_add|pupils|pupil_add)", _facts("pk", "primary")),
    (r"afterschool:tutor_check", _facts("pk", "tutor")),
    (r"afterschool:(paper_apply|activity_add)", _facts("pk", "school_term")),
    (r"afterschool:date_add", _facts("pk", "school_activity")),
    (r"afterschool:(mark|hand)", _facts("pk", "school_session", child="school_child")),
    (r"afterschool:(session|open|all_here|codes|slips|close|cancel)", _facts("pk", "school_session")),
    (r"afterschool:application", _facts("pk", "school_application")),
    (r"afterschool:decide", _verbs("school_application", "class", "school", "refuse")),
    (r"afterschool:paper", _facts("pk", "school_agreement")),
    (r"afterschool:activity", _facts("pk", "school_activity")),
    (r"afterschool:activity_decide", _verbs("school_activity", "declare", "pass", "publish")),
    (r"afterschool:complaint", _facts("pk", "complaint")),
    (r"afterschool:ledger_sheet", _facts("pk", "primary")),
    (r"activities:media_remove", _facts("pk", "noted", report="media")),
    (r"activities:photo_remove", _facts("pk", "planned", link="link")),
    (r"activities:(page|edit|submit|publish|report|cancel|drop|schedule|recurring|photos|media)",
     _facts("pk", *ACTIVITIES)),
    (r"venues:room", lambda county: [{"pk": county.rows["venue"].pk, "room": county.rows["room"].pk}]),
    (r"venues:withdraw", lambda county: [{"pk": county.rows["venue"].pk, "closure": county.rows["closure"].pk}]),
    (r"venues:photo_remove", lambda county: [{"pk": county.rows["venue"].pk, "link": county.rows["link"].pk}]),
    (r"venues:.*", _keys("pk", "venue", "retired_venue")),
    (r"desk_notices:again", _facts("pk", "message")),
    (r"places:population", _keys("pk", "population")),
    (r"places:network_end", _keys("pk", "edge")),
    (r"places:grid_(rename|close)", _keys("code", "grid")),
    (r"places:grid_add", _keys("code", "home_village")),
    (r"places:.*", _keys("code", "home_village", "home_town", "grid")),
    (r"desk_evidence:(page|caption|more|remove)", _facts("link", "link", "public_link")),
    (r"reviews:steps_edit",
     lambda county: [{"kind": "activities.publish", "code": county.rows[name].pk} for name in ("home_village", "home_town")]),
    (r"desk_people:unit", lambda county: [{"pk": unit.pk} for unit in county.units.values()]),
    (r"desk_people:(person|person_edit|grant|standing)", _staff("pk")),
    (r"desk_people:resident", _facts("pk", "resident", "child")),
    (r"reports:(document|bundle)", _facts("pk", "report")),
    (r"returns:sheet", lambda county: [{"place": county.village.pk, "period": "2025H1"}]),
    (r"returns:proof_remove", _facts("pk", "returned", link="proof")),
    (r"returns:(value|withdraw|prove)", _facts("pk", "returned")),
    (r"indicators:(one|edit)", lambda county: [{"code": county.rows["own_version"].code}, {"code": "activities.per_head"}]),
    (r"norms:withdraw_floor", _keys("pk", "own_floor")),
    (r"targets:\w+", _facts("pk", "target")),
    (r"scores:published", _facts("pk", "ranking")),
    (r"scores:subject", lambda county: [{"sheet": "village.yearly", "subject": county.village.pk}]),
    (r"scores:(ranking|add|publish)", _fixed(sheet="village.yearly")),
    (r"scores:\w+", _facts("pk", "entry")),
    (r"plausibility:page", _facts("pk", "finding")),
    (r"plausibility:act",
     lambda county: [{"county": county.code, "pk": county.rows["finding"].pk, "step": step}
                     for step in ("explain", "confirm", "dismiss", "reopen")]),
    (r"journal:record", _history),
    (r"reviews:\w+", _facts("pk", "item", "returned_item")),
    # log-in of staff: keys of mails that are never sent, one's own passkeys
    (r"account_confirm_email", _fixed(key="x")),
    (r"account_reset_password_from_key", _fixed(uidb36="1", key="x-x")),
    (r"mfa_(remove|edit)_webauthn", _fixed(pk=1)),
    # Wagtail's own pages
    (r"wagtailusers_users:.*", _accounts),
    (r"wagtailusers_groups:.*|wagtailsites:.*|wagtailadmin_collections:(edit|delete)", _fixed(pk=1)),
    (r"wagtailadmin_collections:set_privacy", _fixed(collection_id=1)),
    (r"wagtailadmin_workflows:remove", lambda county: [{"page_pk": county.rows["draft"].pk}]),
    (r"wagtailadmin_workflows:remove",
     lambda county: [{"page_pk": county.rows["draft"].pk, "workflow_pk": 1}]),
    (r"wagtailadmin_workflows:add_task", _fixed(app_label="wagtailcore", model_name="groupapprovaltask")),
    (r"wagtailadmin_workflows:task_chosen", _fixed(task_id=1)),
    (r"wagtailadmin_workflows:.*", _fixed(pk=1)),
    (r"wagtailadmin_editing_sessions:ping",
     lambda county: [{**PAGE_NAME, "object_id": county.rows["draft"].pk, "session_id": 1}]),
    (r"wagtailadmin_editing_sessions:release", _fixed(session_id=1)),
    (r"wagtailadmin_api:pages:action", _pages(action_name="unpublish")("pk")),
    (r"wagtailadmin_api:pages:detail", _pages()("pk")),
    (r"wagtailadmin_api:documents:detail|wagtaildocs_chooser:chosen", _keys("pk", "document")),
    (r"wagtailadmin_api:images:detail|wagtailimages_chooser:chosen", _keys("pk", "image")),
    (r"wagtailadmin_explore(_results)?|wagtailadmin_choose_page_child|wagtailadmin_pages:add_subpage",
     _keys("parent_page_id", "draft", "front")),
    (r"wagtailadmin_pages:(preview_on_)?add",
     lambda county: [{**ANNOUNCEMENT, "parent_page_id": county.rows["front"].pk}]),
    (r"wagtailadmin_pages:type_use(_results)?", _fixed(**ANNOUNCEMENT)),
    (r"wagtailadmin_pages:choose_parent", _fixed(**PAGE_NAME)),
    (r"wagtailadmin_pages:(move|set_page_position)", _pages()("page_to_move_id")),
    (r"wagtailadmin_pages:move_confirm",
     lambda county: [{"page_to_move_id": county.rows["draft"].pk, "destination_id": county.rows["front"].pk}]),
    (r"wagtailadmin_pages:(workflow_action|collect_workflow_action_data)",
     _pages(action_name="approve", task_state_id=1)("page_id")),
    (r"wagtailadmin_pages:workflow_preview", _pages(task_id=1)("page_id")),
    (r"wagtailadmin_pages:revisions_compare", _pages(revision_id_a="earliest", revision_id_b="latest")("pk")),
    (r"wagtailadmin_pages:revisions_(view|revert|unschedule)",
     lambda county: [{"page_id": county.rows["draft"].pk, "revision_id": county.rows["draft"].latest_revision_id}]),
    (r"wagtailadmin_pages:workflow_history_detail", _pages(workflow_state_id=1)("page_id")),
    (r"wagtailadmin_pages:.*", _pages()("page_id")),
    (r"wagtail_bulk_action", lambda county: [
        {"app_label": "wagtailcore", "model_name": "page", "action": action}
        for action in ("delete", "move", "publish", "unpublish")
    ]),
    (r"wagtailadmin_tag_model_autocomplete", _fixed(app_name="taggit", model_name="tag")),
    (r"wagtailsettings:edit", _fixed(app_name="portal", model_name="announcement")),
    (r"wagtailsettings:edit", _fixed(app_name="portal", model_name="announcement", pk=1)),
    (r"wagtailsettings:preview_on_edit", _fixed(app_name="portal", model_name="announcement", pk=1)),
    (r"wagtaildocs:(edit|delete|document_usage)", _keys("document_id", "document")),
    (r"wagtaildocs:(edit|delete)_multiple", _keys("doc_id", "document")),
    (r"wagtail(docs|images):(create_multiple_from_uploaded_\w+|delete_upload_multiple)", _fixed(uploaded_file_id=1)),
    (r"wagtailimages:preview",
     lambda county: [{"image_id": county.rows["image"].pk, "filter_spec": "max-100x100"}]),
    (r"wagtailimages(_chooser)?:.*", _keys("image_id", "image")),
    (r"wagtailadmin_password_reset_confirm", _fixed(uidb64="MQ", token="x-x")),
)  # fmt: skip


def filled(address: Address, county: County) -> Filled:
    """The parameters for the rows of a county, once for each row.

    Raises LookupError for an address that nobody has classified.
    """
    if not address.parameters:
        return [{}]
    for pattern, fill in TABLE:
        if re.fullmatch(pattern, address.name):
            found = fill(county)
            if all(set(one) == set(address.parameters) for one in found):
                return found
    raise LookupError(f"{address.name} {address.parameters}: tests/journeys/addresses.py does not say what it names")


def known(address: Address, county: County) -> Filled:
    """The same, nothing for an address that nobody has classified (a test of its own names those)."""
    try:
        return filled(address, county)
    except LookupError:
        return []


def absent(values: dict[str, Any]) -> dict[str, Any]:
    """The same address of a row that does not exist."""
    return {name: uuid.uuid4() if isinstance(value, uuid.UUID) else value for name, value in values.items()}


def names_a_row(values: dict[str, Any], county: County) -> bool:
    """Whether these parameters name something of the county and not just something."""
    keys = {str(row.pk) for row in (*county.rows.values(), *county.staff.values(), *county.units.values())}
    keys |= {str(county.staff["village_worker"].account.pk)}
    return any(str(value) in keys for value in values.values())
