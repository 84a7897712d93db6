"""The form of every mail: headers, text and HTML with the same links, readable without images."""

import re
import unicodedata
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any, TypedDict
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string

from aplus.notifications.models import Notification
from aplus.notifications.registry import Composed, Item

PREFIX = "[A+] "
# Shorter than a line of a mail, so that nothing folds it again.
SUBJECT_LINE = 68
WIDE_SIGNS = re.compile("(?<=«) | (?=[:;?!»])")
REASON_PERSON = "Vous recevez cet e-mail parce que vous avez un compte sur Administration+."
REASON_DEMANDE = (
    "Vous recevez cet e-mail parce que vous avez un compte sur Administration+. "
    "Vous choisissez ce que vous recevez dans «\u00a0Mes e-mails\u00a0», depuis «\u00a0Mon compte\u00a0»."
)
REASON_GROUPE = "Vous recevez cet e-mail parce que cette adresse est celle de votre groupe sur Administration+."
REASON_INVITED = (
    "Vous recevez cet e-mail parce que cette adresse a été invitée à rejoindre Administration+. "
    "Si l’invitation n’est pas pour vous, ne faites rien : l’adresse sera effacée."
)
REASON_TEAM = "Cet e-mail vient du formulaire de contact d’Administration+."
NO_REPLY_TEAM = "N’y répondez pas : écrivez à l’adresse donnée dans le message."
NO_REPLY = "Une réponse à cet e-mail arrive à l’équipe d’Administration+."
NO_REPLY_DEMANDE = (
    "Une réponse à cet e-mail arrive à l’équipe d’Administration+, pas aux personnes concernées : "
    "répondez depuis la page de la demande, et n’écrivez jamais ici le nom ou le numéro d’un usager."
)


class Content(TypedDict):
    """What both parts of a mail say."""

    title: str
    paragraphs: list[str]
    facts: list[str]
    items: list[Item]
    links: list[tuple[str, str]]
    reason: str
    no_reply: str
    support: str


class Mail(EmailMultiAlternatives):
    """A mail of one line: the same line always gives the same Message-ID, date and file name."""

    at: datetime
    key: str
    message_id: str
    line_id: UUID

    def message(self, **options: Any) -> Any:
        """With a subject folded as its header begins: no first line is left empty, which some filters take for junk."""
        made, subject = super().message(**options), str(self.subject)
        if not subject.isascii():
            folded = Header(subject, "utf-8", maxlinelen=SUBJECT_LINE, header_name="Subject").encode()
            made.replace_header("Subject", folded)
        return made


def build(line: Notification, composed: Composed) -> Mail:
    """The mail of a line, ready to send.

    Refuses (ValidationError, ValueError) a recipient that is not exactly one address and a link that leaves the site.
    """
    validate_email(composed.to)
    host = urlsplit(settings.BASE_URL).hostname
    content = Content(
        title=french(composed.title),
        paragraphs=[french(paragraph) for paragraph in composed.paragraphs],
        facts=[french(fact) for fact in composed.facts],
        items=[Item(french(item.title), french(item.sentence), absolute(item.url)) for item in composed.items],
        links=[(french(label), absolute(url)) for label, url in composed.links],
        reason=french(_reason(line)),
        no_reply=french(_no_reply(line)),
        support=settings.SUPPORT_EMAIL,
    )
    message_id = f"<{line.id.hex}@{host}>"
    headers = {
        "Message-ID": message_id,
        "Date": format_datetime(line.at),
        "Auto-Submitted": "auto-generated",
        "X-Aplus-Evenement": line.event,
    }
    number = line.number if composed.number is None else composed.number
    if number is not None:
        headers["X-Aplus-Demande"] = str(number)
    if line.demande_id is not None:
        thread = f"<demande-{line.demande_id.hex}@{host}>"
        headers["References"] = headers["In-Reply-To"] = thread
    mail = Mail(PREFIX + french(composed.subject), _text(content), to=[composed.to], headers=headers)
    mail.attach_alternative(render_to_string("notifications/mail.html", {**content}), "text/html")
    mail.at = line.at
    mail.key = f"{line.at:%f}{line.id.hex}"
    mail.message_id = message_id
    mail.line_id = line.id
    return mail


def absolute(url: str) -> str:
    """The full address of a page of this site; any other address is refused."""
    address = settings.BASE_URL + url if url.startswith("/") else url
    if not address.startswith(f"{settings.BASE_URL}/") or any(sign.isspace() for sign in address):
        raise ValueError("a mail links to pages of this site only")
    return address


def one_line(text: str) -> str:
    """The text on one line without control characters: nothing in it can add a header or a line."""
    visible = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    return " ".join(word for word in visible.split(" ") if word)


def french(text: str) -> str:
    """On one line, with spaces that do not break where French wants them."""
    return WIDE_SIGNS.sub("\u00a0", one_line(text))


def _reason(line: Notification) -> str:
    if line.invitation_id is not None:
        return REASON_INVITED
    if line.contact_id is not None:
        return REASON_TEAM
    if line.groupe_id is not None:
        return REASON_GROUPE
    return REASON_DEMANDE if line.demande_id else REASON_PERSON


def _no_reply(line: Notification) -> str:
    if line.contact_id is not None:
        return NO_REPLY_TEAM
    return NO_REPLY_DEMANDE if line.demande_id else NO_REPLY


def _text(content: Content) -> str:
    items = [f"{item.title}\n{item.sentence}\n{item.url}" for item in content["items"]]
    facts = ["\n".join(content["facts"])] if content["facts"] else []
    links = [f"{label}\u00a0:\n{url}" for label, url in content["links"]]
    signature = f"-- \nL’équipe d’Administration+\n{content['support']}"
    why = f"{content['reason']}\n{content['no_reply']}"
    return "\n\n".join([content["title"], *content["paragraphs"], *facts, *items, *links, signature, why]) + "\n"
