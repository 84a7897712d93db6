"""What needs the product itself: tables, reference data and demo world at once; and the description of the personas."""

import json
import sys
from pathlib import Path

import django
from django.core.management import call_command

from dev.launcher import files


def prepare() -> None:
    """Everything a database must have before the demo starts; each command skips what is already there."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    call_command("demo_world")


def describe(target: Path) -> None:
    """Writes who is who in the demo, as JSON."""
    from dev.demo import describe as people  # noqa: PLC0415  its models need django.setup()

    files.write(target, json.dumps(people(), ensure_ascii=False))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:]:
        describe(Path(sys.argv[1]))
    else:
        prepare()
