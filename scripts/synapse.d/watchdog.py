"""Waits until a process has ended, then becomes the given command: watchdog.py PID COMMAND...

The kernel reports the end through a descriptor of the process, so nothing is polled and a new process
with the same number is not mistaken for the old one.
"""

import os
import select
import sys

try:
    ended = select.poll()
    ended.register(os.pidfd_open(int(sys.argv[1])), select.POLLIN)
    ended.poll()
except ProcessLookupError:
    pass  # It is gone already.
os.execv(sys.argv[2], sys.argv[2:])
