"""The files of the project, for tests about the code itself."""

import ast
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("aplus", "config", "dev")


def files(pattern: str, *folders: str) -> list[Path]:
    """The files of these folders, migrations and compiled files aside, each under its path from the root."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob(pattern))
    return [path for path in found if "migrations" not in path.parts and "__pycache__" not in path.parts]


def modules(*folders: str) -> list[Path]:
    """Python files."""
    return files("*.py", *folders)


def templates() -> list[Path]:
    """HTML files."""
    return files("*.html", *PRODUCT)


def short(path: Path) -> str:
    """The path to say in a failure."""
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """The comments of a module, each with its line."""
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
