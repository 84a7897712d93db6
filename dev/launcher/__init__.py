"""The insides of ./run and ./test."""


class Trouble(Exception):
    """Something that the person at the keyboard has to mend: printed alone, without a traceback."""
