"""Whose a file is, without a server; with one, in Chromium: test_in_chromium.py."""

from __future__ import annotations

from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from dashboards.access import files
from dashboards.access.files import Files


def made(owners: Files, key: str, content: bytes, name: str = "a.csv") -> str:
    """The address that Streamlit gives the file."""
    storage = MemoryMediaFileStorage("/media")
    given = owners.owned(key, lambda: content, "text/csv", name)()
    assert given == content
    return storage.get_url(storage.load_and_get_id(given, "text/csv", MediaFileKind.DOWNLOADABLE, name))


def test_a_file_is_of_the_session_that_made_it():
    owners = Files()
    own = made(owners, "one", b"1")
    assert owners.is_of("one", own)
    assert not owners.is_of("two", own)
    assert not owners.is_of("one", made(owners, "two", b"2"))
    assert not owners.is_of("nobody", own)
    assert not owners.is_of("one", "/media/.csv")


def test_the_same_file_is_of_both_who_made_it_until_one_leaves():
    owners = Files()
    assert made(owners, "one", b"same") == (address := made(owners, "two", b"same"))
    owners.forget("one")
    assert not owners.is_of("one", address) and owners.is_of("two", address)


def test_what_is_remembered_does_not_grow_without_end(monkeypatch):
    monkeypatch.setattr(files, "SESSIONS", 3)
    owners = Files()
    addresses = {key: made(owners, key, key.encode()) for key in "abcd"}
    assert [key for key, address in addresses.items() if owners.is_of(key, address)] == ["b", "c", "d"]
    many = [made(owners, "d", bytes([number, 0])) for number in range(files.FILES)]
    assert not owners.is_of("d", addresses["d"]) and owners.is_of("d", many[0])
