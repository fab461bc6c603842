"""What may stand in access.yml and the list of readers, and what is said about what may not."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dashboards.access.rights import Rights
from dashboards.access.settings import Settings, SettingsError, read_settings
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import Home

PROVIDER = {"metadata": "https://login.example.org/x", "client_id": "one", "client_secret_file": "secret"}
USUAL = {"address": "https://shuangbai.example.org", "provider": PROVIDER, "readers": "readers.csv"}
OWN = "623021102000"


@pytest.fixture
def write(tmp_path):
    """`write(settings, readers)`: a home with these, read."""

    def write(settings: dict | str, readers: str = "reader,role,division_code\n") -> Settings | None:
        text = settings if isinstance(settings, str) else yaml.safe_dump(settings)
        (tmp_path / "access.yml").write_text(text, encoding="utf-8")
        (tmp_path / "secret").write_text("s\n")
        (tmp_path / "readers.csv").write_text(readers, encoding="utf-8")
        return read_settings(Home(tmp_path))

    return write


def test_without_a_file_there_are_no_settings(tmp_path):
    assert read_settings(Home(tmp_path)) is None


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ("{", "access.yml"),
        ("- a list", "access.yml"),
        ("", "access.yml"),
        ({}, "address"),
        (USUAL | {"addres": "x"}, "addres"),
        (USUAL | {"address": "http://shuangbai.example.org"}, "address"),
        (USUAL | {"address": "https://shuangbai.example.org/path"}, "address"),
        (USUAL | {"provider": PROVIDER | {"metadata": "http://login.example.org/x"}}, "provider.metadata"),
        (USUAL | {"provider": PROVIDER | {"client_id": ""}}, "provider.client_id"),
        (USUAL | {"provider": PROVIDER | {"client_secret": "written here"}}, "provider.client_secret"),
        (USUAL | {"provider": PROVIDER | {"client_secret_file": "nowhere"}}, "client_secret"),
        (USUAL | {"session_hours": 0}, "session_hours"),
        (USUAL | {"session_hours": 100}, "session_hours"),
        (USUAL | {"disclosure_threshold": 1}, "disclosure_threshold"),
        ({name: value for name, value in USUAL.items() if name != "readers"}, "readers"),
        (USUAL | {"claims": {"role": "r", "roles": {"a": "boss"}}}, "boss"),
        (USUAL | {"readers": "nowhere.csv"}, "nowhere.csv"),
    ],
)
def test_wrong_settings_are_named(write, settings, named):
    with pytest.raises(SettingsError) as wrong:
        write(settings)
    both = command_line_messages().both(wrong.value.key, **wrong.value.values)
    assert named in both


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("name,role\n", ["1"]),
        ("", ["1"]),
        ("reader,role,division_code\na,boss,\n", ["2", "role", "boss"]),
        ("reader,role,division_code\na,quality,\n\na,planner,\n", ["4", "reader"]),
        ("reader,role,division_code\n,quality,\n", ["2", "reader"]),
        ("reader,role,division_code\na,township,\n", ["2", "division_code"]),
        ("reader,role,division_code\na,township,冶力关镇\n", ["2", "division_code"]),
        ("reader,role,division_code\na,township,6230211020001\n", ["2", "division_code"]),
        ("reader,role,division_code\na,quality,,more\n", ["2", "reader"]),
    ],
)
def test_a_wrong_list_is_named_with_row_and_column(write, rows, said):
    with pytest.raises(SettingsError) as wrong:
        write(USUAL, rows)
    both = command_line_messages().both(wrong.value.key, **wrong.value.values)
    assert all(word in both for word in ["readers.csv", *said])


def test_a_reader_is_found_by_subject_or_by_an_address_that_was_verified(write):
    settings = write(USUAL, f"reader,role,division_code\nSub-1,quality,\nown@example.org,township,{OWN[:9]}\n")
    assert settings.rights({"sub": "Sub-1"}) == Rights("quality", None, 0)
    assert settings.rights({"sub": "sub-1"}) is None
    own = {"sub": "2", "email": "OWN@example.org", "email_verified": True}
    assert settings.rights(own) == Rights("township", OWN, 5)
    for verified in (False, None, "true", 1):
        assert settings.rights(own | {"email_verified": verified}) is None
    assert settings.rights({"sub": "own@example.org"}) is not None
    assert settings.rights({"sub": "3", "email": "", "email_verified": True}) is None


def test_a_claim_gives_role_and_division(write):
    claims = {"role": "groups", "division": "unit", "roles": {"county-leaders": "leadership", "towns": "township"}}
    settings = write(USUAL | {"claims": claims})
    assert settings.rights({"sub": "1", "groups": ["x", "county-leaders"]}) == Rights("leadership", None, 5)
    assert settings.rights({"sub": "1", "groups": "towns", "unit": 623021102}) == Rights("township", OWN, 5)
    assert settings.rights({"sub": "1", "groups": ["towns"]}) is None
    assert settings.rights({"sub": "1", "groups": ["towns"], "unit": "x"}) is None
    assert settings.rights({"sub": "1", "groups": ["boss"]}) is None
    assert settings.rights({"sub": "1"}) is None


def test_the_list_comes_before_the_claim(write):
    settings = write(USUAL | {"claims": {"role": "role"}}, f"reader,role,division_code\n1,township,{OWN}\n")
    assert settings.rights({"sub": "1", "role": "quality"}).role == "township"


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["quality", "township", OWN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=5,
)


@given(role=json, unit=json, email=json, verified=json)
def test_no_claim_of_any_shape_breaks_or_opens_more_than_it_says(role, unit, email, verified):
    settings = Settings(
        address="https://a.example", provider=PROVIDER, claims={"role": "role", "division": "unit"}
    )  # fmt: skip
    rights = settings.rights({"sub": "1", "role": role, "unit": unit, "email": email, "email_verified": verified})
    if rights is not None:
        assert rights.role in (role if isinstance(role, list) else [role])
        assert rights.role != "township" or rights.division_code
