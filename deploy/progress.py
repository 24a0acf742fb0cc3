"""How far a long step is: a line that changes in a terminal, a line each tenth elsewhere. Plain Python."""

import sys


class Progress:
    """`at` is called with each change; `end` closes the line."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.tenth = -1
        self.shown = ""
        self.is_terminal = sys.stdout.isatty()

    def at(self, done: int, total: int, name: str = "") -> None:
        text = f"{self.label}: {done} of {total}" + (f" ({name})" if name else "")
        if self.is_terminal:
            if text != self.shown:
                self._write(f"\r\x1b[K{text[:78]}")
            self.shown = text
        elif (tenth := 10 * done // max(total, 1)) > self.tenth:
            self.tenth = tenth
            self._write(f"{text}\n")

    def end(self) -> None:
        if self.is_terminal and self.shown:
            self._write("\n")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
