"""The demo world: personas of product.md §2, groupes, some sixty invented demandes (`manage.py demo_world`)."""

from typing import Any


def describe() -> dict[str, Any]:
    """Who is who, as `var/demo.json` says it (contract.md §1)."""
    from dev.demo.description import description  # noqa: PLC0415  models exist only once apps are ready

    return description()
