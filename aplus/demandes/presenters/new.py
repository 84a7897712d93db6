"""What the four steps of a new demande say: groupes to tick, rows of information, the recap, the mandat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.urls import reverse

from aplus.annuaire.models import Groupe
from aplus.demandes.content import IDENTIFIERS, MANDAT_MODES, PRECAUTIONS, URGENCIES, Authorisation
from aplus.demandes.forms.new import BlocageForm, OrganismesForm, UsagerForm
from aplus.demandes.presenters.states import usual_delay
from aplus.demandes.queries.drafts import NamedFile, OpenedDraft
from aplus.demandes.rules.checks import MAX_INFOS, info_pairs
from aplus.demandes.rules.identifiers import display
from aplus.demandes.rules.steps import ORDER, Raw, Step, Typed
from aplus.demandes.services.sending import Review
from aplus.ui.dates import day_label, moment_label

PROPOSED_INFOS = (
    "Numéro de dossier",
    "Référence du courrier",
    "Date du courrier",
    "Adresse",
    "Numéro étranger",
    "Nom d'usage",
)
BLANK_INFOS = 3


@dataclass(frozen=True)
class GroupeCard:
    """One groupe to tick."""

    id: str
    input_id: str
    is_ticked: bool
    name: str
    organisme: str
    description: str
    public_note: str
    consigne: str
    # Codes for the filter of the browser, separated by spaces.
    thematiques: str
    # "répond d’ordinaire en 2 jours"; empty when too few answers say it.
    usual_delay: str = ""
    problem: str = ""


@dataclass(frozen=True)
class InfoRow:
    """One row of information: its rank, from 1, and what was typed."""

    rank: int
    name: str
    value: str
    suffix: str


@dataclass(frozen=True)
class Fact:
    """A name and its value, the value as it was typed."""

    label: str
    value: str


@dataclass(frozen=True)
class RecapBlock:
    """One step in the recap: what it holds, what is missing, where to change it."""

    step: Step
    url: str
    check_url: str
    facts: Sequence[Fact]
    problems: Sequence[str] = field(default_factory=list)


def stepper(step: Step) -> dict[str, str | int]:
    """What the DSFR stepper shows."""
    following = step.following
    return {
        "current_step_id": str(step.number),
        "current_step_title": step.label,
        "next_step_title": following.label if following else "",
        "total_steps": str(len(ORDER)),
    }


def groupe_cards(form: OrganismesForm) -> list[GroupeCard]:
    """The groupes of the page, those that cannot be addressed from here (ticked before) first."""
    ticked = {str(value) for value in form["groupes"].value() or []}
    places = form.places
    listed = [*places.barred, *((groupe, "") for groupe in places.groupes)]
    return [_card(groupe, problem, rank, ticked) for rank, (groupe, problem) in enumerate(listed)]


def _card(groupe: Groupe, problem: str, rank: int, ticked: Collection[str]) -> GroupeCard:
    codes: list[str] = getattr(groupe, "thematique_codes", [])
    return GroupeCard(
        id=str(groupe.id),
        input_id=f"id_groupes_{rank}",
        is_ticked=str(groupe.id) in ticked,
        name=groupe.name,
        organisme=groupe.organisme.name,
        description=groupe.description,
        public_note=groupe.public_note,
        consigne=groupe.organisme.consigne,
        thematiques=" ".join(codes),
        usual_delay=usual_delay(getattr(groupe, "usual_days", None)),
        problem=problem,
    )


def info_rows(raw: Raw) -> list[InfoRow]:
    """The rows of information to show: those typed, then a few blank ones."""
    pairs = info_pairs(Typed(raw))
    blanks = max(0, min(BLANK_INFOS, MAX_INFOS - len(pairs)))
    rows = [*pairs, *[("", "")] * blanks]
    return [
        InfoRow(rank, name, value, "" if rank == 1 else f"_{rank}") for rank, (name, value) in enumerate(rows, start=1)
    ]


def shown_identifiers(form: UsagerForm, needed: Collection[str]) -> list[str]:
    """The identifiers on the page: those an organisme needs, and any that was typed all the same."""

    def has_something(name: str) -> bool:
        return bool(form[name].value() or form[f"sans_{name}"].value() or form[name].errors)

    return [name for name in IDENTIFIERS if name in needed or has_something(name)]


def question_groups(form: BlocageForm) -> list[tuple[str, list[object]]]:
    """The guided questions under the name of the organisme that asks them."""
    groups: dict[str, list[object]] = {}
    for question in form.questions:
        name = f"question_{question.organisme_id}_{question.code}"
        groups.setdefault(question.organisme.acronym, []).append(form[name])
    return list(groups.items())


def recap(review: Review, draft: OpenedDraft, zone: ZoneInfo, files: Sequence[NamedFile]) -> list[RecapBlock]:
    """The first three steps as they will be sent, each with what is missing."""
    proofs = [file.words for file in files if file.is_proof]
    pieces = [file.words for file in files if not file.is_proof]
    facts = {
        Step.ORGANISMES: _organismes_facts(review, draft),
        Step.USAGER: _usager_facts(review, draft.typed(Step.USAGER), zone, proofs),
        Step.BLOCAGE: _blocage_facts(review, draft.typed(Step.BLOCAGE), pieces),
    }
    blocks = []
    for step, known in facts.items():
        url = reverse("demandes:step", args=[draft.id, step])
        problems = [text for texts in review.problems.get(step, {}).values() for text in texts]
        shown = [fact for fact in known if fact.value]
        blocks.append(RecapBlock(step, url, f"{url}?verifier=1", shown, problems))
    return blocks


def _organismes_facts(review: Review, draft: OpenedDraft) -> list[Fact]:
    typed, places = draft.typed(Step.ORGANISMES), review.places
    theme = typed.line("thematique")
    names = {one.code: one.name for one in places.thematiques} | {"autre": "Autre"}
    structures = {str(one.id): one.name for one in places.structures}
    ticked = [*(one.name for one in review.groupes), *(one.name for one, _ in places.barred)]
    return [
        Fact("Structure demandeuse", structures.get(typed.line("structure"), "")),
        Fact("Territoire concerné", str(places.territoire or "")),
        Fact("Thématique", names.get(theme, "")),
        Fact("Groupes saisis", "\n".join(ticked)),
        Fact("Pourquoi autant de groupes", typed.text("motif")),
    ]


def _usager_facts(review: Review, typed: Typed, zone: ZoneInfo, proofs: Sequence[str]) -> list[Fact]:
    identifiers = []
    given = review.usager.value.usager.identifiers if review.usager.value else {}
    for name, label in IDENTIFIERS.items():
        value = display(name, given[name]) if name in given else typed.line(name)
        unknown = "inconnu de l'usager" if typed.ticked(f"sans_{name}") else ""
        identifiers.append(Fact(label, value or unknown))
    return [
        Fact("Sujet", typed.line("sujet")),
        Fact("Prénom et nom", " ".join(part for part in (typed.line("prenom"), typed.line("nom")) if part)),
        Fact("Nom de naissance", typed.line("nom_naissance")),
        Fact("Date de naissance", typed.line("date_naissance")),
        Fact("Téléphone", typed.line("telephone")),
        *identifiers,
        Fact("Précautions", "\n".join(PRECAUTIONS[code] for code in typed.all("precautions") if code in PRECAUTIONS)),
        Fact("Autorisation", mandat_label(review.usager.value.authorisation, zone) if review.usager.value else ""),
        Fact("Lu ou traduit par", typed.line("mandat_lu_par")),
        Fact("Preuve de l'autorisation", "\n".join(proofs)),
    ]


def _blocage_facts(review: Review, typed: Typed, pieces: Sequence[str]) -> list[Fact]:
    infos = [Fact(name, value) for name, value in info_pairs(typed)]
    answers = [Fact(one.label, typed.text(f"question_{one.organisme_id}_{one.code}")) for one in review.questions]
    block = review.blocage.value
    urgency = URGENCIES.get(typed.line("urgence"), "")
    if urgency and block and block.urgency_on:
        urgency = f"{urgency} ({day_label(block.urgency_on)})"
    return [
        *infos,
        *answers,
        Fact("Description", typed.text("description")),
        Fact("Urgence", urgency),
        Fact("Pièces jointes", "\n".join(pieces)),
    ]


def mandat_label(authorisation: Authorisation | None, zone: ZoneInfo) -> str:
    """How, when and until when the usager gave the authorisation."""
    if authorisation is None:
        return ""
    given = moment_label(authorisation.obtained_at, zone.key)
    return f"{MANDAT_MODES[authorisation.mode]}, le {given}, jusqu'au {day_label(authorisation.until)}"


def attestation(review: Review, zone: ZoneInfo) -> str:
    """What the aidant attests when sending, with the mandat it is about."""
    sentence = "J'atteste avoir recueilli l'autorisation de la personne pour faire cette demande"
    authorisation = review.usager.value.authorisation if review.usager.value else None
    if authorisation is None:
        return sentence
    given = moment_label(authorisation.obtained_at, zone.key)
    return f"{sentence} ({MANDAT_MODES[authorisation.mode]}, le {given})"
