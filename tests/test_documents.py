"""Documents cannot drift: what they name exists, what the configuration reads is documented, decisions are listed.

A failure names the document and the word: mend the document, or the code that lost what it promised.
"""

import ast
import re
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[1]
EXPLOITATION = "docs/exploitation.md"
DECISIONS = ROOT / "docs" / "decisions"
DOCUMENTS = [
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    *(EXPLOITATION, "docs/glossaire.md"),
    *(str(path.relative_to(ROOT)) for path in sorted(DECISIONS.glob("*.md"))),
]
# What the running product makes.
MADE = (".venv", "var")
FOLDERS = ("aplus", "config", "dev", "docs", "tests")
# Folders of the machine, which look like addresses of the product.
OF_THE_MACHINE = {"/var/lib/administration-plus": "dev/launcher/postgres.py"}
ENV_FUNCTIONS = {"text", "optional", "number", "flag", "words", "socket_address", "get"}

SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
FENCE = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"\b(?:APLUS_[A-Z_]+|DATABASE_URL|PORT|DEBUG)\b")
COMMAND = re.compile(r"(?:manage\.py|\./run manage) ([a-z_]+)")
PROGRAM = re.compile(r"^(?:[A-Z_]+=\S+ )?(\./\w+|\.ci/\w+|dev/\w+)(?= |$)", re.MULTILINE)
FILE = re.compile(r"\.importlinter|[\w.][\w./-]*(?:\.(?:py|md|csv|html|toml|txt|js|css)|/)")
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")
ADDRESS = re.compile(r"/[\w.<>/-]*")


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """What stands between backquotes, outside the blocks of code."""
    return SPAN.findall(FENCE.sub("", text))


def code(text: str) -> str:
    """Everything that is said to be code, one piece per line."""
    return "\n".join([*spans(text), *FENCE.findall(text)])


@cache
def names() -> set[str]:
    """The names of the files of the project, for what a document names without its folder."""
    return {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()}


def is_there(name: str) -> bool:
    """A path from the root, the name of a file of the project, or what the running product makes."""
    is_made = any(name == made or name.startswith(f"{made}/") for made in MADE)
    return is_made or (ROOT / name).exists() or ("/" not in name and name in names())


def absent_files(text: str) -> list[str]:
    return [span for span in spans(text) if FILE.fullmatch(span) and not is_there(span)]


def absent_tests(text: str) -> list[str]:
    return [
        f"{path}::{name}"
        for path, name in TEST.findall(text)
        if not (ROOT / path).exists() or f"def {name}(" not in read(path)
    ]


def unknown_commands(text: str) -> list[str]:
    known = {*get_commands(), "help"}
    return [name for name in COMMAND.findall(code(text)) if name not in known]


def absent_programs(text: str) -> list[str]:
    """`./run`, `./test` and the like, where a line of shell or a span begins with them."""
    return [name for name in PROGRAM.findall(code(text)) if not (ROOT / name).is_file()]


def lost_addresses(text: str) -> list[str]:
    """Addresses of the product that are none of its routes; `<uuid>` stands for any id."""
    lost = []
    for span in spans(text):
        if ADDRESS.fullmatch(span) and span not in OF_THE_MACHINE:
            try:
                resolve(span.replace("<uuid>", str(UUID(int=1))))
            except Resolver404:
                lost.append(span)
    return lost


@cache
def variables_read() -> frozenset[str]:
    """The names that config and dev ask the environment for."""
    found = set()
    for path in [*(ROOT / "config").rglob("*.py"), *(ROOT / "dev").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if function in ENV_FUNCTIONS and VARIABLE.fullmatch(str(node.args[0].value)):
                found.add(str(node.args[0].value))
    return frozenset(found)


def unread_variables(text: str) -> list[str]:
    return sorted(set(VARIABLE.findall(code(text))) - variables_read())


FINDERS = [absent_files, absent_tests, unknown_commands, absent_programs, lost_addresses, unread_variables]


@pytest.mark.parametrize("find", FINDERS)
@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document, find):
    assert find(read(document)) == []


@pytest.mark.parametrize(
    ("find", "text", "found"),
    [
        (absent_files, "see `aplus/policy/opinions.py`, `opinions.py`, `aplus/opinions/`", 3),
        (absent_files, "see `aplus/policy/decisions.py`, `decisions.py`, `.importlinter`, `var/mails/`", 0),
        (absent_tests, "`tests/test_documents.py::test_nothing`, `tests/test_nothing.py::test_nothing`", 2),
        (unknown_commands, "```sh\n.venv/bin/python manage.py dance\n```\nand `./run manage dance`", 2),
        (unknown_commands, "`manage.py verify_journal`, `./run manage help`", 0),
        (absent_programs, "```sh\n./dance\nPORT=1 ./dance now\n```", 2),
        (absent_programs, "`dev/lock`, `./test --checks`", 0),
        (lost_addresses, "`/demandes/nulle-part/`, `/etat/`, `/groupes/<uuid>/nulle-part/`", 3),
        (
            lost_addresses,
            "`/demandes/`, `/groupes/<uuid>/`, `/etat`, `/.well-known/security.txt`, `/var/lib/administration-plus`",
            0,
        ),
        (unread_variables, "`APLUS_DANCE=1 ./run`", 1),
    ],
)
def test_each_fault_is_found_and_nothing_else(find, text, found):
    assert len(find(text)) == found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document):
    links = [link for link in LINK.findall(read(document)) if "://" not in link]
    beside = (ROOT / document).parent
    assert [link for link in links if not (beside / link).exists()] == []


def test_each_threat_has_its_proof():
    """A chapter of SECURITY.md that names no test is a promise nobody keeps."""
    chapters = re.split(r"^### ", read("SECURITY.md").partition("\n## Not there yet")[0], flags=re.MULTILINE)[1:]
    assert len(chapters) >= 11
    assert [chapter.splitlines()[0] for chapter in chapters if not TEST.search(chapter)] == []


def test_every_variable_read_is_documented():
    """Say in docs/exploitation.md what it means, with an example."""
    assert {"APLUS_KEKS", "DATABASE_URL", "APLUS_VAR", "PORT"} <= variables_read()
    assert sorted(variables_read() - set(VARIABLE.findall(code(read(EXPLOITATION))))) == []


def test_folders_of_the_machine_are_those_of_the_code():
    assert all(folder in read(source) for folder, source in OF_THE_MACHINE.items())


def test_every_decision_is_listed_and_has_its_parts():
    decisions = sorted(DECISIONS.glob("[0-9]*.md"))
    assert [path.name for path in decisions] == re.findall(r"\((\d{4}-[\w-]+\.md)\)", read("docs/decisions/README.md"))
    for number, path in enumerate(decisions, start=1):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number:04}. "), path.name
        assert path.name.startswith(f"{number:04}-")
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequence"], path.name


def test_the_licence_is_whole():
    text = " ".join(read("LICENSE").split())
    assert text.startswith("GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November 2007")
    assert text.endswith("<http://www.gnu.org/licenses/>.")
    assert "13. Remote Network Interaction" in text
