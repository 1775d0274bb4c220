"""Shows how far a sync has come: a bar on a terminal, now and then a line anywhere else."""

import time
from typing import TextIO

WIDTH = 30
LINE_EVERY = 5.0
"""Seconds between two lines where there is no terminal."""
_DRAW_EVERY = 0.05


class Bar:
    """Called with a stage's name, how much of it is done and how much there is."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._stage = ""
        self._shown = float("-inf")
        self._open = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self.close()
            self._stage = stage
            self._shown = float("-inf") if self._terminal else now
        every = _DRAW_EVERY if self._terminal else LINE_EVERY
        if done < total and now - self._shown < every:
            return
        self._shown = now
        if self._terminal:
            self._draw(done, total)
        else:
            self._write(f"{stage} {done}/{total}\n")

    def close(self) -> None:
        """What comes next begins on a line of its own."""
        if self._open:
            self._write("\n")
        self._open = False

    def _draw(self, done: int, total: int) -> None:
        filled = WIDTH * done // max(total, 1)
        self._write(f"\r{self._stage:<9} [{'█' * filled}{'·' * (WIDTH - filled)}] {done}/{total}\x1b[K")
        self._open = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
