"""Communes as they are typed, the groupes of a territoire, the calendar of a part."""

from pathlib import Path

import pytest
from django.db import IntegrityError, connection

from aplus.annuaire import queries
from aplus.annuaire.models import Commune, Groupe, Organisme, Territoire
from aplus.annuaire.rules import place_key
from aplus.core import clock

pytestmark = pytest.mark.django_db

COMMUNES = (
    ("95018", "Argenteuil", ["95100"], "95"),
    ("95555", "Saint-Gratien", ["95210"], "95"),
    ("95539", "Saint-Brice-sous-Forêt", ["95350"], "95"),
    ("97411", "Saint-Denis", ["97400", "97417"], "974"),
    ("97701", "Saint-Barthélemy", ["97133"], "977"),
    ("76351", "Le Havre", ["76600", "76610"], "76"),
    ("94038", "L'Haÿ-les-Roses", ["94240"], "94"),
    ("62160", "Bois 100%", ["62360"], "62"),
)


@pytest.fixture
def places() -> None:
    """A few territoires and communes."""
    for code in ("95", "974", "977", "76", "94", "62", "67"):
        Territoire.objects.create(code=code, name=f"T{code}", timezone="Europe/Paris")
    Territoire.objects.filter(code="974").update(timezone="Indian/Reunion", local_holidays=["12-20"])
    Commune.objects.bulk_create(
        Commune(code=code, name=name, sort_key=place_key(name), postcodes=postcodes, territoire_id=territoire)
        for code, name, postcodes, territoire in COMMUNES
    )
    Organisme.objects.create(code="caf", acronym="CAF", name="Caisse", side="operateur")


def groupe(name: str, *territoires: str, **fields: object) -> Groupe:
    """A groupe of the CAF."""
    made = Groupe.objects.create(name=name, organisme_id="caf", created_at=clock.now(), **fields)
    made.territoires.set(territoires)
    return made


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("argent", ["Argenteuil"]),
        ("ARGENTEUIL", ["Argenteuil"]),
        ("st g", ["Saint-Gratien"]),
        ("saint brice sous foret", ["Saint-Brice-sous-Forêt"]),
        ("saint-b", ["Saint-Barthélemy", "Saint-Brice-sous-Forêt"]),
        ("havre", ["Le Havre"]),
        ("le hav", ["Le Havre"]),
        ("hay les roses", ["L'Haÿ-les-Roses"]),
        ("97417", ["Saint-Denis"]),
        ("  97133 ", ["Saint-Barthélemy"]),
        ("95100 Argenteuil", ["Argenteuil"]),
        ("Argenteuil (95100)", ["Argenteuil"]),
        ("95100 Saint-Gratien", []),
        ("951", ["Argenteuil"]),
        (" 9521 ", ["Saint-Gratien"]),
        ("974", ["Saint-Denis"]),
        ("9513", []),
        ("95", []),
        ("951000", []),
        ("euil", []),
        ("%", []),
        ("_rgenteuil", []),
        ("bois 100%", ["Bois 100%"]),
        ("", []),
        ("a", []),
        ("\x00", []),
        ("argen\x00teuil", []),
        ("a" * 10_000, []),
    ],
)
def test_communes_as_typed(places: None, text: str, names: list[str]) -> None:
    assert [commune.name for commune in queries.communes_like(text)] == names


def test_communes_are_few_and_come_with_their_territoire(places: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = queries.communes_like("saint", limit=2)
        assert [commune.territoire.code for commune in found] == ["977", "95"]


def test_a_whole_name_comes_before_longer_ones(places: None) -> None:
    Commune.objects.create(code="76001", name="Havré", sort_key="havre", postcodes=["76000"], territoire_id="76")
    Commune.objects.create(
        code="76002", name="Havre-la-Neuve", sort_key="havre la neuve", postcodes=["76000"], territoire_id="76"
    )
    found = queries.communes_like("havre")
    assert [commune.name for commune in found] == ["Havré", "Le Havre", "Havre-la-Neuve"]
    assert [queries.is_whole_name(commune, "HAVRE (76600)") for commune in found] == [True, True, False]


def test_communes_are_found_by_index(places: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    for condition in ({"sort_key__startswith": "saint b"}, {"postcodes__overlap": ["95100", "95101"]}):
        plan = Commune.objects.order_by().filter(**condition).explain()
        assert "Index Cond: (((sort_key)::text >=" in plan or "commune_postcodes" in plan, plan


def test_territoires_by_code_and_themes_in_order(places: None) -> None:
    assert [each.code for each in queries.territoires()] == ["62", "67", "76", "94", "95", "974", "977"]
    assert list(queries.thematiques()) == []


def test_groupes_of_a_territoire(places: None) -> None:
    here, everywhere = groupe("CAF 95", "95", "974"), groupe("CAF nationale", is_national=True)
    groupe("CAF 67", "67")
    nowhere = groupe("CAF sans territoire")
    assert list(Groupe.objects.covering("95")) == [here, everywhere]
    assert nowhere not in Groupe.objects.covering("95")
    assert list(Groupe.objects.covering("974").select_for_update()) == [here, everywhere]


def test_groupes_that_accept_a_structure(places: None) -> None:
    groupe("fermé", closed_at=clock.now())
    anyone, chosen = groupe("à tous"), groupe("à certains", accepts=["ccas", "mairie"])
    opened = Groupe.objects.open()
    assert set(opened.accepting("ccas")) == {anyone, chosen}
    assert set(opened.accepting("association")) == {anyone}


def test_name_is_unique_within_the_organisme_accents_and_case_aside(places: None) -> None:
    groupe("CAF de l'Isère")
    with pytest.raises(IntegrityError, match="groupe_name_unique"):
        groupe("caf de  l'isere")


def test_sort_key_follows_the_name(places: None) -> None:
    made = groupe("École")
    assert made.sort_key == "ecole"
    made.name = "\ufdfa" * 120  # each of these is eighteen signs once folded
    made.save()
    made.refresh_from_db()
    assert len(made.sort_key) == 240
    [bulk] = Groupe.objects.bulk_create([Groupe(name="Été", organisme_id="caf", created_at=clock.now())])
    assert Groupe.objects.get(id=bulk.id).sort_key == "ete"


def test_calendar_of_a_part(places: None, django_assert_num_queries) -> None:
    val_d_oise, reunion = Territoire.objects.get(code="95"), Territoire.objects.get(code="974")
    both, far, national = groupe("deux", "974", "95"), groupe("loin", "974", "977"), groupe("tous", is_national=True)
    made = {each.id: each for each in Groupe.objects.prefetch_related("territoires")}
    with django_assert_num_queries(0):
        assert queries.calendar_of(val_d_oise, made[both.id]) == val_d_oise.calendar
        assert queries.calendar_of(reunion, made[both.id]) == reunion.calendar
        assert queries.calendar_of(val_d_oise, made[far.id]) == reunion.calendar
        assert queries.calendar_of(val_d_oise, made[national.id]) == val_d_oise.calendar


def test_readme_names_source_version_and_licence() -> None:
    readme = (Path(queries.__file__).parent / "data" / "README.md").read_text()
    assert all(words in readme for words in ("@etalab/decoupage-administratif` 6.0.0", "Licence Ouverte"))
