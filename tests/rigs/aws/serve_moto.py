# Serves moto on a free port of loopback, and ends when whoever started it closes its input or dies.
import os
import sys
import threading


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()

from moto.s3.responses import S3Response  # noqa: E402
from moto.server import main  # noqa: E402

# S3 looks at a condition and writes in one step. Moto does it in two, in one thread a request: without a lock, two
# writers that come at once can both find that an object is absent, and both be told that they made it.
one_write = threading.Lock()
put_object = S3Response.put_object


def put_in_one_step(response):
    with one_write:
        return put_object(response)


S3Response.put_object = put_in_one_step

main(["-H", "127.0.0.1", "-p", "0"])
