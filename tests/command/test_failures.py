"""Troubles of a machine are told for what they are."""

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection

from qunwen.faces.command.failures import told


@pytest.mark.django_db
def test_a_missing_column_is_not_a_lost_connection(everything):
    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute("SELECT nowhere FROM places_place")
    assert told(refused.value) == "数据表的结构与程序的版本不同：请先运行 qunwen backup，再运行 qunwen manage migrate。"


@pytest.mark.django_db
def test_a_missing_table_asks_for_init(everything):
    with pytest.raises(DatabaseError) as refused, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM nowhere")
    assert told(refused.value) == "数据库还没有建好：请先运行 qunwen init。"


@pytest.mark.parametrize(
    "text",
    [
        'connection to server at "127.0.0.1", port 1 failed: Connection refused',
        "server closed the connection unexpectedly",
    ],
)
def test_a_database_that_does_not_answer_is_told_as_such(text):
    assert told(OperationalError(text)).startswith("连接不上数据库：请检查 DATABASE_URL")


def test_any_other_refusal_of_the_database_is_told_whole():
    assert told(ProgrammingError("syntax error at x")).startswith("数据库出错：syntax error at x")
