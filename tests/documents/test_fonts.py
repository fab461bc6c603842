"""Which font is taken: the Chinese face of a collection, and only one that has every character."""

from __future__ import annotations

import shutil

import pytest
from fontTools.ttLib import TTCollection, TTFont

from dashboards.documents import fonts
from dashboards.documents.failures import DocumentError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SHUANGBAI_FONTS", str(tmp_path))
    return tmp_path


def test_the_chinese_face_of_a_collection_is_found(made_fonts, request, folder):
    made = request.getfixturevalue("fonts")
    collection = TTCollection()
    for family in ("Noto Serif CJK JP", "Noto Serif CJK SC"):
        font = TTFont(made / "simfang.ttf")
        font["name"].setName(family, 1, 3, 1, 0x409)
        collection.fonts.append(font)
    (folder / "deep").mkdir()
    collection.save(folder / "deep" / "NotoSerifCJK-Regular.ttc")
    assert fonts.face("text", {"县"}).index == 1


def test_a_font_without_a_character_is_passed_over(request, folder):
    made = request.getfixturevalue("fonts")
    shutil.copy(made / "simhei.ttf", folder / "simhei.ttf")
    assert fonts.face("heading", {"县", "●"}).path.endswith("simhei.ttf")
    with pytest.raises(DocumentError) as raised:
        fonts.face("heading", {"县", "\U00020000"})
    assert raised.value.key == "error.no_font"


def test_a_damaged_font_is_no_font(folder):
    (folder / "simfang.ttf").write_bytes(b"\0\1\0\0 not a font")
    with pytest.raises(DocumentError):
        fonts.face("text", {"县"})


def test_every_role_has_a_font_that_debian_installs():
    assert all(any(file.startswith("Noto") for file, _ in faces) for faces in fonts.CANDIDATES.values())
