"""`python -m carecenter.preloaded FD`: import everything once, then become what is asked for, again and again.

The supervisor (carecenter/embedded/nursery.py) writes a wish to the socket FD, `{"words": […], "log": PATH}`, and hears
the pid of a process that runs `python WORDS`. That one is forked twice, so that it is the supervisor's child and not
ours. Nothing here may open a connection or start a thread: neither survives a fork.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time

import django
from django.conf import settings
from django.urls import get_resolver
from django.utils.module_loading import import_string

_PR_SET_PDEATHSIG = 1
_PARENT_GONE = 98
# What web, inlet and worker import while they start.
MODULES = (
    "a2wsgi",
    "carecenter.lib.spool",
    "carecenter.routing",
    "carecenter.urls",
    "carecenter.worker_with_beat",
    "celery.bin.worker",
    "celery.apps.worker",
    "celery.worker.components",
    "celery.worker.consumer",
    "celery.concurrency.thread",
    "channels_app.management.commands.smtp_inlet",
    "uvicorn.__main__",
    "uvicorn.lifespan.off",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


def preload() -> None:
    """Import it all, and keep what is there now out of the collector's way, which would write to every page of it."""
    from carecenter.celery import app

    gc.disable()  # what is imported stays: to look through it again and again finds nothing
    django.setup()
    app.loader.import_default_modules()
    for module in MODULES:
        importlib.import_module(module)
    for name in settings.MIDDLEWARE:
        import_string(name)
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.enable()


def serve(line: socket.socket) -> list[str]:
    """Fork one child for each wish; in the child, returns the words it shall run. Ends when the other side is gone."""
    supervisor = os.getppid()
    line.send(b"ready")
    while wish := line.recv(2**16):
        told = json.loads(wish)
        reading, writing = os.pipe()
        if (between := os.fork()) == 0:
            line.close()
            os.close(reading)
            between = os.getpid()
            if (child := os.fork()) != 0:
                os.write(writing, b"%d" % child)
                os._exit(0)
            os.close(writing)
            _settle(between, supervisor, told["log"])
            return list(told["words"])
        os.close(writing)
        os.waitpid(between, 0)  # now it is the supervisor's
        line.send(os.read(reading, 32))
        os.close(reading)
    sys.exit(0)


def _settle(between: int, supervisor: int, log: str) -> None:
    """A process group of our own that ends with the supervisor, and writes to `log`."""
    os.setpgid(0, 0)
    while os.getppid() == between:
        time.sleep(0.001)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        os._exit(_PARENT_GONE)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.close(output)


def become(words: list[str]) -> None:
    """What the interpreter does with `python -m MODULE …` and `python FILE …`."""
    if words[0] == "-m":
        sys.argv = words[1:]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    preload()
    become(serve(socket.socket(fileno=int(sys.argv[1]))))
