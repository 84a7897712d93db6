"""How every module is written: a first line, reasons next to exceptions, one clock, one reader of the environment."""

import ast
import re

import pytest

from tests.architecture.sources import PRODUCT, ROOT, comments, modules, short, tree

# Who may look at the environment besides config/env.py, and why.
ENVIRONMENT = {
    "config/env.py": "the only reader",
    "config/wsgi.py": "says which settings, before settings exist",
    "config/settings/test.py": "gives the demo's settings the values of the tests",
}
CLOCK = "aplus/core/clock.py"
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?! \(\w[^)]{8,}\))")
EXCEPTION = re.compile(r"noqa(?::[ A-Z0-9,]+)?|type: ignore(?:\[[a-z, -]+\])?|pragma: no (?:cover|branch)")


def first_line(module: ast.Module) -> str:
    return (ast.get_docstring(module) or "").partition("\n")[0]


def without_a_reason(comment: str) -> bool:
    """An exception to a rule that does not say why on the same line."""
    rest = EXCEPTION.sub("", comment)
    return rest != comment and not re.search(r"\w{2,}", rest)


def reads_environment(module: ast.Module) -> bool:
    names = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    imported = {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
    }
    return bool({"environ", "environb", "getenv"} & (names | imported))


def asks_the_time(module: ast.Module) -> list[str]:
    """Calls such as timezone.now(), datetime.now(), date.today(), time.time()."""
    asked = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}
    return [
        f"{node.func.value.id}.{node.func.attr}()"
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and (node.func.value.id, node.func.attr) in asked
    ]


def test_every_module_says_in_one_line_what_lives_there():
    """Begin the module with a docstring of one sentence, in one line."""
    written = [path for path in modules(*PRODUCT, "tests") if path.stat().st_size or "tests" not in path.parts]
    silent = [short(path) for path in written if len(first_line(tree(path))) < 12]
    assert silent == []


def test_nothing_is_left_unfinished_without_a_reason():
    """Finish it, or write why it waits: TODO (reason): what."""
    left = [
        f"{short(path)}:{line} {text}"
        for path in modules(*PRODUCT, "tests")
        if path.name != "test_sources.py"
        for line, text in comments(path)
        if UNFINISHED.search(text)
    ]
    assert left == []


def test_every_exception_to_a_rule_carries_its_reason():
    """Write why after the code of the rule, on the same line: `noqa: S608  a constant`."""
    bare = [
        f"{short(path)}:{line} {text}"
        for path in modules(*PRODUCT)
        for line, text in comments(path)
        if without_a_reason(text)
    ]
    assert bare == []


def test_only_the_wiring_reads_the_environment():
    """Add a typed function call to a module of settings, through config/env.py; read settings elsewhere."""
    readers = {
        short(path) for path in [*modules("aplus", "config"), ROOT / "manage.py"] if reads_environment(tree(path))
    }
    assert readers == ENVIRONMENT.keys() | {"manage.py"}


def test_only_the_gate_puts_off_the_look_at_a_forms_token():
    """Nothing else is exempted: the gate itself looks at the token once the right is decided."""
    exempting = {
        short(path) for path in modules("aplus", "config") if "csrf_exempt" in path.read_text(encoding="utf-8")
    }
    assert exempting == {"aplus/access/gate.py"}


def test_only_the_clock_asks_what_time_it_is():
    """Call aplus.core.clock.now(), or take the time as an argument."""
    askers = {short(path): found for path in modules("aplus") if (found := asks_the_time(tree(path)))}
    assert askers.keys() == {CLOCK}


@pytest.mark.parametrize("path", ["aplus", "config", "dev"])
def test_the_product_is_read_whole(path):
    """These tests would pass on an empty folder."""
    assert len(modules(path)) > 5


@pytest.mark.parametrize(
    ("planted", "is_found"),
    [
        ("# noqa: S608", True),
        ("# type: ignore[arg-type]", True),
        ("# noqa: S608  a constant", False),
        ("# type: ignore[arg-type]  # not subscriptable when it runs", False),
        ("# an ordinary comment", False),
    ],
)
def test_an_exception_without_a_reason_is_found(planted, is_found):
    assert without_a_reason(planted) is is_found


@pytest.mark.parametrize(
    ("planted", "is_found"),
    [
        ("# TODO later", True),
        ("# FIXME", True),
        ("# TODO (waits for the mails of issue 4): digest", False),
        ("# done", False),
    ],
)
def test_unfinished_work_is_found(planted, is_found):
    assert bool(UNFINISHED.search(planted)) is is_found


@pytest.mark.parametrize("planted", ["import os\nos.environ['A']", "from os import getenv\ngetenv('A')"])
def test_a_reader_of_the_environment_is_found(planted):
    assert reads_environment(ast.parse(planted))


def test_who_asks_the_time_is_found():
    assert asks_the_time(ast.parse("from django.utils import timezone\nat = timezone.now()")) == ["timezone.now()"]
