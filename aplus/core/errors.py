"""What a service may answer instead of acting; views turn each into one HTTP answer."""


class DomainError(Exception):
    """The act was not done; nothing was written."""


class Refused(DomainError):
    """The input cannot be taken (422); `problems` maps a form field, or '' for the whole form, to French sentences."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems

    @classmethod
    def because(cls, message: str, field: str = "") -> "Refused":
        """One problem, on one field or on the whole form."""
        return cls({field: [message]})


class Overtaken(DomainError):
    """Somebody, or the state, was faster (409). The message says in French who did what."""


class NotAllowed(DomainError):
    """The right was lost between the page and the act (403)."""


class Unknown(DomainError):
    """A posted id is not among what this person may choose, or the thing is out of sight (404)."""


class TooMany(DomainError):
    """A limit is reached (429); `retry_after` in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class AlreadyDone(DomainError):
    """The same one-time key did this act before; `location` is the page it led to."""

    def __init__(self, location: str) -> None:
        super().__init__("already done")
        self.location = location
