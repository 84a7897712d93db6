"""An aidant at work: typing a story into the four steps of a new demande, and sending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from aplus.annuaire.rules import Calendar, local_day
from aplus.core import clock
from aplus.demandes.rules.steps import Raw, Step
from aplus.demandes.services import drafts, sending
from aplus.policy.actor import Actor
from dev.demo import papers
from dev.demo.days import business_days_before, dated
from dev.demo.identities import identifiers
from dev.demo.script import Paper, Story
from dev.demo.settling import Cast

MOMENT = "%Y-%m-%dT%H:%M"
FILES_AT_HAND = timedelta(minutes=3)


@dataclass(frozen=True)
class Desk:
    """A story about to be typed; `at` is when it is sent, or last saved."""

    cast: Cast
    story: Story
    rank: int
    at: datetime
    calendar: Calendar

    def send(self) -> UUID:
        """Type everything and send it; the demande's id."""
        draft_id = self.begin(steps=len(Step) - 1)
        colleagues = [self.cast.users[key].pk for key in self.story.colleagues]
        with clock.at(self.at):
            return sending.send(self._actor, draft_id, colleagues=colleagues, attested=True, key=uuid4())

    def begin(self, steps: int) -> UUID:
        """Type the first steps, a few minutes before; the draft's id."""
        with clock.at(self.at - timedelta(minutes=11)):
            draft_id = drafts.begin(self._actor, self._organismes(), key=uuid4(), after=Step.USAGER)
        if steps > Step.ORGANISMES.number:
            with clock.at(self.at - timedelta(minutes=8)):
                self._save(draft_id, Step.USAGER, self._usager(), drafts.Files(proof=self._proof()))
        if steps > Step.USAGER.number:
            with clock.at(self.at - FILES_AT_HAND):
                pieces = [papers.upload(self._dated_paper(paper)) for paper in self.story.files]
                self._save(draft_id, Step.BLOCAGE, self._blocage(), drafts.Files(pieces=pieces))
        return draft_id

    @property
    def _actor(self) -> Actor:
        return self.cast.actors[self.story.by]

    def _save(self, draft_id: UUID, step: Step, raw: Raw, files: drafts.Files) -> None:
        location = drafts.step_address(draft_id, step)
        problems = drafts.save(
            self._actor, draft_id, step, raw, version=None, key=uuid4(), location=location, files=files
        )
        if problems:
            raise ValueError(problems)

    def _organismes(self) -> Raw:
        [structure] = self._actor.aidant_groupe_ids
        return {
            "structure": str(structure),
            "territoire": self.story.territoire,
            "thematique": self.story.theme,
            "groupes": [str(self.cast.groupes[key].id) for key in self.story.to],
            "motif": self._dated(self.story.reason),
        }

    def _usager(self) -> Raw:
        story, who = self.story, self.story.who
        known = identifiers(who, self.rank)
        wanted = {name for key in story.to for name in self.cast.groupes[key].organisme.identifiers} | set(story.also)
        raw: dict[str, str | list[str]] = {
            "sujet": self._dated(story.subject),
            "prenom": who.first_name,
            "nom": who.last_name,
            "nom_naissance": who.birth_name,
            "date_naissance": who.birth_date,
            "telephone": who.phone,
            "precautions": list(story.precautions),
            **{name: known[name] for name in wanted if name not in who.unknown},
            **{f"sans_{name}": "1" for name in who.unknown},
        }
        return {**raw, **self._mandat()}

    def _mandat(self) -> Raw:
        given = self.story.mandat
        return {
            "mandat": "a_creer" if given.is_made_here else "existant",
            "mandat_mode": given.mode,
            "mandat_obtenu_le": self._obtained_at().strftime(MOMENT),
            "mandat_lu_par": given.read_by,
        }

    def _obtained_at(self) -> datetime:
        given = self.story.mandat
        if not given.days_before:
            return self.at - timedelta(minutes=25)
        day = business_days_before(local_day(self.at, self.calendar), given.days_before, self.calendar)
        return self.at.replace(year=day.year, month=day.month, day=day.day, hour=11, minute=5)

    def _proof(self) -> SimpleUploadedFile | None:
        if not self.story.mandat.has_proof:
            return None
        who, obtained = self.story.who, self._obtained_at()
        structure = self.cast.groupes[self._structure_key()].name
        return papers.upload(
            Paper(
                "mandat-signe.png",
                "Mandat",
                (
                    f"Je soussigné(e) {who.first_name} {who.last_name}, né(e) en {who.birth_date[-4:]},",
                    f"autorise {structure} à agir en mon nom auprès des organismes concernés",
                    "par ma situation, par l'intermédiaire d'Administration+.",
                    "",
                    f"Fait le {obtained:%d/%m/%Y}, lu et approuvé.",
                    "",
                    f"Signature : {who.first_name[0]}. {who.last_name}",
                ),
            )
        )

    def _structure_key(self) -> str:
        [structure] = self._actor.aidant_groupe_ids
        return next(key for key, groupe in self.cast.groupes.items() if groupe.id == structure)

    def _blocage(self) -> Raw:
        story = self.story
        raw: dict[str, str | list[str]] = {
            "description": self._dated(story.text),
            "info_nom": [name for name, _ in story.infos],
            "info_valeur": [self._dated(value) for _, value in story.infos],
            "urgence": story.urgency,
            "urgence_le": "",
            **{f"question_{code}": self._dated(answer) for code, answer in story.answers.items()},
        }
        if story.urgency_in is not None:
            raw["urgence_le"] = (local_day(self.at, self.calendar) + timedelta(days=story.urgency_in)).isoformat()
        return raw

    def _dated(self, text: str) -> str:
        return dated(text, self.at, self.calendar)

    def _dated_paper(self, paper: Paper) -> Paper:
        return Paper(paper.name, paper.title, tuple(self._dated(line) for line in paper.lines))
