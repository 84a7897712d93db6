"""The base of every table with an id of its own."""

from uuid import uuid4

from django.db import models


class BaseModel(models.Model):
    """A row whose id is made by the server and cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)

    class Meta:
        abstract = True
