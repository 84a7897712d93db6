"""The exports of the lists: what they hold and for whom, in chunks, never a formula, never anything of the usager."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from aplus.accounts.models import Membership
from aplus.accounts.queries.actors import actor_for
from aplus.annuaire.models import Thematique
from aplus.core import clock
from aplus.demandes.content import Usager
from aplus.demandes.models import Demande, Part, ParticipantKind, Transition
from aplus.demandes.presenters import list_export as presenter
from aplus.demandes.queries import list_export as queries
from aplus.demandes.queries.list_holders import EVERYTHING, Tab
from aplus.demandes.rules.life import DemandeState, PartState
from aplus.demandes.views import exporting
from aplus.journal.models import JournalLine
from aplus.policy.decisions import Side
from tests.demandes.lists.test_page import to_caf
from tests.demandes.lists.worlds import Planned, PlannedPart, write
from tests.personas import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Any], Client]
DAY = timedelta(days=1)


def csv_of(client: Client, query: str = "") -> list[dict[str, str]]:
    """The lines of the CSV, by header."""
    response = client.get(f"/demandes.csv{query}")
    assert response.status_code == 200
    assert isinstance(response, StreamingHttpResponse)
    content = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content), delimiter=";"))


def xlsx_of(client: Client, query: str = "") -> list[list[str]]:
    """The cells of the workbook as they are written: texts in the line, days as numbers."""
    response = client.get(f"/demandes.xlsx{query}")
    assert response.status_code == 200
    book = zipfile.ZipFile(io.BytesIO(b"".join(response)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    rows = re.findall(r"<row [^>]*>(.*?)</row>", sheet)
    return [re.findall(r"<(?:t|v)[^>]*>(.*?)</(?:t|v)>", row) for row in rows]


def lived(world: World) -> Demande:
    """Sent on a Monday, taken in charge on the Wednesday, processed on the Friday, archived the next Monday."""
    theme = Thematique.objects.create(code="logement", name="Logement")
    parts = [
        PlannedPart(world.caf95, PartState.PROCESSED),
        PlannedPart(world.cpam95, PartState.NOT_COMPETENT),
    ]
    [demande] = write(
        [
            Planned(
                world.alice,
                world.fs_argenteuil,
                parts,
                subject="Sujet-canari",
                usager=Usager("Prénom-canari", "Nom-canari"),
                created_ago=7 * DAY,
                archived_ago=timedelta(),
            )
        ]
    )
    demande.thematique, demande.is_unblocked = theme, "en_partie"
    demande.save()
    part = demande.parts.get(groupe=world.caf95)
    Part.objects.filter(pk=part.pk).update(is_not_relevant=True)
    for days, on, state in (
        (2, part, PartState.IN_CHARGE),
        (3, part, PartState.IN_CHARGE),
        (4, part, PartState.PROCESSED),
        (4, None, DemandeState.PROCESSED),
    ):
        Transition.objects.create(
            act_id=uuid4(), demande=demande, part=on, event="X", to_state=state, at=demande.created_at + days * DAY
        )
    return demande


def test_a_line_says_states_dates_groupes_and_delays(world: World, signed_in: SignedIn, time_machine: Any) -> None:
    time_machine.move_to("2031-04-14T08:00:00+00:00", tick=False)
    demande = lived(world)
    [line] = csv_of(signed_in(world.alice), "?onglet=archivees")
    assert line == {
        "Numéro": str(demande.number),
        "État": "Archivée",
        "Thématique": "Logement",
        "Territoire": "Val-d'Oise (95)",
        "Structure": "France services Argenteuil",
        "Groupes saisis": "CAF du Val-d'Oise, CPAM du Val-d'Oise",
        "Envoyée le": "2031-04-07",
        "Première prise en charge le": "2031-04-09",
        "Traitée le": "2031-04-11",
        "Archivée le": "2031-04-14",
        "Délai de prise en charge (jours calendaires)": "2",
        "Délai de traitement (jours calendaires)": "4",
        "Non pertinente": "Oui",
        "Blocage levé": "En partie",
    }


def test_the_workbook_holds_the_same_lines(world: World, signed_in: SignedIn, time_machine: Any) -> None:
    time_machine.move_to("2031-04-14T08:00:00+00:00", tick=False)
    demande = lived(world)
    headers, line = xlsx_of(signed_in(world.alice), "?onglet=archivees")
    assert headers == list(presenter.HEADERS)
    assert line[0] == str(demande.number)
    # Days are days: counted from 1900 as spreadsheets do.
    sent = (date(2031, 4, 7) - date(1899, 12, 30)).days
    assert [int(value) for value in line[6:12]] == [sent, sent + 2, sent + 4, sent + 7, 2, 4]
    assert line[12:] == ["Oui", "En partie"]


def test_nothing_of_the_usager_leaves(world: World, signed_in: SignedIn) -> None:
    lived(world)
    client = signed_in(world.alice)
    assert "canari" not in client.get("/demandes.csv?onglet=archivees").getvalue().decode()
    assert "canari" not in str(xlsx_of(client, "?onglet=archivees"))


def test_each_side_reads_its_own_words_of_its_own_demandes(world: World, signed_in: SignedIn) -> None:
    people = [(world.paul, ParticipantKind.INVITED, world.cpam95)]
    write([to_caf(world, people=people), Planned(world.amir, world.ccas_cergy, [PlannedPart(world.msa95)])])
    expected = {"alice": ["Envoyée"], "ines": ["Nouvelle"], "paul": ["Nouvelle"], "chloe": ["Envoyée"], "elise": []}
    for person, states in expected.items():
        client = signed_in(world.user(person))
        assert [line["État"] for line in csv_of(client)] == states or person == "chloe"
        assert len(xlsx_of(client)) == 1 + len(csv_of(client))
    assert csv_of(signed_in(world.ines), f"?groupe={world.msa95.pk}") == []
    Membership.objects.filter(user=world.ines).delete()
    assert csv_of(signed_in(world.ines)) == []


def test_an_export_is_the_list_as_filtered_tab_included(world: World, signed_in: SignedIn) -> None:
    urgent, _, late = write([to_caf(world, is_urgent=True), to_caf(world), to_caf(world, part={"due_in": -DAY})])
    client = signed_in(world.ines)
    for query, number in (("?urgent=1", urgent.number), ("?onglet=en-souffrance&tri=activite", late.number)):
        assert [line["Numéro"] for line in csv_of(client, query)] == [str(number)]
        assert xlsx_of(client, query)[1][0] == str(number)
        html = client.get(f"/demandes/{query}").content.decode()
        assert f'href="/demandes.csv{query}"'.replace("&", "&amp;") in html
        assert f'href="/demandes.xlsx{query}"'.replace("&", "&amp;") in html
    assert csv_of(client, "?onglet=brouillons") == []
    assert xlsx_of(client, "?onglet=brouillons") == [list(presenter.HEADERS)]


def test_notes_change_nothing_of_what_the_authors_side_exports(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    client = signed_in(world.alice)
    before = csv_of(client)
    Demande.objects.update(instructeur_word_by=world.igor, instructeur_activity_at=clock.now(), instructeur_version=9)
    assert csv_of(client) == before


def test_a_spreadsheet_finds_no_formula(world: World, signed_in: SignedIn) -> None:
    for number, sign in enumerate(("=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx")):
        world.fs_argenteuil.name = sign
        world.fs_argenteuil.save()
        if not number:
            write([to_caf(world)])
        client = signed_in(world.alice)
        [line] = csv_of(client)
        assert line["Structure"] == f"'{sign}"
        # In a workbook a text is a text.
        assert sign.strip() in xlsx_of(client)[1][4]


def test_the_csv_opens_in_a_spreadsheet(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    response = signed_in(world.alice).get("/demandes.csv")
    content = response.getvalue()
    assert content.startswith("\ufeffNuméro;État;".encode())
    assert content.count(b"\r\n") == 2
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="demandes-\d{4}-\d\d-\d\d\.csv"', response.headers["Content-Disposition"]
    )
    assert response.headers["Cache-Control"] == "no-store"


def test_the_journal_has_its_line_before_the_first_byte(world: World, signed_in: SignedIn) -> None:
    write([to_caf(world)])
    client = signed_in(world.ines)

    def lines() -> list[Any]:
        written = JournalLine.objects.filter(actor_id=world.ines.pk, act="export")
        return list(written.order_by("id").values_list("codes", flat=True))

    client.get("/demandes.csv?onglet=a-traiter&urgent=1")
    assert lines() == [{"format": "csv", "onglet": "a-traiter", "filtres": 1}]
    xlsx_of(client)
    assert lines()[1] == {"format": "xlsx", "onglet": "toutes", "filtres": 0}


@pytest.mark.parametrize("path", ["/demandes.csv", "/demandes.xlsx"])
def test_head_and_odd_input(world: World, signed_in: SignedIn, path: str) -> None:
    client = signed_in(world.alice)
    response = client.head(path)
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    assert not JournalLine.objects.filter(act="export").exists()
    assert client.post(path).status_code == 405
    odd = "?onglet=x&tri=%00&groupe=%00&du=hier&apres=zz&recherche=x"
    response = client.get(path + odd)
    assert response.status_code == 200
    assert b"".join(response)
    assert Client().get(path).status_code == 303


# By chunks


def test_the_header_leaves_before_any_demande_is_read(world: World, django_assert_num_queries: Any) -> None:
    write([to_caf(world)])
    actor = actor_for(world.alice.pk)
    chunks = queries.chunks(actor, Tab.ALL, now=clock.now(), within=EVERYTHING)
    lines = presenter.as_csv([presenter.row(one, Side.AUTHOR) for one in chunk] for chunk in chunks)
    with django_assert_num_queries(0):
        assert next(lines).startswith(b"\xef\xbb\xbf")
    with django_assert_num_queries(4):
        assert next(lines).count(b"\r\n") == 1


def test_each_chunk_costs_the_same_and_holds_no_more_than_its_size(
    world: World, django_assert_num_queries: Any
) -> None:
    """Also when many were sent at the same moment; none is given twice, none is forgotten."""
    written = write([*(to_caf(world) for _ in range(20)), *(to_caf(world, created_ago=DAY) for _ in range(15))])
    chunks = queries.chunks(actor_for(world.ines.pk), Tab.ALL, now=clock.now(), within=EVERYTHING, size=10)
    seen = []
    for number in (10, 10, 10, 5):
        with django_assert_num_queries(4):
            chunk = next(chunks)
        assert len(chunk) == number
        seen += [one.id for one in chunk]
    assert next(chunks, None) is None
    assert sorted(seen) == sorted(one.id for one in written)


def test_an_export_reads_nothing_that_is_sealed(world: World) -> None:
    write([to_caf(world)])
    actor, asked = actor_for(world.ines.pk), []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        asked.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        list(queries.chunks(actor, Tab.ALL, now=clock.now(), within=EVERYTHING))
    assert len(asked) == 4
    assert not any("_sealed" in sql or "secret" in sql for sql in asked)


def test_a_download_given_up_ends_the_request(world: World, rf: RequestFactory) -> None:
    """What a server does when the client is gone: nothing more is read, and Django gives the connection back."""
    write(to_caf(world) for _ in range(3))
    request: Any = rf.get("/demandes.csv")
    request.actor = actor_for(world.alice.pk)
    response: Any = exporting.as_csv(request)
    lines = iter(response.streaming_content)
    assert next(lines)
    finished: list[Any] = []

    def note(**_: Any) -> None:
        finished.append(response)

    request_finished.disconnect(close_old_connections)
    request_finished.connect(note)
    try:
        response.close()
    finally:
        request_finished.disconnect(note)
        request_finished.connect(close_old_connections)
    assert finished == [response]
    with pytest.raises(StopIteration):
        next(lines)


def test_a_workbook_leaves_no_file_behind(
    world: World, signed_in: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    write([to_caf(world)])
    xlsx_of(signed_in(world.alice))
    assert list(tmp_path.iterdir()) == []

    def broken() -> Iterator[list[presenter.Row]]:
        yield [["texte"]]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        presenter.as_xlsx(broken())
    assert list(tmp_path.iterdir()) == []


def test_beyond_what_a_workbook_takes_a_page_offers_the_csv(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "XLSX_AT_MOST", 2)
    write(to_caf(world, is_urgent=True) for _ in range(2))
    client = signed_in(world.ines)
    assert len(xlsx_of(client, "?urgent=1")) == 3
    write([to_caf(world, is_urgent=True)])
    response = client.get("/demandes.xlsx?urgent=1")
    assert response.headers["Content-Type"].startswith("text/html")
    assert 'href="/demandes.csv?urgent=1"' in response.content.decode()
    assert JournalLine.objects.filter(act="export").count() == 1
