"""Re-wrap, after a rotation, every secret of a retired key with the active one; stops and starts again safely."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from aplus.vault import keks, services


class Command(BaseCommand):
    help = "Wrap the secrets of retired key-encrypting keys again with the first key of APLUS_KEKS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=500, help="secrets per transaction")

    def handle(self, *_args: Any, batch: int, **_options: Any) -> None:
        used: set[str] = set()
        for kept in services.wrapped_somewhere():
            rows = kept.model._default_manager.order_by()  # noqa: SLF001  Django's public name
            used.update(rows.values_list("kek_id", flat=True).distinct())
        unknown = sorted(used - set(keks.configured()))
        if unknown:
            raise CommandError(f"secrets are wrapped by keys absent from APLUS_KEKS: {', '.join(unknown)}")
        total = 0
        while done := services.rewrap_batch(batch):
            total += done
        self.stdout.write(f"{total} secrets re-wrapped with {keks.active_id()}")
