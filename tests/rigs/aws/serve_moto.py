# Serves moto on a free port of loopback, and ends when whoever started it closes its input or dies.
import os
import sys
import threading


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from moto.server import main  # noqa: E402

main(["-H", "127.0.0.1", "-p", "0"])
