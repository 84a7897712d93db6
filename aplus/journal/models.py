"""The trail and its seals: tables the database keeps append-only, the lines partitioned by month."""

from django.db import models


class JournalLine(models.Model):
    """Who did what, on what, when, from which session; never content. Rows are written by `journal.services` only."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    session_id = models.UUIDField(null=True)
    act = models.CharField(max_length=40)
    kind = models.CharField(max_length=30, default="")
    thing_id = models.UUIDField(null=True)
    demande_id = models.UUIDField(null=True)
    codes = models.JSONField(default=dict)

    class Meta:
        # Partitioned, and refusing TRUNCATE (which the flush of tests would use): made by SQL in the migration.
        managed = False
        db_table = "journal_line"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.id} {self.act}"


class JournalSeal(models.Model):
    """The seal of the lines from `first_id` to `last_id`; its digest covers them and the previous seal's digest."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField(unique=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    number = models.IntegerField()
    # The ids without a line when sealed, as [first, last] pairs: a line found there came late.
    gaps = models.JSONField()
    digest = models.BinaryField()
    previous_digest = models.BinaryField()

    class Meta:
        # Refuses TRUNCATE as well.
        managed = False
        db_table = "journal_seal"
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.id} ({self.first_id} to {self.last_id})"


class RefusalCount(models.Model):
    """How many times one session was refused since `since`: beyond a number they are counted, not written each."""

    session_id = models.UUIDField(primary_key=True)
    actor_id = models.UUIDField()
    since = models.DateTimeField(db_index=True)
    number = models.IntegerField()

    class Meta:
        db_table = "journal_refusal_count"

    def __str__(self) -> str:
        return f"{self.number} refusals"
