"""Who is told of what, written down a second time from notifications.md: rows of tables are read, nothing is asked.

Each way of being told is a loudness: `always` (at once whatever one chose), `every`, `grouped`, `none` (application
only). Of several ways the loudest counts; then what the person chose for themselves may make it quieter.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from aplus.accounts.models import Absence, Expertise, Membership, User
from aplus.annuaire.models import Groupe
from aplus.demandes.models import Demande, Following, Message, Part, Participant

LOUDNESS = ("none", "grouped", "every", "always")
AUTHORS = {"auteur", "co-auteur"}
OPEN = {"ADDRESSED", "OPENED", "IN_CHARGE"}
OF_GROUPE = {"chaque": "every", "groupe": "grouped", "aucun": "none"}
AT_ONCE, GROUPED, IN_APP = "at once", "grouped", "in the application"


class Facts:
    """One demande and everybody, as the tables say at this moment."""

    def __init__(self, demande_id):
        self.demande = Demande.objects.get(pk=demande_id)
        self.parts = {part.groupe_id: part for part in Part.objects.filter(demande=demande_id)}
        self.named = {one.user_id: one for one in Participant.objects.filter(demande=demande_id, until=None)}
        self.users = {user.pk: user for user in User.objects.all()}
        self.groupes = {groupe.pk: groupe for groupe in Groupe.objects.all()}
        self.held = {(one.user_id, one.groupe_id): one for one in Membership.objects.all()}
        self.experts = set(Expertise.objects.values_list("user_id", flat=True))
        rows = Following.objects.filter(demande=demande_id).values_list("user_id", "is_muted")
        self.muting = {user for user, is_muted in rows if is_muted}
        self.following = {user for user, is_muted in rows if not is_muted}
        words = Message.objects.filter(demande=demande_id, side="instructeurs")
        self.wrote = set(words.values_list("author_id", flat=True))
        # Who is away and has somebody in their place on this demande, who can do it.
        standing_in = Participant.objects.filter(demande=demande_id, until=None, absence__isnull=False)
        away = dict(Absence.objects.filter(ended_at=None).values_list("pk", "user_id"))
        present = [one for one in standing_in if self.side(one.user_id) == "auteur"]
        self.replaced = {away[one.absence_id] for one in present if one.absence_id in away}

    def flag(self, user_id, groupe_id, flag):
        """Whether this person holds it there, at this moment."""
        membership = self.held.get((user_id, groupe_id))
        is_there = membership and self.users[user_id].is_active and self.groupes[groupe_id].closed_at is None
        return bool(is_there and getattr(membership, flag))

    def side(self, user_id):
        """product.md §4."""
        named, archived_at = self.named.get(user_id), self.demande.archived_at
        if named is not None and named.kind in AUTHORS:
            return "auteur" if self.flag(user_id, self.demande.structure_id, "is_aidant") else None
        for groupe_id in self.parts:
            if self.flag(user_id, groupe_id, "is_instructeur"):
                since = self.held[user_id, groupe_id].instructeur_since
                if archived_at is None or since <= archived_at:
                    return "instructeurs"
        if named is None or not self.users[user_id].is_active:
            return None
        if named.kind == "expert":
            return "instructeurs" if user_id in self.experts and archived_at is None else None
        return "instructeurs" if self.flag(user_id, named.via_groupe_id, "is_instructeur") else None

    def may_read(self, line):
        """Whether the mail of this line may leave now."""
        if line.groupe_id is not None:
            groupe = self.groupes[line.groupe_id]
            return line.groupe_id in self.parts and bool(mailbox(groupe)) and groupe.closed_at is None
        side = self.side(line.person_id)
        return side == "instructeurs" or (side == "auteur" and line.event not in {"note", "retrait-note"})


def mailbox(groupe):
    """Its address, when it has one that is on."""
    return groupe.mailbox if groupe.is_mailbox_told else ""


class Told:
    """Who is to be told of one act, by the table of notifications.md §2."""

    def __init__(self, facts):
        self.facts, self.boxes = facts, set()
        self.ways = defaultdict(set)

    def person(self, user_id, loudness="every"):
        self.ways[user_id].add(loudness)

    def authors(self, loudness="every"):
        """The author's side; who is replaced reads it in the application."""
        for user_id, named in self.facts.named.items():
            if named.kind in AUTHORS:
                self.person(user_id, "none" if user_id in self.facts.replaced else loudness)

    def groupe_as_sent(self, groupe_id):
        """The mailbox, and each instructeur as their membership says; somebody is told in any case."""
        facts, groupe = self.facts, self.facts.groupes[groupe_id]
        if groupe.closed_at is not None:
            return
        members = {
            user_id: OF_GROUPE[membership.new_demandes]
            for (user_id, place), membership in facts.held.items()
            if place == groupe_id and facts.flag(user_id, place, "is_instructeur") and not self.is_author(user_id)
        }
        if mailbox(groupe):
            self.boxes.add(groupe_id)
        elif all("none" in {way, OF_GROUPE[facts.users[one].mail_choice]} for one, way in members.items()):
            members = dict.fromkeys(members, "always")
        for user_id, way in members.items():
            self.person(user_id, "every" if facts.demande.is_urgent and way != "always" else way)

    def follower_else_groupe(self, part):
        """Who follows a part, else its groupe as for "sent"."""
        if part.followed_by_id and self.facts.flag(part.followed_by_id, part.groupe_id, "is_instructeur"):
            self.person(part.followed_by_id)
        else:
            self.groupe_as_sent(part.groupe_id)

    def each_part(self):
        for part in self.facts.parts.values():
            self.follower_else_groupe(part)

    def in_touch(self):
        """A reply or a note: each open part, who wrote in it, who chose to follow; never who is an author."""
        for part in self.facts.parts.values():
            if part.state in OPEN:
                self.follower_else_groupe(part)
        for user_id in self.facts.wrote | self.facts.following:
            self.person(user_id)
        self.ways = defaultdict(set, {one: ways for one, ways in self.ways.items() if not self.is_author(one)})

    def is_author(self, user_id):
        named = self.facts.named.get(user_id)
        return named is not None and named.kind in AUTHORS

    def outcome(self, actor_id):
        """How each is told; nobody of their own act, nor of a demande they are not on."""
        found = dict.fromkeys(self.boxes, AT_ONCE)
        for user_id, ways in self.ways.items():
            if user_id != actor_id and self.facts.side(user_id):
                found[user_id] = self.chosen(user_id, max(ways, key=LOUDNESS.index))
        return found

    def chosen(self, user_id, way):
        """notifications.md §3."""
        own = OF_GROUPE[self.facts.users[user_id].mail_choice]
        if way == "always" or (way != "none" and self.facts.demande.is_urgent):
            return AT_ONCE
        if "none" in {way, own} or user_id in self.facts.muting:
            return IN_APP
        return GROUPED if "grouped" in {way, own} else AT_ONCE


@dataclass(frozen=True)
class Happened:
    """An act: the tables before and after it, who did it, from which side, and what the tables do not say."""

    event: str
    before: Facts
    after: Facts
    by_id: UUID
    # Whom a part was given to; how each was told of the message that is withdrawn.
    given_to: UUID | None = None
    was_told: Mapping[UUID, str] = field(default_factory=dict)

    def told(self):
        """How each is to be told of it."""
        told = Told(self.after)
        ROWS[self.event](told, self)
        return told.outcome(self.by_id)

    @property
    def new_people(self):
        """Who came onto the demande by name."""
        return self.after.named.keys() - self.before.named.keys()

    def parts_where(self, is_so):
        """The groupes whose part changed in this way: (before or None, after)."""
        parts = self.after.parts.items()
        return [groupe_id for groupe_id, part in parts if is_so(self.before.parts.get(groupe_id), part)]


def to_the_author_s_side(told, _act):
    told.authors()


def in_the_application(told, _act):
    told.authors("none")


def waited_for(told, act):
    """Processed, details asked; the groupes whose part was closed by tick."""
    told.authors("always")
    for groupe_id in act.parts_where(lambda was, part: part.is_closed_by_tick and was.state in OPEN):
        told.groupe_as_sent(groupe_id)


def reply(told, _act):
    told.in_touch()
    told.authors()


def note(told, _act):
    told.in_touch()


def called(told, act):
    for user_id in act.new_people:
        told.person(user_id, "always")


def invitation(told, act):
    called(told, act)
    for groupe_id in act.parts_where(lambda was, part: was is None or was.addressed_at != part.addressed_at):
        told.groupe_as_sent(groupe_id)
    if act.before.side(act.by_id) == "instructeurs":
        told.authors("none")


def hand_over(told, act):
    told.authors("none")
    told.person(act.after.demande.author_id, "always")
    told.person(act.before.demande.author_id)


def given(told, act):
    told.person(act.given_to)


def each_part(told, _act):
    told.each_part()


def mandat_withdrawn(told, act):
    """demandes.md §8: the instructeurs are told to stop."""
    told.each_part()
    named = {one for one, row in act.after.named.items() if row.kind not in AUTHORS}
    for user_id in act.after.wrote | named:
        if not told.is_author(user_id):
            told.person(user_id)
    told.authors("none")


def withdrawn(told, act):
    """Who was told of it, in the same way."""
    for recipient, how in act.was_told.items():
        if recipient in act.after.groupes:
            told.boxes.add(recipient)
        elif act.event == "retrait-message" or not told.is_author(recipient):
            told.person(recipient, {AT_ONCE: "every", GROUPED: "grouped", IN_APP: "none"}[how])


ROWS = {
    **dict.fromkeys(("prise-en-charge", "promesse", "incompetence", "nouveau"), to_the_author_s_side),
    **dict.fromkeys(("ouverture", "depart"), in_the_application),
    **dict.fromkeys(("traitement", "precisions"), waited_for),
    "reponse": reply,
    "note": note,
    "co-auteur": called,
    "invitation": invitation,
    "passation": hand_over,
    "attribution": given,
    **dict.fromkeys(("toujours-bloque", "archivage", "reouverture"), each_part),
    "retrait-du-mandat": mandat_withdrawn,
    **dict.fromkeys(("retrait-message", "retrait-note"), withdrawn),
}
