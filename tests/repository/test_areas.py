"""Any area looks like any other: README, tests, labels, scope decisions, personal data, templates in use."""

from __future__ import annotations

import ast
import io
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from qunwen.base.journal import codes
from qunwen.base.scope import checks, permissions

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "qunwen"
FLOORS = ("faces", "governance", "services", "base", "gateways")
AREAS = sorted(p for floor in FLOORS for p in (SOURCE / floor).iterdir() if (p / "__init__.py").exists())

# Names of fields that hold personal data wherever they stand.
PERSONAL = re.compile(
    r"(^|_)(phone|mobile|birth|birthday|birth_year|id_card|id_number|email|username|person_name|actor_name|for_name)$"
)
# Contact data of organisations and names that are not of persons.
NOT_PERSONAL = {
    "people.Unit.phone",
    "venues.Venue.phone",
    "activities.Activity.contact_phone",
}


@pytest.mark.parametrize("area", AREAS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_area_has_a_readme_and_tests(area):
    readme = area / "README.md"
    assert readme.exists()
    assert len(readme.read_text(encoding="utf-8").splitlines()) >= 5
    tests = ROOT / "tests" / area.name
    assert list(tests.glob("test_*.py")), f"no tests/{area.name}/"


def test_the_rules_for_tables_hold():
    assert [str(message) for message in checks.check_tables()] == []


def test_every_model_and_field_has_a_chinese_label():
    missing = []
    for model in checks.own_models():
        names = [model._meta.verbose_name, model._meta.verbose_name_plural]
        names += [f.verbose_name for f in model._meta.local_fields if not f.auto_created and not f.primary_key]
        missing += [f"{model._meta.label}: {name}" for name in names if not re.search(r"[一-鿿]", str(name))]
    inherited = {"people.User", "portal"}
    assert [m for m in missing if m.split(":")[0] not in inherited and not m.startswith("portal.")] == []


def test_every_field_with_personal_data_is_declared():
    missing = []
    for model in checks.own_models():
        declared = getattr(model, "personal", {})
        assert set(declared) <= {f.name for f in model._meta.get_fields()}, model._meta.label
        for field in model._meta.concrete_fields:
            label = f"{model._meta.label}.{field.name}"
            if isinstance(field, models.CharField | models.TextField | models.IntegerField) and (
                PERSONAL.search(field.name) and field.name not in declared and label not in NOT_PERSONAL
            ):
                missing.append(label)
    assert missing == []


def test_permission_and_journal_codes_are_unique_and_labelled():
    for found in (permissions.known(), codes.known()):
        assert found
        assert [code for code, label in found.items() if not re.search(r"[一-鿿]", label)] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    out = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out, stderr=out)


def test_no_template_is_unused():
    used = "\n".join(
        p.read_text(encoding="utf-8")
        for p in [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]
        if "vendor" not in p.parts
    )
    unused = []
    for path in SOURCE.rglob("templates/**/*.html"):
        name = str(path).split("/templates/", 1)[1]
        if name.split("/")[0] in ("account", "mfa", "wagtailadmin", "allauth", "usersessions"):
            continue  # these replace templates of a library by having its name
        if name in ("404.html", "403.html", "500.html", "400.html", "429.html"):
            continue
        if name not in used and Path(name).stem not in re.findall(r"[\w-]+", used):
            unused.append(name)
    assert unused == []


def test_unscoped_rows_are_read_only_where_the_rule_allows():
    found = []
    for path in SOURCE.rglob("web/*.py"):
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Attribute) and node.attr == "unscoped"
        ]
    assert found == []


def test_every_action_is_marked_and_takes_its_actor():
    """A public function of an actions module that writes is an @action with keyword-only by and at."""
    wrong = []
    for path in [*SOURCE.rglob("actions.py"), *SOURCE.rglob("actions/*.py")]:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            marked = any(ast.unparse(d).split("(")[0].endswith("action") for d in node.decorator_list)
            names = {a.arg for a in node.args.kwonlyargs}
            if marked and (not {"by", "at"} <= names or node.args.args):
                wrong.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert wrong == []


def test_every_installed_area_is_known_to_django():
    for area in AREAS:
        if (area / "apps.py").exists():
            name = ".".join(area.relative_to(ROOT / "src").parts)
            assert name in {config.name for config in apps.get_app_configs()}, name


def test_no_address_of_a_registry_or_machine_stands_in_the_repository():
    hosts = [
        "py" + "pi.org",
        "python" + "hosted",
        "registry.npm" + "js",
        "deb.deb" + "ian",
        "/wo" + "rk/",
        "/ro" + "ot/",
    ]
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    found = []
    for path in (ROOT / name for name in listed if name):
        if path.suffix in (".svg", ".png", ".parquet", ".woff2", ".jpg", ".mo") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
    assert found == []
