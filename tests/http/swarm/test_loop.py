"""What libcurl says of its sockets is followed, however late it is looked at."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator

import pycurl
import pytest

from synerise_frames.http.swarm.loop import Loop

Noted = tuple[Loop, socket.socket, socket.socket]


@pytest.fixture
def noted() -> Iterator[Noted]:
    """Give a loop that was told to watch a socket, and this one with its other end."""
    one, other = socket.socketpair()
    loop = Loop(1)
    loop._note(pycurl.POLL_IN, one.fileno(), None, None)
    yield loop, one, other
    loop.close()
    one.close()
    other.close()


def test_a_socket_that_was_opened_and_closed_since_the_last_look(noted: Noted) -> None:
    loop, one, _ = noted
    number = one.fileno()
    one.close()  # as libcurl does before anybody could watch it
    loop._note(pycurl.POLL_REMOVE, number, None, None)
    assert loop.step(0.0) == []


def test_a_number_that_is_used_again_is_watched_again(noted: Noted) -> None:
    loop, one, _ = noted
    number = one.fileno()
    loop.step(0.0)
    loop._note(pycurl.POLL_REMOVE, number, None, None)
    loop._note(pycurl.POLL_OUT, number, None, None)
    loop.step(0.0)
    assert number in loop._selector.get_map()


def test_a_watched_socket_that_changed_and_was_closed_since_the_last_look(noted: Noted) -> None:
    loop, one, _ = noted
    number = one.fileno()
    loop.step(0.0)
    loop._note(pycurl.POLL_OUT, number, None, None)
    one.close()
    loop._note(pycurl.POLL_REMOVE, number, None, None)
    assert loop.step(0.0) == []
    assert number not in loop._selector.get_map()


def test_a_number_that_changed_and_is_used_again_is_watched_again(noted: Noted) -> None:
    loop, one, other = noted
    number = one.fileno()
    loop.step(0.0)
    loop._note(pycurl.POLL_OUT, number, None, None)
    one.close()
    loop._note(pycurl.POLL_REMOVE, number, None, None)
    again = socket.fromfd(other.fileno(), socket.AF_UNIX, socket.SOCK_STREAM)
    assert again.fileno() == number, "the lowest free number is given again"
    loop._note(pycurl.POLL_OUT, number, None, None)
    loop.step(0.0)
    assert loop._selector.get_map()[number].events == selectors.EVENT_WRITE
    again.close()
