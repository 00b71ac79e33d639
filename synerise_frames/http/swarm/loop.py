"""libcurl's multi interface on a selector: which transfers can go on, and which are done.

``select()`` is not used: it fails where a notebook has more than a thousand files open.
"""

from __future__ import annotations

import selectors
import time

import pycurl

_EVENTS = {
    pycurl.POLL_IN: selectors.EVENT_READ,
    pycurl.POLL_OUT: selectors.EVENT_WRITE,
    pycurl.POLL_INOUT: selectors.EVENT_READ | selectors.EVENT_WRITE,
}


class Loop:
    """Moves transfers on.

    Parameters
    ----------
    connections : int
        How many connections are kept open.
    """

    def __init__(self, connections: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._changes: list[tuple[int, int]] = []
        self._timer = float("inf")
        self._multi = pycurl.CurlMulti()
        self.keep(connections)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._note)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._set_timer)

    # Called from inside libcurl, where an exception would be printed and forgotten: so these
    # two only take notes.
    def _note(self, event: int, socket: int, _multi: object, _data: object) -> None:
        self._changes.append((socket, event))

    def _set_timer(self, milliseconds: int) -> None:
        self._timer = float("inf") if milliseconds < 0 else time.monotonic() + milliseconds / 1000

    def keep(self, connections: int) -> None:
        """Keep so many connections open."""
        self._multi.setopt(pycurl.M_MAXCONNECTS, connections)

    def add(self, handle: pycurl.Curl) -> None:
        """Start a transfer."""
        self._multi.add_handle(handle)

    def remove(self, handle: pycurl.Curl) -> None:
        """Take a transfer out, done or not."""
        self._multi.remove_handle(handle)

    def step(self, longest: float) -> list[tuple[pycurl.Curl, int]]:
        """Wait until something happens, at most so many seconds; give transfers that are done.

        Each comes with the code of its error, 0 where there was none.
        """
        self._follow()
        left = max(min(longest, self._timer - time.monotonic()), 0.0)
        for key, mask in self._ready(left):
            wanted = pycurl.CSELECT_IN if mask & selectors.EVENT_READ else 0
            if mask & selectors.EVENT_WRITE:
                wanted |= pycurl.CSELECT_OUT
            self._multi.socket_action(key.fd, wanted)
        if time.monotonic() >= self._timer:
            self._timer = float("inf")
            self._multi.socket_action(pycurl.SOCKET_TIMEOUT, 0)
        return self._done()

    def _ready(self, longest: float) -> list[tuple[selectors.SelectorKey, int]]:
        if self._selector.get_map():
            return self._selector.select(longest)
        # Windows can't wait for no socket at all.
        time.sleep(longest)
        return []

    def _done(self) -> list[tuple[pycurl.Curl, int]]:
        done: list[tuple[pycurl.Curl, int]] = []
        while True:
            more, good, bad = self._multi.info_read()
            done += [(handle, 0) for handle in good]
            done += [(handle, code) for handle, code, _ in bad]
            if not more:
                return done

    def _follow(self) -> None:
        """Watch the sockets that libcurl wants watched."""
        if not self._changes:
            return
        changes, self._changes = self._changes, []
        watched = self._selector.get_map()
        # What was removed is closed, perhaps, and its number another socket's: the system knows
        # the old one no more, and only what came last of a number is true of the new one.
        for socket in {socket for socket, event in changes if event == pycurl.POLL_REMOVE}:
            if socket in watched:
                self._selector.unregister(socket)
        for socket, event in dict(changes).items():
            if event != pycurl.POLL_REMOVE:
                follow = self._selector.modify if socket in watched else self._selector.register
                follow(socket, _EVENTS[event])

    def close(self) -> None:
        """Close all connections."""
        self._multi.close()
        self._selector.close()
