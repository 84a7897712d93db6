"""Run once in a process of its own: fills the empty database of the browser's site with reference data and personas."""

import django
from django.core.management import call_command


def main() -> None:
    """All of France, the personas, and one more newcomer (who enters without scripts)."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)

    from aplus.accounts.models import Membership, User
    from tests import personas

    world = personas.build()
    again = User.objects.get(pk=world.nadia.pk)
    membership = Membership.objects.get(user=again)
    again.pk = membership.pk = None
    again.email = "noemie.roche@demo.example"
    again._state.adding = membership._state.adding = True
    again.save()
    membership.user = again
    membership.save()


if __name__ == "__main__":
    main()
