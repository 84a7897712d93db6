"""The reference data of all France: loaded once, loaded again when a file changes, never taken away."""

import csv
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DataError

from aplus.annuaire import services
from aplus.annuaire.models import Commune, Organisme, Question, Territoire, Thematique
from aplus.annuaire.rules import place_key
from aplus.core import clock
from aplus.core.text import fold

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release's data, with three communes only."""
    shutil.copytree(services.DATA, tmp_path, dirs_exist_ok=True)
    communes = tmp_path / "communes.csv"
    communes.write_text("".join(communes.read_text().splitlines(keepends=True)[:4]))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """The file as the next release brings it."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_all_of_france_is_loaded_and_nothing_the_second_time(django_assert_num_queries) -> None:
    first, second = StringIO(), StringIO()
    call_command("load_reference", stdout=first)
    with django_assert_num_queries(3):  # savepoint, digests, release
        call_command("load_reference", stdout=second)
    assert "communes.csv : 34963 lignes" in first.getvalue()
    assert second.getvalue() == "Données de référence : rien de nouveau.\n"
    assert Territoire.objects.count() == 107
    assert Thematique.objects.count() == 10
    assert Organisme.objects.count() == 32
    assert Question.objects.count() == 20
    assert set(Commune.objects.values_list("territoire", flat=True)) == set(
        Territoire.objects.values_list("code", flat=True)
    )


def test_rows_say_what_the_files_say(folder: Path) -> None:
    services.load_reference(folder)
    moselle = Territoire.objects.get(code="57")
    assert moselle.calendar.local_holidays == {"vendredi-saint", "12-26"}
    assert Territoire.objects.get(code="988").timezone == "Pacific/Noumea"
    msa = Organisme.objects.get(code="msa")
    assert (msa.acronym, msa.side, msa.identifiers, msa.is_france_services) == ("MSA", "operateur", ["nir"], True)
    assert {theme.code for theme in msa.thematiques.all()} == {
        "famille-aides",
        "sante-handicap",
        "retraite",
        "logement-energie",
    }
    assert [question.code for question in Question.objects.filter(organisme="caf")] == [
        "prestation",
        "demarches",
        "dernier-courrier",
        "consequence",
    ]
    assert Thematique.objects.first() == Thematique(code="papiers-identite")
    commune = Commune.objects.get(code="01001")
    assert (commune.name, commune.postcodes, commune.territoire_id) == ("L'Abergement-Clémenciat", ["01400"], "01")
    assert commune.sort_key == place_key(commune.name)


def test_people_read_organismes_in_alphabetical_order(folder: Path) -> None:
    services.load_reference(folder)
    acronyms = list(Organisme.objects.values_list("acronym", flat=True))
    assert acronyms == sorted(acronyms, key=fold)
    assert acronyms != sorted(acronyms)


def test_changed_file_overwrites_its_rows_and_leaves_the_others(folder: Path) -> None:
    services.load_reference(folder)
    Thematique.objects.create(code="numerique", name="Numérique", rank=20)
    Territoire.objects.filter(code="95").update(local_holidays=["06-24"])
    change(folder / "organismes.csv", "caf,CAF,", "caf,Caf,")
    change(folder / "organismes.csv", "famille-aides|logement-energie,numero_caf", "famille-aides,numero_caf")
    (folder / "communes.csv").write_text("code,nom,codes_postaux,territoire\n01001,L'Abergement,01400|01401,01\n")
    assert services.load_reference(folder) == {"organismes.csv": 32, "communes.csv": 1}
    caf = Organisme.objects.get(code="caf")
    assert (caf.acronym, caf.sort_key) == ("Caf", "caf")
    assert [theme.code for theme in caf.thematiques.all()] == ["famille-aides"]
    assert Commune.objects.get(code="01001").postcodes == ["01400", "01401"]
    assert Commune.objects.count() == 3
    assert Thematique.objects.count() == 11
    assert Territoire.objects.get(code="95").local_holidays == ["06-24"]


def test_what_was_changed_on_screen_stays_and_the_rest_follows(folder: Path) -> None:
    services.load_reference(folder)
    now = clock.now()
    Territoire.objects.filter(code="57").update(local_holidays=[], edited_at=now)
    Thematique.objects.filter(code="famille-aides").update(retired_at=now, edited_at=now)
    Organisme.objects.filter(code="caf").update(consigne="La nôtre.", edited_at=now)
    Organisme.objects.get(code="caf").thematiques.clear()
    cnav = Question.objects.exclude(organisme="caf").first()
    assert cnav is not None
    Question.objects.filter(pk=cnav.pk).update(label="La nôtre\u00a0?", retired_at=now, edited_at=now)
    change(folder / "territoires.csv", "vendredi-saint", "01-02")
    change(folder / "thematiques.csv", "famille-aides,", "famille-aides,Autre nom de ")
    change(folder / "organismes.csv", "caf,CAF,", "caf,Caf,")
    change(folder / "organismes.csv", "msa,MSA,", "msa,Msa,")
    change(folder / "questions.csv", "prestation,", "prestation-bis,")
    assert set(services.load_reference(folder)) == {
        *("territoires.csv", "thematiques.csv", "organismes.csv", "questions.csv"),
    }
    assert Territoire.objects.get(code="57").local_holidays == []
    assert Territoire.objects.get(code="67").local_holidays == ["01-02", "12-26"]
    theme = Thematique.objects.get(code="famille-aides")
    assert (theme.retired_at, theme.name.startswith("Autre nom")) == (now, False)
    caf = Organisme.objects.get(code="caf")
    assert (caf.acronym, caf.consigne, list(caf.thematiques.all())) == ("CAF", "La nôtre.", [])
    assert Organisme.objects.get(code="msa").acronym == "Msa"
    assert not Question.objects.filter(organisme="caf", code="prestation-bis").exists()
    kept = Question.objects.get(pk=cnav.pk)
    assert (kept.label, kept.retired_at) == ("La nôtre\u00a0?", now)


def test_bad_file_loads_nothing_at_all(folder: Path) -> None:
    change(folder / "territoires.csv", "Pacific/Noumea", "Pacific/Atlantide")
    with pytest.raises(ValueError, match="Pacific/Atlantide"):
        services.load_reference(folder)
    assert not Territoire.objects.exists()
    change(folder / "territoires.csv", "Pacific/Atlantide", "Pacific/Noumea")
    change(folder / "communes.csv", "01001", "code trop long")
    with pytest.raises(DataError, match="value too long"):
        services.load_reference(folder)
    assert not Territoire.objects.exists()


def test_files_are_the_ones_the_code_expects() -> None:
    for name in ("territoires", "thematiques", "organismes", "questions", "communes"):
        with (services.DATA / f"{name}.csv").open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source))
        keys = [(row.get("organisme"), row["code"]) for row in rows]
        assert len(keys) == len(set(keys)), name
        assert not any(None in row or None in row.values() for row in rows), name
