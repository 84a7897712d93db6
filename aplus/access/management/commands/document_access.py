"""Write docs/acces.md: every route with its rule, and what each persona is expected to get."""

from aplus.access.checks import Route, routes, view_name
from aplus.access.gate import rule_of
from aplus.access.management import answers
from aplus.access.third_party import ALLOWED
from aplus.core.documents import DOCS, DocumentCommand, table

INTRODUCTION = """\
# Who may reach what

Written by `manage.py document_access` from the routes and from `docs/acces.csv`; do not edit. A difference is a red
build: either the code opened or closed something by mistake, or this page is to be written again and read in review.

## The rule of each route

A route without a rule does not answer. With a loader, the thing is first loaded among those the reader may see (else
404), then the decision is asked of the reader and the thing (else 403). The decisions are the functions of
`aplus/policy/decisions.py`, or of the view's module when they only choose between those. `/demo/` is there in the
demo only.

"""
PERSONAS = """
## What each persona gets

The world of the table: Alice Martin, aidante, has sent one demande to the CAF du Val-d'Oise, whose instructeurs are
Inès, Igor and Rémi, with one file; she keeps another one as a draft. The addresses are those of that demande, of that
file, of that draft and of the groupe of the CAF. A POST is bare: no field is filled in. The test
`tests/architecture/test_access_matrix.py` asks every one of these.

- `sign-in`: 303 to the sign-in page, which leads back to the page asked for.
- `welcome`: 303 to the welcome page, for who has not accepted the terms of use yet (Nadia).
- `303`: to another page. `422`: allowed; the form is not complete. `405`: the page knows no such method.
- `404`: the answer of a page that does not exist. `403`: the page is not for this person.

"""


class Command(DocumentCommand):
    help = "Write docs/acces.md from the declared rules and docs/acces.csv."
    path = DOCS / "acces.md"

    def text(self) -> str:
        """The two tables."""
        rules = table(
            ["path", "route", "decision, or why it is public", "loader"], [_rule(route) for route in routes()]
        )
        lines = answers.read()
        who = list(lines[0].answers)
        expected = [[f"`{line.route}`", line.method, *line.answers.values()] for line in lines]
        return INTRODUCTION + rules + PERSONAS + table(["route", "method", *who], expected)


def _rule(route: Route) -> list[str]:
    rule = rule_of(route.view)
    if rule is None:
        decided = f"third party: {ALLOWED.get(view_name(route.view), 'NO RULE')}"
        return [f"`{route.path}`", f"`{route.name}`", decided, ""]
    open_to = f"program: {rule.program}" if rule.program else f"public: {rule.reason}"
    decided = f"`{rule.decision}`" if rule.decision else open_to
    return [f"`{route.path}`", f"`{route.name}`", decided, f"`{rule.loader}`" if rule.loader else ""]
