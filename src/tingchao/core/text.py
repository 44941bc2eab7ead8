"""Words that people read, marked for translation without knowing the framework that translates them."""


def gettext_noop(message: str) -> str:
    """Return `message` unchanged; the extractor of messages knows this name and puts it in the catalogue."""
    return message
