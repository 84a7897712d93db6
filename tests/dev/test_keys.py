"""The demo's secrets are strong, private, and the same at each start."""

import base64
import json
from pathlib import Path

from dev.launcher.keys import keys


def test_they_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    made = keys(tmp_path)
    assert len(made["APLUS_SECRET_KEY"]) >= 50
    name, _, secret = made["APLUS_KEKS"].partition(":")
    assert name
    assert len(base64.b64decode(secret, validate=True)) == 32
    assert base64.b64decode(made["APLUS_SEARCH_KEY"], validate=True).startswith(b"demo")
    assert keys(tmp_path) == made
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_folder_of_a_former_version_keeps_its_keys_and_gets_the_new_one(tmp_path: Path) -> None:
    made = keys(tmp_path)
    former = {name: value for name, value in made.items() if name != "APLUS_SEARCH_KEY"}
    (tmp_path / "keys.json").write_text(json.dumps(former))
    now = keys(tmp_path)
    assert now.keys() == made.keys()
    assert now.items() >= former.items()
    assert keys(tmp_path) == now


def test_two_folders_have_different_ones(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = keys(tmp_path / "a"), keys(tmp_path / "b")
    assert not set(first.values()) & set(second.values())
