"""What each step of a new demande must hold before going on, and before sending (demandes.md §4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import TypeVar
from zoneinfo import ZoneInfo

import phonenumbers

from aplus.demandes.content import (
    MANDAT_MODES,
    PRECAUTIONS,
    URGENCIES,
    Answer,
    Authorisation,
    Block,
    Usager,
)
from aplus.demandes.rules.birth import check_birth_date
from aplus.demandes.rules.identifiers import PARSERS
from aplus.demandes.rules.steps import Checked, Problems, Typed, one_line
from aplus.demandes.rules.subject import names_in, personal_data_in

T = TypeVar("T")

MAX_GROUPES = 8
REASON_FROM = 4
MAX_REASON = 1000
MAX_SUBJECT = 150
MAX_NAME = 100
MAX_INFOS = 20
MAX_INFO_NAME = 60
MAX_INFO_VALUE = 500
MAX_ANSWER = 2000
MAX_DESCRIPTION = 20_000
OTHER_THEME = "autre"
# Numbers dialled like those of France, each under the plan of its own place.
_FRANCE = 33
_PHONE_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Step 1: who asks, where, about what, whom."""

    structure: str
    territoire: str
    # None is "autre".
    thematique: str | None
    groupes: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What step 1 may choose from: ids as text. `barred` says why a ticked groupe cannot be addressed from here."""

    structures: Collection[str]
    territoires: Collection[str]
    thematiques: Collection[str]
    groupes: Collection[str]
    barred: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Person:
    """Step 2: the subject, the usager and the mandat; no authorisation yet while its form waits to be signed."""

    subject: str
    usager: Usager
    precautions: tuple[str, ...]
    authorisation: Authorisation | None


@dataclass(frozen=True, slots=True)
class Question:
    """One guided question of a chosen organisme."""

    organisme: str
    code: str
    label: str

    @property
    def field(self) -> str:
        """Its field in contract.md §3."""
        return f"question_{self.organisme}_{self.code}"


def check_organismes(typed: Typed, offer: Offer) -> Checked[Chosen]:
    """Step 1; a groupe that is neither offered nor barred was refused before."""
    problems = Problems()
    structure, territoire, thematique = (typed.line(name) for name in ("structure", "territoire", "thematique"))
    if structure not in offer.structures:
        problems.add("structure", "Choisissez la structure pour laquelle vous faites cette demande.")
    if territoire not in offer.territoires:
        problems.add("territoire", "Choisissez le territoire concerné dans la liste.")
    if thematique not in offer.thematiques and thematique != OTHER_THEME:
        problems.add("thematique", "Choisissez une thématique ; si aucune ne convient, choisissez « Autre ».")
    groupes = tuple(dict.fromkeys(typed.all("groupes")))
    if not groupes:
        problems.add("groupes", "Cochez au moins un groupe.")
    elif len(groupes) > MAX_GROUPES:
        problems.add("groupes", f"Cochez {MAX_GROUPES} groupes au plus : vous en avez coché {len(groupes)}.")
    for groupe in groupes:
        if groupe not in offer.groupes:
            problems.add("groupes", offer.barred[groupe])
    reason = typed.text("motif")
    if len(groupes) >= REASON_FROM and not reason:
        problems.add("motif", f"À partir de {REASON_FROM} groupes, dites en quelques mots pourquoi vous les saisissez.")
    _limit(problems, "motif", reason, MAX_REASON)
    chosen = Chosen(structure, territoire, None if thematique == OTHER_THEME else thematique, groupes, reason)
    return _checked(problems, chosen)


def check_usager(
    typed: Typed, *, needed: Collection[str], now: datetime, zone: ZoneInfo, is_final: bool
) -> Checked[Person]:
    """Step 2. `needed`: the identifiers the chosen organismes ask for. `is_final`: sending is next, a mandat that
    was to be made must have been signed."""
    problems = Problems()
    names = {name: typed.line(name) for name in ("prenom", "nom", "nom_naissance")}
    subject = _subject(problems, typed, list(names.values()))
    for name, label in (("prenom", "le prénom"), ("nom", "le nom")):
        if not names[name]:
            problems.add(name, f"Saisissez {label} de la personne.")
    for name, value in names.items():
        _limit(problems, name, value, MAX_NAME)
    birth_date, notices = _birth_date(problems, typed, now.astimezone(zone).date())
    identifiers, unknown = _identifiers(problems, typed, needed)
    usager = Usager(
        first_name=names["prenom"],
        last_name=names["nom"],
        birth_name=names["nom_naissance"],
        birth_date=birth_date,
        phone=_phone(problems, typed),
        identifiers=identifiers,
        unknown=unknown,
    )
    precautions = tuple(dict.fromkeys(typed.all("precautions")))
    if any(code not in PRECAUTIONS for code in precautions):
        problems.add("precautions", "Choisissez les précautions dans la liste.")
    authorisation = _authorisation(problems, typed, now=now, zone=zone, is_final=is_final)
    return _checked(problems, Person(subject, usager, precautions, authorisation), notices)


def _subject(problems: Problems, typed: Typed, names: Sequence[str]) -> str:
    subject = typed.line("sujet")
    if not subject:
        problems.add("sujet", "Saisissez un sujet, sans donnée personnelle : par exemple « Allocation non versée ».")
    _limit(problems, "sujet", subject, MAX_SUBJECT)
    for explanation in personal_data_in(subject):
        problems.add("sujet", explanation)
    if not typed.ticked("sujet_confirme") and names_in(subject, *names):
        problems.add("sujet", NAME_IN_SUBJECT)
    return subject


NAME_IN_SUBJECT = (
    "Le sujet semble contenir le nom de la personne. Retirez-le ; si ce mot n'est pas son nom, "
    "cochez la case sous le sujet."
)


def _birth_date(problems: Problems, typed: Typed, today: date) -> tuple[str, tuple[str, ...]]:
    text = typed.last("date_naissance")
    if not text.strip():
        problems.add("date_naissance", "Saisissez la date de naissance, ou au moins l'année.")
        return "", ()
    try:
        birth = check_birth_date(text, today)
    except ValueError as error:
        problems.add("date_naissance", str(error))
        return "", ()
    return birth.text, (birth.notice,) if birth.notice else ()


def _phone(problems: Problems, typed: Typed) -> str:
    """As people read it: national for a number of France, international for any other."""
    text = typed.line("telephone")
    if not text:
        return ""
    number = _phone_number(text)
    if number is not None:
        styles = phonenumbers.PhoneNumberFormat
        style = styles.NATIONAL if number.country_code == _FRANCE else styles.INTERNATIONAL
        return phonenumbers.format_number(number, style)
    problems.add(
        "telephone",
        "Ce numéro de téléphone n'est pas complet ou compte trop de chiffres : vérifiez-le "
        "(un numéro étranger commence par + et l'indicatif du pays).",
    )
    return text


def _phone_number(text: str) -> phonenumbers.PhoneNumber | None:
    """The number under the first plan that knows it, else of the right length for France."""
    try:
        numbers = [phonenumbers.parse(text, region) for region in _PHONE_REGIONS]
    except phonenumbers.NumberParseException:
        return None
    known = next((number for number in numbers if phonenumbers.is_valid_number(number)), None)
    return known or (numbers[0] if phonenumbers.is_possible_number(numbers[0]) else None)


def _identifiers(problems: Problems, typed: Typed, needed: Collection[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    given: dict[str, str] = {}
    unknown: list[str] = []
    for name, parse in PARSERS.items():
        text, is_unknown = typed.line(name), typed.ticked(f"sans_{name}")
        if text and is_unknown:
            problems.add(
                name, "Le numéro est saisi, et « Numéro inconnu de l'usager » est coché : gardez l'un des deux."
            )
        elif is_unknown:
            unknown.append(name)
        elif text:
            try:
                given[name] = parse(text)
            except ValueError as error:
                problems.add(name, str(error))
        elif name in needed:
            problems.add(
                name,
                "Un organisme choisi en a besoin : saisissez ce numéro, ou cochez « Numéro inconnu de l'usager ».",
            )
    return given, tuple(unknown)


def _authorisation(
    problems: Problems, typed: Typed, *, now: datetime, zone: ZoneInfo, is_final: bool
) -> Authorisation | None:
    kind, mode, read_by = typed.line("mandat"), typed.line("mandat_mode"), typed.line("mandat_lu_par")
    if kind not in {"existant", "a_creer"}:
        problems.add("mandat", "Dites si la personne vous a déjà donné son autorisation, ou s'il faut créer le mandat.")
    is_due = is_final or kind == "existant"
    if mode and mode not in MANDAT_MODES:
        problems.add("mandat_mode", "Choisissez comment l'autorisation a été donnée.")
    elif is_due and not mode:
        problems.add("mandat_mode", "Dites comment la personne a donné son autorisation : papier, oral ou SMS.")
    _limit(problems, "mandat_lu_par", read_by, MAX_NAME)
    obtained_at = _obtained_at(problems, typed, now, zone, is_due=is_due)
    until = _until(problems, typed, obtained_at, now.astimezone(zone).date(), zone)
    if not mode or obtained_at is None or until is None:
        return None
    return Authorisation(
        mode=mode, obtained_at=obtained_at, until=until, read_by=read_by, is_made_here=kind == "a_creer"
    )


def _obtained_at(problems: Problems, typed: Typed, now: datetime, zone: ZoneInfo, *, is_due: bool) -> datetime | None:
    try:
        obtained_at = typed.moment("mandat_obtenu_le", zone)
    except ValueError:
        problems.add("mandat_obtenu_le", "Saisissez la date et l'heure sous la forme aaaa-mm-jjThh:mm.")
        return None
    if obtained_at is None:
        if is_due:
            problems.add("mandat_obtenu_le", "Saisissez la date et l'heure de l'autorisation de la personne.")
        return None
    if obtained_at > now:
        problems.add("mandat_obtenu_le", "L'autorisation ne peut pas être dans l'avenir : corrigez la date ou l'heure.")
    elif year_after(obtained_at.astimezone(zone).date()) < now.astimezone(zone).date():
        problems.add("mandat_obtenu_le", "Cette autorisation a plus d'un an : demandez-en une nouvelle à la personne.")
    return obtained_at


def _until(problems: Problems, typed: Typed, obtained_at: datetime | None, today: date, zone: ZoneInfo) -> date | None:
    """The last day of the mandat: one year after it was given, or sooner when a day was typed."""
    try:
        until = typed.day("mandat_jusqu_au")
    except ValueError:
        problems.add("mandat_jusqu_au", "Saisissez le dernier jour du mandat sous la forme aaaa-mm-jj.")
        return None
    if until is not None and until < today:
        problems.add("mandat_jusqu_au", "Ce jour est passé : un mandat terminé ne permet pas d'envoyer une demande.")
    if obtained_at is None:
        return until
    latest = year_after(obtained_at.astimezone(zone).date())
    if until is not None and until > latest:
        problems.add("mandat_jusqu_au", f"Un mandat dure un an au plus : jusqu'au {latest:%d/%m/%Y} pour celui-ci.")
    return until or latest


def year_after(day: date) -> date:
    """The same day a year later; the 28th of February after a 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def check_blocage(typed: Typed, questions: Sequence[Question]) -> Checked[Block]:
    """Step 3; answers to questions of organismes that are no longer chosen are left out."""
    problems = Problems()
    description = typed.text("description")
    if not description:
        problems.add("description", "Décrivez le blocage : ce qui est demandé, ce qui a été tenté, ce qui est en jeu.")
    _limit(problems, "description", description, MAX_DESCRIPTION)
    answers = [Answer(one.organisme, one.code, one.label, typed.text(one.field)) for one in questions]
    for question, answer in zip(questions, answers, strict=True):
        _limit(problems, question.field, answer.text, MAX_ANSWER)
    urgency, urgency_on = _urgency(problems, typed)
    block = Block(
        description=description,
        infos=_infos(problems, typed),
        answers=tuple(answer for answer in answers if answer.text),
        urgency=urgency,
        urgency_on=urgency_on,
    )
    return _checked(problems, block)


def _infos(problems: Problems, typed: Typed) -> tuple[tuple[str, str], ...]:
    pairs = [(one_line(name), one_line(value)) for name, value in info_pairs(typed)]
    if len(pairs) > MAX_INFOS:
        problems.add("info_nom", f"Gardez {MAX_INFOS} informations au plus : vous en avez saisi {len(pairs)}.")
    for name, value in pairs:
        if not name:
            problems.add("info_nom", f"Donnez un nom à l'information « {value[:40]} ».")
        elif not value:
            problems.add("info_nom", f"Complétez « {name[:MAX_INFO_NAME]} », ou effacez son nom.")
        if len(name) > MAX_INFO_NAME:
            problems.add("info_nom", f"« {name[:30]}… » : {MAX_INFO_NAME} signes au plus pour un nom d'information.")
        if len(value) > MAX_INFO_VALUE:
            problems.add("info_nom", f"« {name[:30]} » : une information compte {MAX_INFO_VALUE} signes au plus.")
    return tuple(pairs)


def info_pairs(typed: Typed) -> list[tuple[str, str]]:
    """The pairs of `info_nom` and `info_valeur`, in order, but for those that are wholly empty."""
    pairs = zip_longest(typed.all("info_nom"), typed.all("info_valeur"), fillvalue="")
    return [(name, value) for name, value in pairs if name.strip() or value.strip()]


def _urgency(problems: Problems, typed: Typed) -> tuple[str, date | None]:
    urgency = typed.line("urgence")
    if urgency and urgency not in URGENCIES:
        problems.add("urgence", "Choisissez le motif d'urgence dans la liste.")
    try:
        urgency_on = typed.day("urgence_le")
    except ValueError:
        problems.add("urgence_le", "Saisissez la date sous la forme aaaa-mm-jj.")
        return urgency, None
    if urgency_on and not urgency:
        problems.add("urgence", "Choisissez le motif d'urgence qui va avec la date, ou effacez la date.")
    return urgency, urgency_on


def _limit(problems: Problems, name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        problems.add(name, f"{longest} signes au plus : vous en avez saisi {len(text)}.")


def _checked(problems: Problems, value: T, notices: tuple[str, ...] = ()) -> Checked[T]:
    return Checked(None if problems.found else value, problems.found, notices)
