"""The one way in which a file is not read."""


class Unreadable(Exception):
    """A file that holds no text for us. ``reason`` and ``advice`` are Chinese sentences for whoever sent it."""

    def __init__(self, reason: str, advice: str = "") -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(f"{reason}{advice}")
