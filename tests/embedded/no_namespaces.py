"""Run a command on a machine that refuses user namespaces, as containers often do: `no_namespaces.py COMMAND…`.

A seccomp filter answers unshare(2) with EPERM. x86-64 only.
"""

import ctypes
import os
import struct
import sys

UNSHARE = 272
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ERROR_EPERM, ALLOW = 0x00050001, 0x7FFF0000
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, FILTER = 22, 38, 2


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def refuse_unshare() -> None:
    steps = [
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, UNSHARE),
        (RETURN, 0, 0, ERROR_EPERM),
        (RETURN, 0, 0, ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, FILTER, ctypes.byref(program)
    ):
        raise OSError(ctypes.get_errno(), "no seccomp here")


if __name__ == "__main__":
    refuse_unshare()
    os.execvp(sys.argv[1], sys.argv[1:])
