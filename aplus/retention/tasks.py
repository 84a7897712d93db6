"""Periodic erasures; each app sweeps what only it knows (sign-in links, notifications, orphan files), this the rest."""

from procrastinate.contrib.django import app

from aplus.access.keys import purge_used_keys
from aplus.retention import services


@app.periodic(cron="23 3 * * *")
@app.task(name="retention.erase_old_drafts", queueing_lock="retention.erase_old_drafts")
def erase_old_drafts(timestamp: int) -> None:
    """Each night: drafts not saved for thirty days."""
    services.erase_old_drafts()


@app.periodic(cron="7 * * * *")
@app.task(name="retention.erase_contents", queueing_lock="retention.erase_contents")
def erase_contents(timestamp: int) -> None:
    """Each hour: the content of demandes archived six months ago, or whose mandat was withdrawn thirty days ago."""
    services.erase_contents()


@app.periodic(cron="29 3 * * *")
@app.task(name="retention.erase_old_reply_drafts", queueing_lock="retention.erase_old_reply_drafts")
def erase_old_reply_drafts(timestamp: int) -> None:
    """Each night: replies not typed for thirty days, or on archived demandes."""
    services.erase_old_reply_drafts()


@app.periodic(cron="37 * * * *")
@app.task(name="retention.discard_unsent_files", queueing_lock="retention.discard_unsent_files")
def discard_unsent_files(timestamp: int) -> None:
    """Each hour: files that waited a day for their reply."""
    services.discard_unsent_files()


@app.periodic(cron="53 3 * * *")
@app.task(name="retention.forget_used_keys", queueing_lock="retention.forget_used_keys")
def forget_used_keys(timestamp: int) -> None:
    """Each night: one-time keys of forms used more than a week ago."""
    purge_used_keys()


@app.periodic(cron="7 * * * *")
@app.task(name="retention.forget_searches", queueing_lock="retention.forget_searches")
def forget_searches(timestamp: int) -> None:
    """Each hour: searches of more than a day."""
    services.forget_searches()


@app.periodic(cron="31 4 * * *")
@app.task(name="retention.erase_accounts", queueing_lock="retention.erase_accounts")
def erase_accounts(timestamp: int) -> None:
    """Each night: accounts closed twelve months ago."""
    services.erase_accounts()


@app.periodic(cron="41 4 * * *")
@app.task(name="retention.forget_history", queueing_lock="retention.forget_history")
def forget_history(timestamp: int) -> None:
    """Each night: changes among members of a year ago, answered proposals of three months ago."""
    services.forget_history()
