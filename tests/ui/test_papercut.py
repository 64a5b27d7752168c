import hashlib
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from qunwen.base.ui.papercut import draw_papercut


def test_papercut_of_a_code_is_always_the_same_bytes():
    digest = hashlib.sha256(draw_papercut("510112").encode()).hexdigest()
    assert digest == hashlib.sha256(draw_papercut("510112").encode()).hexdigest()
    assert digest == "6f11459d84e96130be74393c5cfdabfa66cbb4c22729132dc25f4f9c3c20f7be"


def test_papercuts_of_neighbouring_villages_differ():
    drawings = {draw_papercut(f"510112001{number:03}") for number in range(1, 200)}
    assert len(drawings) == 199


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=20), st.text(alphabet=st.characters(exclude_categories=("C",)), max_size=20))
def test_papercut_is_well_formed_for_any_code_and_title(code, title):
    root = ElementTree.fromstring(draw_papercut(code, title))  # noqa: S314 - our own drawing
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))


def test_papercut_is_small_enough_for_a_list_of_them():
    assert max(len(draw_papercut(str(code))) for code in range(510112001, 510112201)) < 6000


def test_papercut_title_is_escaped():
    assert "<title>&lt;b&gt;&amp;</title>" in draw_papercut("1", "<b>&")
