"""One process at a time: a lock on an open file, which the system takes back from the dead."""

from __future__ import annotations

import sys
from contextlib import suppress

if sys.platform == "win32":
    import msvcrt
    import os

    # Windows locks bytes, and for reading too: one that no file has.
    _BYTE = 1 << 60

    def lock(handle: int) -> bool:
        """Lock an open file; say whether nobody else has it locked."""
        return _locked(handle, msvcrt.LK_NBLCK)

    def unlock(handle: int) -> None:
        """Give the lock back."""
        _locked(handle, msvcrt.LK_UNLCK)

    def _locked(handle: int, how: int) -> bool:
        place = os.lseek(handle, 0, os.SEEK_CUR)
        try:
            os.lseek(handle, _BYTE, os.SEEK_SET)
            msvcrt.locking(handle, how, 1)
        except OSError:
            return False
        finally:
            os.lseek(handle, place, os.SEEK_SET)
        return True

else:
    import fcntl

    def lock(handle: int) -> bool:
        """Lock an open file; say whether nobody else has it locked."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # Some network file systems know no locks: then it is up to the user.
            return True
        return True

    def unlock(handle: int) -> None:
        """Give the lock back, also where a child process has the file open."""
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)
