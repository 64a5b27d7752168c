"""The command's manners: help, wrong words, trouble with the machine."""

import subprocess
import sys
import time

import pytest

from qunwen.faces.command.table import COMMANDS


def test_help_names_every_command_and_is_fast(qunwen):
    began = time.monotonic()
    done = qunwen("--help")
    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout and command.help in done.stdout for name, command in COMMANDS.items())
    assert time.monotonic() - began < 20  # hangs are found; how fast it is, bench/ says
    assert not qunwen.home.exists()


def test_help_loads_neither_django_nor_arrow():
    code = (
        "import sys; from qunwen.faces.command.main import main; main(['--help']);"
        "sys.exit(bool({'django', 'pyarrow', 'duckdb'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["inti"], "没有“inti”这个命令，是不是 init？全部命令见 qunwen --help"),
        (["init"], "须给出其中一个参数：--county --city --province。用法见 qunwen init --help"),
        (["init", "--county"], "--county 后面缺少内容。用法见 qunwen init --help"),
        (["init", "--county", "1", "--city", "2"], "--city 不能与 --county 同时使用。用法见 qunwen init --help"),
        (["serve", "--port", "x", "--host", "h"], "--port 的内容不对：'x'。用法见 qunwen serve --help"),
        (["doctor", "--what"], "不认识的参数：--what。用法见 qunwen doctor --help"),
    ],
)
def test_wrong_words_give_one_line(qunwen, words, told):
    done = qunwen(*words)
    assert (done.returncode, done.stderr.strip(), done.stdout) == (2, told, "")


def test_json_gets_one_object_even_when_it_fails(qunwen):
    facts = qunwen.json("init", "--county", "不存在县")
    assert facts["ok"] is False
    assert facts["error"].startswith("没有找到县级区划“不存在县”")


def test_unknown_database_scheme_is_named(qunwen):
    done = qunwen("doctor", DATABASE_URL="mysql://x/y")
    assert done.returncode == 1
    assert "mysql://" in done.stdout
    assert "Traceback" not in done.stderr


def test_unreachable_database_is_one_line(qunwen):
    url = "postgresql://nobody@127.0.0.1:1/none?pool=off&connect_timeout=2"
    done = qunwen("init", "--county", "金门县", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("连接不上数据库")
    assert len(done.stderr.strip().splitlines()) == 1


def test_folder_that_cannot_be_made_is_one_line(qunwen, tmp_path):
    (tmp_path / "file").write_text("x")
    done = qunwen("init", "--county", "金门县", QUNWEN_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_production_refuses_a_demonstration_and_wrong_settings(qunwen):
    qunwen.home.mkdir()
    (qunwen.home / "demonstration.txt").write_text("x")
    done = qunwen("serve")
    assert (done.returncode, "示范县" in done.stderr) == (1, True)
    settings = "qunwen.config.settings.demo"
    done = qunwen("serve", QUNWEN_ENV="production", DJANGO_SETTINGS_MODULE=settings)
    assert (done.returncode, settings in done.stderr) == (1, True)


def test_serve_without_a_county_says_what_to_do_first(qunwen):
    done = qunwen("serve")
    assert done.returncode == 1
    assert "qunwen init --county" in done.stderr
