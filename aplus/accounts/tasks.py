"""Entry points run by the worker: mail a link, make up for forgotten ones, erase what is over."""

from uuid import UUID

from procrastinate.contrib.django import app

from aplus.accounts import limits
from aplus.accounts.services import addresses, inviting, resting
from aplus.accounts.services import entering as services
from aplus.accounts.sessions import SessionStore


@app.task(name=services.TELL_LINK)
def tell_link(link_id: str) -> None:
    """Look whether the link's address is an account's, and have it told."""
    services.tell_link(UUID(link_id))


@app.periodic(cron="* * * * *")
@app.task(name="accounts.tell_forgotten_links", queueing_lock="accounts.tell_forgotten_links")
def tell_forgotten_links(timestamp: int) -> None:
    """Each minute: the links whose job was killed."""
    services.tell_forgotten_links()


@app.periodic(cron="*/15 * * * *")
@app.task(name="accounts.purge", queueing_lock="accounts.purge")
def purge(timestamp: int) -> None:
    """Each quarter of an hour: old links, changes of address, invitations, sessions, tries no limit counts."""
    services.purge_links()
    addresses.purge()
    SessionStore.clear_expired()
    limits.clear_old()
    inviting.purge()


@app.periodic(cron="11 4 * * *")
@app.task(name="accounts.warn_and_close", queueing_lock="accounts.warn_and_close")
def warn_and_close(timestamp: int) -> None:
    """Each night: accounts that do not serve are warned twice, then closed."""
    resting.warn_and_close()
