"""`var/demo.json` and the welcome on the screen: the address, the personas, their mails."""

import json
from pathlib import Path
from typing import Any

from dev.launcher import files


def write(target: Path, address: str, mails: Path, people: dict[str, Any]) -> None:
    """The file that says the demo is ready, all of it at once."""
    content = {"adresse": address, "mails": str(mails), **people}
    files.write(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def welcome(address: str, mails: Path, people: dict[str, Any]) -> str:
    """What the person who started the demo reads."""
    personas = people["personas"]
    width = max((len(persona["email"]) for persona in personas), default=0)
    lines = [f"  {persona['email']:{width}}  {_who(persona)}" for persona in personas]
    return "\n".join(
        [
            "",
            f"Administration+ est prêt : {address}",
            "",
            "Pour entrer, donnez l'adresse d'un de ces personnages, puis ouvrez le lien reçu par e-mail :",
            *lines,
            "",
            *_factors(people["totp"]),
            f"Leurs e-mails : {mails}",
            "Pour arrêter : Ctrl-C",
            "",
        ]
    )


def _factors(secrets: dict[str, str]) -> list[str]:
    if not secrets:
        return []
    return [
        "Second facteur (secret à donner à une application de codes) :",
        *(f"  {email}  {secret}" for email, secret in secrets.items()),
        "",
    ]


def _who(persona: dict[str, Any]) -> str:
    details = [*map(str, persona["roles"]), *map(str, persona["groupes"])]
    return f"{persona['nom']} ({', '.join(details)})" if details else str(persona["nom"])
