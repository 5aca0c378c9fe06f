"""Streams of server-sent events: one for each open tab, so that a browser's few connections are not used up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from afteraid.simulation.basis.manifest import json_line

MOST_STREAMS = 200  # tabs at one time
MOST_WAITING = 64  # events that wait for a slow browser; the oldest is dropped first
SILENCE = 15.0  # seconds, after which a line without meaning shows that the server lives


class TooManyStreamsError(Exception):
    """There are as many open tabs as the server takes."""


class Stream:
    """The events of one tab."""

    def __init__(self, tab: str) -> None:
        """Begin without an event."""
        self.tab, self.closed = tab, False
        self._waiting: deque[bytes] = deque(maxlen=MOST_WAITING)
        self._news = asyncio.Event()

    def send(self, kind: str, content: object) -> None:
        """Queue an event; `content` is anything that JSON can hold."""
        text = json_line(content)
        self._waiting.append(f"event: {kind}\ndata: {text}\n\n".encode())
        self._news.set()

    def close(self) -> None:
        """End the stream after what is queued."""
        self.closed = True
        self._news.set()

    async def lines(self) -> AsyncIterator[bytes]:
        """Go through the events as they come, until the stream is closed."""
        yield b"retry: 1000\n\n"
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self.closed:
                return
            self._news.clear()
            try:
                async with asyncio.timeout(SILENCE):
                    await self._news.wait()
            except TimeoutError:
                yield b": still here\n\n"


class Streams:
    """The streams of all open tabs."""

    def __init__(self, most: int = MOST_STREAMS) -> None:
        """Take so many at one time."""
        self.most = most
        self._open: dict[str, Stream] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, tab: str) -> Stream:
        """Open the stream of a tab; an earlier one of the same tab ends.

        Raises TooManyStreamsError where no more are taken.
        """
        earlier = self._open.pop(tab, None)
        if earlier is not None:
            earlier.close()
        if len(self._open) >= self.most:
            raise TooManyStreamsError
        self._open[tab] = stream = Stream(tab)
        return stream

    def of(self, tab: str) -> Stream | None:
        """Return the open stream of a tab, if there is one."""
        return self._open.get(tab)

    def is_open(self, stream: Stream) -> bool:
        """Say whether a stream is its tab's open one."""
        return self._open.get(stream.tab) is stream

    def let_go(self, stream: Stream) -> None:
        """Forget a stream whose tab has gone."""
        stream.close()
        if self.is_open(stream):
            del self._open[stream.tab]

    def send_all(self, kind: str, content: object) -> None:
        """Queue an event for every open tab."""
        for stream in self._open.values():
            stream.send(kind, content)

    def close_all(self) -> None:
        """End all streams, so that the server can stop."""
        for stream in list(self._open.values()):
            stream.close()
        self._open.clear()
