"""May this actor do this: one function per act, one condition per line, nothing but its arguments.

The table these functions say is product.md §5. Whether the *state* allows an act is not decided here: that is a
matter of being too late (409), not of right (403).
"""

from enum import StrEnum
from uuid import UUID

from aplus.policy.actor import Actor, Scope
from aplus.policy.facts import (
    DemandeFacts,
    FileFacts,
    GroupeRef,
    ManagedFacts,
    MemberFacts,
    MessageFacts,
    PersonFacts,
    PersonRef,
    PlaceFacts,
)

AUTHOR_KINDS = frozenset({"auteur", "co-auteur"})


class Side(StrEnum):
    """The two sides of a demande; nobody is on both."""

    AUTHOR = "auteur"
    INSTRUCTEURS = "instructeurs"


class Standing(StrEnum):
    """In which capacity somebody is on a demande (product.md §4: the author's side, then (a), (b), (c))."""

    AUTHOR = "auteur"
    CO_AUTHOR = "co-auteur"
    INSTRUCTEUR = "instructeur"
    INVITED = "invite"
    EXPERT = "expert"

    @property
    def side(self) -> Side:
        """The side this capacity is on."""
        return Side.AUTHOR if self in {Standing.AUTHOR, Standing.CO_AUTHOR} else Side.INSTRUCTEURS


def standing(actor: Actor, demande: DemandeFacts) -> Standing | None:
    """The actor's capacity on this demande at this moment; None for strangers."""
    own = next((person for person in demande.participant_list if person.user_id == actor.user_id), None)
    if own is not None and own.kind in AUTHOR_KINDS:
        return Standing(own.kind) if demande.structure_id in actor.aidant_groupe_ids else None
    if any(_handles(actor, demande, part.groupe_id) for part in demande.part_list):
        return Standing.INSTRUCTEUR
    if own is None:
        return None
    if own.kind == Standing.INVITED and own.via_groupe_id in actor.instructeur_groupe_ids:
        return Standing.INVITED
    if own.kind == Standing.EXPERT and actor.expertise is not None and demande.archived_at is None:
        return Standing.EXPERT
    return None


def _handles(actor: Actor, demande: DemandeFacts, groupe_id: UUID) -> bool:
    since = actor.instructeur_since(groupe_id)
    return since is not None and (demande.archived_at is None or since <= demande.archived_at)


def side(actor: Actor, demande: DemandeFacts) -> Side | None:
    """The actor's side on this demande."""
    capacity = standing(actor, demande)
    return capacity.side if capacity else None


# Sections


def may_enter(actor: Actor) -> bool:
    """Pages open to every signed-in person."""
    return actor.is_signed_in


def may_see_pilotage(actor: Actor) -> bool:
    """The section of superviseurs, observateurs and administrateurs."""
    return actor.has_pilotage


def may_create_demande(actor: Actor) -> bool:
    """Whoever holds *aidant* in a structure."""
    return bool(actor.aidant_groupe_ids)


def may_see_groupe(actor: Actor, _groupe: object) -> bool:
    """A groupe that was loaded among those the actor may see: its own, supervised, observed, or all of them."""
    return actor.is_signed_in


# Those who manage: metadata and people, never content


def may_manage_groupe(actor: Actor, groupe: GroupeRef) -> bool:
    """The acts of a responsable in their own groupe."""
    return groupe.id in actor.responsable_groupe_ids


def may_end_own_absence(actor: Actor, _absence: object) -> bool:
    """An absence that was loaded among the actor's own, whoever said it."""
    return actor.is_signed_in


def may_see_metadata(actor: Actor, groupe: PlaceFacts) -> bool:
    """A groupe's demandes, without subject or name: responsables, superviseurs in scope, administrateurs."""
    return actor.is_administrateur or may_manage_groupe(actor, groupe) or _supervises(actor.supervision, groupe)


def _supervises(scope: Scope | None, groupe: PlaceFacts) -> bool:
    """Organisme and one territoire in scope; a groupe of all France is in every scope but an empty one."""
    if scope is None or (scope.organismes is not None and groupe.organisme_id not in scope.organismes):
        return False
    if scope.territoires is None or not scope.territoires:
        return scope.territoires is None
    return groupe.is_national or not scope.territoires.isdisjoint(groupe.covered_codes)


def _governs(scope: Scope | None, groupe: PlaceFacts) -> bool:
    """Organisme and every territoire in scope (accounts.md §4): to change, where to see one is enough."""
    if scope is None or (scope.organismes is not None and groupe.organisme_id not in scope.organismes):
        return False
    if scope.territoires is None:
        return True
    return not groupe.is_national and bool(groupe.covered_codes) and scope.territoires.issuperset(groupe.covered_codes)


def _observes(scope: Scope | None, groupe: PlaceFacts) -> bool:
    """An observateur's scope is a set of organismes."""
    return scope is not None and (scope.organismes is None or groupe.organisme_id in scope.organismes)


def may_list_members(actor: Actor, groupe: PlaceFacts) -> bool:
    """Who is in a groupe: its members, those who read its metadata, observateurs of its organisme."""
    return groupe.id in actor.groupe_ids or may_see_metadata(actor, groupe) or _observes(actor.observation, groupe)


def may_see_addresses(actor: Actor, groupe: PlaceFacts) -> bool:
    """The e-mail addresses of the members: an observateur reads names only."""
    return groupe.id in actor.groupe_ids or may_see_metadata(actor, groupe)


def may_propose_member(actor: Actor, groupe: GroupeRef) -> bool:
    """Propose a colleague, signal that one has left: any member."""
    return groupe.id in actor.groupe_ids


def may_manage_members(actor: Actor, groupe: PlaceFacts) -> bool:
    """Invite, add, remove, decide on proposals; change the description, the note and the mailbox."""
    if actor.is_administrateur or groupe.id in actor.responsable_groupe_ids:
        return True
    return _governs(actor.supervision, groupe)


def may_manage_some_members(actor: Actor) -> bool:
    """The import of a file of people: whoever may manage the members of some groupe; each line is decided apart."""
    return actor.is_administrateur or actor.supervision is not None or bool(actor.responsable_groupe_ids)


def may_set_flags(actor: Actor, member: MemberFacts) -> bool:
    """Give or take the flags of somebody else, or put them out of the groupe: never one's own."""
    return may_manage_members(actor, member.place) and member.user_id != actor.user_id


def may_edit_groupe(actor: Actor, groupe: PlaceFacts) -> bool:
    """Rename a groupe, move it, change what it covers and whom it accepts, close it."""
    return actor.is_administrateur or _governs(actor.supervision, groupe)


def may_create_groupe(actor: Actor) -> bool:
    """Superviseurs (inside their scope: `may_edit_groupe` on what is to be) and administrateurs."""
    return actor.is_administrateur or actor.supervision is not None


def may_deactivate(actor: Actor, person: PersonFacts) -> bool:
    """Close or open somebody else's account: who manages all their groupes; the A+ team if they hold a wider role."""
    if person.user_id == actor.user_id:
        return False
    if actor.is_administrateur:
        return True
    if person.is_administrateur or person.has_scope or not person.places:
        return False
    return all(may_manage_members(actor, place) for place in person.places)


def may_reset_factor(actor: Actor, person: PersonFacts) -> bool:
    """Take away somebody else's second factor, after their responsable's word: the A+ team alone."""
    if person.user_id == actor.user_id:
        return False
    return actor.is_administrateur


def may_change_address(actor: Actor, person: PersonFacts) -> bool:
    """Give somebody else another address when the old one is dead: administrateurs, superviseurs in scope."""
    if person.user_id == actor.user_id:
        return False
    if actor.is_administrateur:
        return True
    if person.is_administrateur or person.has_scope or not person.places:
        return False
    return all(_governs(actor.supervision, place) for place in person.places)


def may_see_person(actor: Actor, person: PersonFacts) -> bool:
    """The page of a person for support: administrateurs; superviseurs, of whoever is in a groupe they see."""
    return actor.is_administrateur or any(_supervises(actor.supervision, place) for place in person.places)


def may_see_people(actor: Actor) -> bool:
    """The section where a person is looked for."""
    return actor.is_administrateur or actor.supervision is not None


def may_administer(actor: Actor, _thing: object = None) -> bool:
    """The A+ team: roles outside groupes, reference data, CGU, banners, maintenance."""
    return actor.is_administrateur


def may_set_roles(actor: Actor, person: PersonRef) -> bool:
    """Give and take supervision, observation, expertise, administration: the A+ team, never one's own."""
    return actor.is_administrateur and person.user_id != actor.user_id


def may_hand_over(actor: Actor, managed: ManagedFacts) -> bool:
    """Give a demande to another aidant of its structure, without reading it."""
    return managed.groupe_id == managed.structure_id and managed.groupe_id in actor.responsable_groupe_ids


def may_give_managed_part(actor: Actor, managed: ManagedFacts) -> bool:
    """Give the part of one's groupe to one of its instructeurs, without reading the demande."""
    return managed.groupe_id in managed.addressed_ids and managed.groupe_id in actor.responsable_groupe_ids


def may_use_models(actor: Actor, groupe: GroupeRef) -> bool:
    """The texts a groupe keeps for its replies: its instructeurs and its responsables, to read and to change."""
    return groupe.id in actor.instructeur_groupe_ids or groupe.id in actor.responsable_groupe_ids


# One demande


def may_read(actor: Actor, demande: DemandeFacts) -> bool:
    """Content, messages, attachments, who has read."""
    return standing(actor, demande) is not None


def may_download(actor: Actor, file: FileFacts) -> bool:
    """Who reads the demande reads its files (those of notes are not even loaded for the author's side)."""
    return file.demande is None or may_read(actor, file.demande)


def may_read_mandat(actor: Actor, mandat: FileFacts) -> bool:
    """Who reads the demande reads its mandat; a draft's is its author's, as long as they may create."""
    if mandat.demande is None:
        return may_create_demande(actor)
    return may_read(actor, mandat.demande)


def may_read_notes(actor: Actor, demande: DemandeFacts) -> bool:
    """Messages whose audience is the instructeurs."""
    return side(actor, demande) is Side.INSTRUCTEURS


def may_reply(actor: Actor, demande: DemandeFacts) -> bool:
    """Write a message that both sides read, attach files."""
    return standing(actor, demande) is not None


def may_change_message(actor: Actor, message: MessageFacts) -> bool:
    """Correct or withdraw a message (those of notes are not even loaded for the author's side): its author only."""
    if not may_read(actor, message.demande):
        return False
    return message.author_id == actor.user_id


def may_write_note(actor: Actor, demande: DemandeFacts) -> bool:
    """Write for the instructeurs only."""
    return side(actor, demande) is Side.INSTRUCTEURS


def may_choose_act(actor: Actor, demande: DemandeFacts) -> bool:
    """Say what a reply does (`acte`): the instructeurs' side; only (a) may choose more than a plain reply."""
    return side(actor, demande) is Side.INSTRUCTEURS


def may_move_part(actor: Actor, demande: DemandeFacts) -> bool:
    """Take charge, promise, ask for details, declare processed or not competent, give the part to a colleague."""
    return standing(actor, demande) is Standing.INSTRUCTEUR


def may_invite(actor: Actor, demande: DemandeFacts) -> bool:
    """Invite a groupe or an expert."""
    return standing(actor, demande) in {Standing.AUTHOR, Standing.CO_AUTHOR, Standing.INSTRUCTEUR}


def may_invite_person(actor: Actor, demande: DemandeFacts) -> bool:
    """Invite an instructeur of one's own groupes by name."""
    return standing(actor, demande) is Standing.INSTRUCTEUR


def may_add_co_author(actor: Actor, demande: DemandeFacts) -> bool:
    """Add an aidant of the structure."""
    return side(actor, demande) is Side.AUTHOR


def may_leave(actor: Actor, demande: DemandeFacts) -> bool:
    """A co-author (the author remains), a person invited by name, an expert."""
    return standing(actor, demande) in {Standing.CO_AUTHOR, Standing.INVITED, Standing.EXPERT}


def may_archive(actor: Actor, demande: DemandeFacts) -> bool:
    """Close the demande and say whether the block is lifted."""
    return side(actor, demande) is Side.AUTHOR


def may_say_still_blocked(actor: Actor, demande: DemandeFacts) -> bool:
    """Send a processed demande back to its groupes."""
    return side(actor, demande) is Side.AUTHOR


def may_reopen(actor: Actor, demande: DemandeFacts) -> bool:
    """Open an archived demande again."""
    return side(actor, demande) is Side.AUTHOR


def may_withdraw_mandat(actor: Actor, demande: DemandeFacts) -> bool:
    """Take the usager's authorisation back: frozen, archived and erased for good."""
    return side(actor, demande) is Side.AUTHOR


def may_renew_mandat(actor: Actor, demande: DemandeFacts) -> bool:
    """Seal a new authorisation of the usager."""
    return side(actor, demande) is Side.AUTHOR


def may_bring_news(actor: Actor, demande: DemandeFacts) -> bool:
    """One line to the author's side of an archived demande."""
    return side(actor, demande) is Side.INSTRUCTEURS


def may_print_sheet(actor: Actor, demande: DemandeFacts) -> bool:
    """The sheet for the usager: whoever holds their mandat hands it over."""
    return side(actor, demande) is Side.AUTHOR


def may_follow(actor: Actor, demande: DemandeFacts) -> bool:
    """Choose to be told of everything, or of little."""
    return standing(actor, demande) is not None


def may_ask_identifier(actor: Actor, demande: DemandeFacts) -> bool:
    """Ask for an identifier in clear: the author's side, and instructeurs whose organisme needs one."""
    return side(actor, demande) is Side.AUTHOR or bool(needed_identifiers(actor, demande))


def may_see_identifier(actor: Actor, demande: DemandeFacts, field: str) -> bool:
    """Ask for this one: any on the author's side, else those one's organismes need."""
    return side(actor, demande) is Side.AUTHOR or field in needed_identifiers(actor, demande)


def needed_identifiers(actor: Actor, demande: DemandeFacts) -> frozenset[str]:
    """The identifiers that the actor's addressed groupes need: those this instructeur reads in clear."""
    if standing(actor, demande) is not Standing.INSTRUCTEUR:
        return frozenset()
    return frozenset(
        field
        for part in demande.part_list
        if _handles(actor, demande, part.groupe_id)
        for field in part.needed_identifiers
    )


def may_keep_time(actor: Actor, _demande: DemandeFacts) -> bool:
    """Reminders, escalation, notices, archiving by itself, stand-ins: the system's own acts, never a person's."""
    return actor.is_system
