"""Entry points run by the worker."""

from procrastinate.contrib.django import app

from aplus.help import services


@app.periodic(cron="47 4 * * *")
@app.task(name="help.forget_messages", queueing_lock="help.forget_messages")
def forget_messages(timestamp: int) -> None:
    """Each night: messages to the team of more than a year."""
    services.forget_old()
