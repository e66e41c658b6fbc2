"""The blocks of a page in Markdown: what it says should be written, and what should be run."""

import re

FENCE = re.compile(r"^```(\w+)(?: (file|run)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
METRIC = re.compile(r"^\| `((?:snow|process)_\w+)`", re.MULTILINE)


class Page:
    """`files` by path, `commands` by name; the program is the block of Snow."""

    def __init__(self, text):
        self.text, self.files, self.commands = text, {}, {}
        for language, kind, name, block in FENCE.findall(text):
            if language == "snow":
                self.files["chat/main.snow"] = block
            elif kind == "file":
                self.files[name] = block
            elif kind == "run":
                self.commands[name] = block
            else:
                raise SystemExit(f"production: a block of {language} that nothing tries:\n{block}")

    def metrics(self):
        """The metrics that the page tells to watch."""
        return METRIC.findall(self.text)

    def kibibytes(self, row):
        """The number of KiB or MiB that a table has behind that row's name."""
        found = re.search(rf"^\| {re.escape(row)} \| ([\d.,]+) (KiB|MiB)", self.text, re.MULTILINE)
        number = float(found[1].replace(",", ""))
        return number if found[2] == "KiB" else number * 1024


def replaced(text, values):
    """The text with each word replaced; one that is not there means that the page has changed."""
    for old, new in values:
        if old not in text:
            raise SystemExit(f"production: the page no longer says '{old}' here:\n{text}")
        text = text.replace(old, new)
    return text
