"""var/demo.json and the welcome say what contract.md §1 promises."""

import json
from pathlib import Path

from dev.launcher import demo_file

PEOPLE = {
    "personas": [
        {"nom": "Nadia Roche", "email": "nadia.roche@demo.example", "roles": ["aidante"], "groupes": ["CAF de l'Été"]},
        {"nom": "Ève", "email": "eve@demo.example", "roles": [], "groupes": []},
    ],
    "groupes": [],
    "totp": {},
}


def test_the_file_has_the_address_the_mails_and_the_people(tmp_path: Path) -> None:
    demo_file.write(tmp_path / "demo.json", "http://127.0.0.1:8000/", tmp_path / "mails", PEOPLE)
    content = json.loads((tmp_path / "demo.json").read_text(encoding="utf-8"))
    assert content == {"adresse": "http://127.0.0.1:8000/", "mails": str(tmp_path / "mails"), **PEOPLE}


def test_the_welcome_names_the_address_each_persona_and_the_mails(tmp_path: Path) -> None:
    text = demo_file.welcome("http://127.0.0.1:8000/", tmp_path, PEOPLE)
    assert "http://127.0.0.1:8000/" in text
    assert str(tmp_path) in text
    assert "nadia.roche@demo.example  Nadia Roche (aidante, CAF de l'Été)" in text
    assert "eve@demo.example          Ève\n" in text
    assert "Second facteur" not in text


def test_the_welcome_gives_the_secrets_of_second_factors(tmp_path: Path) -> None:
    text = demo_file.welcome("http://x/", tmp_path, {**PEOPLE, "totp": {"eve@demo.example": "ABCD"}})
    assert "  eve@demo.example  ABCD\n" in text
