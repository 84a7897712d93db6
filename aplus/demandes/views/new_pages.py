"""The page of each step of a new demande: what it reads, its form, its checks, what its template shows."""

from typing import Any, ClassVar

from django.http import HttpRequest

from aplus.core import clock
from aplus.core.errors import Unknown
from aplus.demandes.forms.new import BlocageForm, EnvoiForm, OrganismesForm, StepForm, UsagerForm, as_posted
from aplus.demandes.presenters import communes
from aplus.demandes.presenters import new as presenter
from aplus.demandes.presenters.same_person import SamePerson, same_person
from aplus.demandes.queries import choices, search
from aplus.demandes.queries import communes as communes_queries
from aplus.demandes.queries import drafts as queries
from aplus.demandes.queries.drafts import OpenedDraft
from aplus.demandes.rules import checks
from aplus.demandes.rules.checks import NAME_IN_SUBJECT
from aplus.demandes.rules.steps import Checked, Raw, Step, Typed
from aplus.demandes.services import sending
from aplus.demandes.services.drafts import NO_FILES, Files
from aplus.policy.actor import Actor


class StepPage:
    """One step for one person. `raw` is what was typed: posted now, or saved before. Raises Unknown (forged id)."""

    step: ClassVar[Step]

    def __init__(self, actor: Actor, draft: OpenedDraft | None, raw: Raw) -> None:
        self.actor = actor
        self.draft = draft
        self.raw = raw
        self.read()

    @property
    def typed(self) -> Typed:
        """What was typed, read field by field."""
        return Typed(self.raw)

    def saved(self, step: Step) -> Typed:
        """What the draft holds for a step."""
        return self.draft.typed(step) if self.draft else Typed({})

    def read(self) -> None:
        """Read what the page needs, and refuse forged ids."""

    def fresh_form(self) -> StepForm:
        """The form with what was saved, unchecked."""
        return self.make(None, None, saved=self.raw)

    def posted_form(self, request: HttpRequest) -> StepForm:
        """The form with what is posted."""
        return self.make(request.POST, request.FILES)

    def checked_form(self) -> StepForm:
        """The form with what was saved and everything that is to be corrected in it."""
        form = self.make(as_posted(self.raw), None)
        form.show(self.checked(is_final=True).problems)
        return form

    def make(self, data: Any, files: Any, *, saved: Raw | None = None) -> StepForm:
        """The form of this step."""
        raise NotImplementedError

    def checked(self, *, is_final: bool = False) -> Checked[Any]:
        """Whether what was typed allows to go on (`is_final`: to send)."""
        raise NotImplementedError

    def files(self, request: HttpRequest) -> Files:
        """The files that come with what is posted."""
        return NO_FILES

    def context(self, form: Any) -> dict[str, Any]:
        """What the template of this step shows besides its form."""
        raise NotImplementedError

    def files_there(self, *, proofs: bool) -> list[queries.NamedFile]:
        """The files of the draft: the proofs of the mandat, or the pieces."""
        there = queries.named_files(self.draft) if self.draft else []
        return [file for file in there if file.is_proof is proofs]


class OrganismesPage(StepPage):
    """Step 1."""

    step = Step.ORGANISMES

    def read(self) -> None:
        """Everything that may be chosen; what only one answer is possible to is filled in."""
        self.places = choices.places(self.actor, self.typed, self.saved(self.step))
        structure, territoire = self.places.structure, self.places.territoire
        filled = dict(self.raw)
        if structure and not self.typed.line("structure"):
            filled["structure"] = str(structure.id)
        if territoire and "territoire" not in filled:
            filled["territoire"] = territoire.code
        self.raw = filled

    def make(self, data: Any, files: Any, *, saved: Raw | None = None) -> OrganismesForm:
        """The form of step 1."""
        return OrganismesForm(data, files=files, saved=saved, places=self.places)

    def checked(self, *, is_final: bool = False) -> Checked[checks.Chosen]:
        """Whether the groupes can be addressed."""
        return checks.check_organismes(self.typed, self.places.offer)

    def context(self, form: OrganismesForm) -> dict[str, Any]:
        """The groupes to tick, and what the usager's commune says."""
        return {
            "places": self.places,
            "cards": presenter.groupe_cards(form),
            "needs_reason_from": checks.REASON_FROM,
            "commune": communes.answer(communes_queries.proposal(self.typed.line("commune")), self.places.territoire),
        }


class UsagerPage(StepPage):
    """Step 2."""

    step = Step.USAGER

    def read(self) -> None:
        """The identifiers that the chosen organismes need, and what time it is over there."""
        chosen = self.saved(Step.ORGANISMES)
        self.needed = sending.needed_identifiers(choices.chosen_groupes(chosen))
        self.zone = sending.zone_of(choices.territoire_of(chosen, self.actor))

    def make(self, data: Any, files: Any, *, saved: Raw | None = None) -> UsagerForm:
        """The form of step 2."""
        return UsagerForm(data, files=files, saved=saved)

    def checked(self, *, is_final: bool = False) -> Checked[checks.Person]:
        """Whether the usager and the mandat are said as they must be."""
        return checks.check_usager(self.typed, needed=self.needed, now=clock.now(), zone=self.zone, is_final=is_final)

    def files(self, request: HttpRequest) -> Files:
        """The proof of the mandat."""
        proofs = request.FILES.getlist("mandat_preuve")
        return Files(proof=proofs[-1] if proofs else None, removed=request.POST.getlist("retirer"))

    def context(self, form: UsagerForm) -> dict[str, Any]:
        """The identifiers to show, the mandat to print, the proof already there."""
        names_the_usager = NAME_IN_SUBJECT in form.errors.get("sujet", [])
        shown = presenter.shown_identifiers(form, self.needed)
        return {
            "identifiers": [(form[name], form[f"sans_{name}"]) for name in shown],
            "asks_to_confirm": names_the_usager or self.typed.ticked("sujet_confirme"),
            "may_print": self.typed.line("mandat") == "a_creer" and self.typed.line("nom") != "",
            "proofs": self.files_there(proofs=True),
        }


class BlocagePage(StepPage):
    """Step 3."""

    step = Step.BLOCAGE

    def read(self) -> None:
        """The guided questions of the chosen organismes."""
        groupes = choices.chosen_groupes(self.saved(Step.ORGANISMES))
        self.questions = choices.questions((groupe.organisme_id for groupe in groupes), self.typed)

    def make(self, data: Any, files: Any, *, saved: Raw | None = None) -> BlocageForm:
        """The form of step 3."""
        return BlocageForm(data, files=files, saved=saved, questions=self.questions)

    def checked(self, *, is_final: bool = False) -> Checked[Any]:
        """Whether the block is described."""
        return checks.check_blocage(self.typed, sending.as_asked(self.questions))

    def files(self, request: HttpRequest) -> Files:
        """New pieces, and those to take away."""
        return Files(pieces=request.FILES.getlist("fichiers"), removed=request.POST.getlist("retirer"))

    def context(self, form: BlocageForm) -> dict[str, Any]:
        """The rows of information, the questions, the files already there."""
        return {
            "info_rows": presenter.info_rows(self.raw),
            "proposed_infos": presenter.PROPOSED_INFOS,
            "question_groups": presenter.question_groups(form),
            "pieces": self.files_there(proofs=False),
        }


class EnvoiPage(StepPage):
    """Step 4."""

    step = Step.ENVOI
    draft: OpenedDraft

    def read(self) -> None:
        """The recap as sending checks it, and the colleagues to choose among."""
        self.review = sending.review(self.actor, self.draft)
        self.zone = sending.zone_of(self.review.places.territoire)
        self.colleagues = choices.colleagues(self.actor, self.saved(Step.ORGANISMES).line("structure"))
        known = {str(person.id) for person in self.colleagues} | set(self.saved(self.step).all("collegues"))
        if not set(self.typed.all("collegues")) <= known:
            raise Unknown
        still_there = {str(person.id) for person in self.colleagues}
        self.raw = {**self.raw, "collegues": [one for one in self.typed.all("collegues") if one in still_there]}

    def make(self, data: Any, files: Any, *, saved: Raw | None = None) -> EnvoiForm:
        """The form of step 4."""
        sentence = presenter.attestation(self.review, self.zone)
        return EnvoiForm(data, files=files, saved=saved, colleagues=self.colleagues, attestation=sentence)

    def checked(self, *, is_final: bool = False) -> Checked[Any]:
        """Nothing of its own to check."""
        return Checked(None, {})

    def context(self, form: EnvoiForm) -> dict[str, Any]:
        """The recap, with what is missing."""
        blocks = presenter.recap(self.review, self.draft, self.zone, queries.named_files(self.draft))
        return {
            "blocks": blocks,
            "incomplete": [block for block in blocks if block.problems],
            "set_aside": [step for step in Step if self.draft.asides.get(step)],
            "has_colleagues": bool(self.colleagues),
            "same_person": self._same_person(),
            "awaits_mandat": self.saved(Step.USAGER).line("mandat") == "a_creer",
        }

    def _same_person(self) -> SamePerson | None:
        """The demandes this aidant already follows for the person, once the draft says who it is."""
        person = self.review.usager.value
        return None if person is None else same_person(search.same_person(self.actor, person.usager), person.usager)


PAGES: dict[Step, type[StepPage]] = {page.step: page for page in (OrganismesPage, UsagerPage, BlocagePage, EnvoiPage)}
