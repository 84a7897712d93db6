"""The forms of one demande's page, one per act of contract.md §4."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from aplus.demandes.forms.fields import IdField, IdsField, TypedTextField
from aplus.demandes.models import ReplyAct
from aplus.ui.forms import NUL, IsoDateField, MultipleFileField, PlainForm, RadioGroup, TickField

MESSAGE, REMARK, REASON, NAME = 20_000, 2_000, 1_000, 100
UNBLOCKED = (("oui", "Oui"), ("en_partie", "En partie"), ("non", "Non"))


def _text(label: str, length: int, *, rows: int = 6, required: bool = False, help_text: str = "") -> forms.CharField:
    return TypedTextField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "autocomplete": "off"}),
        error_messages={"required": "Écrivez votre message avant d’envoyer."},
    )


class KeyForm(PlainForm):
    """A form that writes: it carries the one-time key of its act."""

    cle = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cle"].initial = uuid4


class ActForm(KeyForm):
    """One of the page of a demande: the list the reader came from is kept through the act (`queries.list_walk`)."""

    liste = forms.CharField(widget=forms.HiddenInput, required=False)


# What is typed or chosen in the box, as a reply draft keeps it; the first ones may be repeated.
REPEATED = ("info_nom", "info_valeur", "fichiers_gardes", "aussi", "groupes")
TYPED = (*REPEATED, "message", "acte", "part", "promis_le", "non_pertinent", "demarche", "reserve")


def read_reply(data: QueryDict) -> dict[str, str | list[str]]:
    """What was typed, as it is, without NUL characters; nothing of what was left empty."""
    raw: dict[str, str | list[str]] = {}
    for name in TYPED:
        values = [value.replace(NUL, "") for value in data.getlist(name)]
        if any(values):
            raw[name] = values if name in REPEATED else values[-1]
    return raw


class ReplyForm(ActForm):
    """A message of the author's side."""

    id_prefix = "reponse"
    compulsory = frozenset({"message", "acte"})

    message = _text("Votre message", MESSAGE)
    # Which file is empty, too large or of another type is said by `attachments`, by its name.
    fichiers = MultipleFileField(
        label="Pièces jointes",
        required=False,
        allow_empty_file=True,
        help_text="PDF, images, textes et tableaux ; 10 Mo par fichier, 10 fichiers et 30 Mo par envoi.",
    )
    # Ticked again when the reply they came with is refused; never on a fresh page, where the next reply may have
    # other readers.
    fichiers_gardes = IdsField(
        label="Fichiers déjà déposés", required=False, help_text="Ceux que vous cochez partent avec ce message."
    )
    # The version of the reply draft that this page shows (`services.reply_drafts`).
    brouillon = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    # The pairs `info_nom`, `info_valeur` are drawn by hand: this field holds their errors and leads to the first one.
    infos = forms.CharField(
        label="Informations", required=False, widget=forms.TextInput(attrs={"id": "reponse_info_nom_1"})
    )

    def __init__(self, *args: Any, waiting: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichiers_gardes"].choices = waiting
        if not waiting:
            self.fields["fichiers_gardes"].widget = forms.MultipleHiddenInput()


GOES_WITH = {
    "promis_le": (ReplyAct.TAKE_CHARGE,),
    "aussi": (ReplyAct.PROCESSED,),
    "groupes": (ReplyAct.NOT_COMPETENT,),
    "non_pertinent": (ReplyAct.PROCESSED, ReplyAct.NOT_COMPETENT),
    "demarche": (ReplyAct.PROCESSED, ReplyAct.NOT_COMPETENT),
}


class InstructeurReplyForm(ReplyForm):
    """A reply of the instructeurs' side: the same, what it does, or a note."""

    acte = forms.ChoiceField(
        label="Ce que fait votre réponse",
        choices=ReplyAct.choices,
        initial=ReplyAct.REPLY,
        required=False,
        widget=RadioGroup(
            hints={
                ReplyAct.TAKE_CHARGE: "Vous suivez la demande ; vous pouvez promettre une date de réponse.",
                ReplyAct.ASK_DETAILS: "C’est alors à l’aidant de répondre.",
                ReplyAct.PROCESSED: "Votre groupe a terminé ; l’aidant vérifie et archive.",
                ReplyAct.NOT_COMPETENT: "Proposez si possible un autre groupe à l’aidant.",
            }
        ),
    )
    part = IdField(label="Pour quel groupe", required=False, widget=RadioGroup)
    promis_le = IsoDateField(label="Réponse promise le", required=False, help_text="Pour « Je prends cette demande ».")
    aussi = IdsField(
        label="Clore aussi la part de",
        required=False,
        help_text="Groupes que personne ne suit encore, si votre action règle tout. Ils en sont informés.",
    )
    groupes = IdsField(
        label="Groupes à proposer à l’aidant",
        required=False,
        help_text="Pour « Ce n’est pas de notre compétence » : c’est l’aidant qui les invite, s’il le souhaite.",
    )
    non_pertinent = TickField(label="Une démarche habituelle suffisait", required=False)
    demarche = forms.CharField(
        label="Laquelle",
        max_length=REASON,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reserve = TickField(
        label="Note entre instructeurs",
        required=False,
        help_text="L’aidant ne la verra pas, ni les fichiers joints.",
    )
    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        parts: tuple[tuple[str, str], ...] = (),
        closable: tuple[tuple[str, str], ...] = (),
        proposable: tuple[tuple[str, str], ...] = (),
        acts: tuple[tuple[str, str], ...] | None = None,
        may_move: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not may_move:
            for name in ("acte", "promis_le", "aussi", "groupes", "non_pertinent", "demarche"):
                del self.fields[name]
        else:
            if acts is not None:
                self.fields["acte"].choices = acts
            self.fields["aussi"].choices = closable
            self.fields["groupes"].choices = proposable
            self.fields["part"].choices = parts
            self.fields["part"].initial = parts[0][0] if parts else None
        if len(parts) < 2:  # noqa: PLR2004  one part needs no choice
            self.fields["part"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A note does nothing else; asking for details needs words; what goes with another act is not passed over."""
        cleaned = super().clean() or {}
        if "acte" in self.errors:
            return cleaned
        act = cleaned.get("acte") or ReplyAct.REPLY
        if cleaned.get("reserve") and act != ReplyAct.REPLY:
            self.add_error("reserve", "Une note ne fait rien d’autre : choisissez « Répondre », ou décochez la note.")
        if act == ReplyAct.ASK_DETAILS and not cleaned.get("message") and "message" not in self.errors:
            self.add_error("message", "Dites quelles précisions vous attendez.")
        for name, acts in GOES_WITH.items():
            if cleaned.get(name) and act not in acts:
                words = " ou ".join(f"« {one.label} »" for one in acts)
                self.add_error(name, f"Ceci va avec {words} : choisissez-le, ou laissez ce champ vide.")
        return cleaned


class InvitationForm(ActForm):
    """Bringing groupes, persons or experts."""

    id_prefix = "invitation"
    compulsory = frozenset({"motif"})

    groupes = IdsField(label="Groupes", required=False)
    personnes = IdsField(label="Collègues de vos autres groupes", required=False)
    experts = IdsField(
        label="Experts", required=False, help_text="Ils lisent la demande tant qu’elle n’est pas archivée."
    )
    motif = TypedTextField(
        label="Pourquoi",
        max_length=REASON,
        required=False,
        help_text="Obligatoire pour inviter un groupe ; les deux côtés le lisent.",
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    message = _text("Message", MESSAGE, rows=3)
    reserve = TickField(label="Le message est une note entre instructeurs", required=False)

    def __init__(
        self,
        *args: Any,
        groupes: list[Any] | None = None,
        hints: dict[str, str] | None = None,
        personnes: tuple[tuple[str, str], ...] = (),
        experts: tuple[tuple[str, str], ...] = (),
        is_author: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("groupes", groupes or ()), ("personnes", personnes), ("experts", experts)):
            self.fields[name].choices = choices
            if not choices:
                self.fields[name].widget = forms.MultipleHiddenInput()
        self.fields["groupes"].widget.hints = hints or {}
        if is_author:
            del self.fields["reserve"]


class AttributionForm(ActForm):
    """Giving a part to a colleague."""

    id_prefix = "attribution"

    part = IdField(label="Part", required=True, widget=forms.HiddenInput)
    personne = IdField(label="Suivi par", required=True, error_messages={"required": "Choisissez qui suit cette part."})
    vu = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personne"].choices = people
        self.fields["personne"].widget = forms.Select(choices=[("", "Choisir un collègue"), *people])


class ColleaguesForm(ActForm):
    """Adding aidants of the structure."""

    id_prefix = "collegues"

    collegues = IdsField(label="Collègues de votre structure", required=False)

    def __init__(self, *args: Any, people: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collegues"].choices = people


class CorrectionForm(ActForm):
    """A message's new text; `vu` says which correction the page showed."""

    compulsory = frozenset({"message"})

    message = _text("Le texte corrigé", MESSAGE, rows=4)
    vu = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)


class WithdrawalForm(ActForm):
    """Why a message is taken back."""

    motif = TypedTextField(
        label="Motif du retrait",
        max_length=REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class ArchiveForm(ActForm):
    """Is the block lifted."""

    id_prefix = "archivage"

    leve = forms.ChoiceField(
        label="Le blocage est-il levé ?",
        choices=UNBLOCKED,
        widget=RadioGroup(inline=True),
        error_messages={"required": "Dites si le blocage est levé."},
    )
    remarque = TypedTextField(
        label="Remarque",
        max_length=REMARK,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class StillBlockedForm(ActForm):
    """What is still blocked."""

    id_prefix = "bloque"
    message = _text("Qu’est-ce qui bloque encore ?", MESSAGE, rows=3, required=True)


class ReopenForm(ActForm):
    """Why the demande is opened again."""

    id_prefix = "reouverture"
    message = _text("Pourquoi rouvrir cette demande ?", MESSAGE, rows=3, required=True)


class NewsForm(ActForm):
    """One line to the author's side of an archived demande."""

    id_prefix = "nouveau"
    message = forms.CharField(
        label="J’ai du nouveau",
        max_length=REASON,
        help_text="Une ligne pour l’aidant, qui pourra rouvrir la demande.",
        error_messages={"required": "Écrivez ce que vous avez de nouveau."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FollowForm(ActForm):
    """What this person wants to hear of this demande."""

    id_prefix = "suivi"
    choix = forms.ChoiceField(
        label="Vos e-mails sur cette demande",
        choices=(("suivre", "Tout recevoir"), ("muet", "Ne recevoir que l’essentiel")),
        widget=RadioGroup(
            hints={
                "suivre": "Aussi ce qui concerne les autres groupes.",
                "muet": "Ce qui est traité, les précisions attendues\u00a0; tout, si la demande est urgente.",
            }
        ),
        error_messages={"required": "Choisissez ce que vous voulez recevoir."},
    )
