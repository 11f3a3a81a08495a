#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the kernelgate agent whether a kernel may boot.

usage: ask.py IMAGE [SOCKET [SERVER_UID]]

Exit status: 0 boot the printed digest, 1 rejected, anything else: do not boot either.
"""

import http.client
import json
import re
import signal
import socket
import struct
import sys


class Agent(http.client.HTTPConnection):
    """HTTP over a Unix socket, to a server of the right user only."""

    def __init__(self, path, server_uid):
        super().__init__("kernelgate")
        self.path, self.server_uid = path, server_uid

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)
        credentials = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        _pid, uid, _gid = struct.unpack("iII", credentials)
        if uid != self.server_uid:
            raise PermissionError(f"the server runs as uid {uid}")


def ask(image, path="/run/kernelgate/kernelgate.sock", server_uid=0):
    agent = Agent(path, server_uid)
    question = json.dumps({"image": image, "deadlineMillis": 1800})
    agent.request("POST", "/v1/decide", question, {"Content-Type": "application/json"})
    answer = agent.getresponse()
    if answer.length is None or answer.length > 65536:
        raise ValueError("the answer has no length, or too much of it")
    answer.read()  # raises when the answer breaks off
    boot, verdict = answer.getheader("Kernelgate-Boot"), answer.getheader("Kernelgate-Verdict")
    digest = answer.getheader("Kernelgate-Digest", "")
    trusted = verdict == "trusted" and re.fullmatch("sha256:[0-9a-f]{64}", digest)
    audited = verdict in ("rejected", "undetermined")  # audit mode boots these, too
    if (answer.status, boot) == (200, "true") and (trusted or audited):
        print(digest)
        return 0
    print("do not boot:", verdict, answer.getheader("Kernelgate-Reason"), file=sys.stderr)
    return 1 if (answer.status, boot, verdict) == (403, "false", "rejected") else 2


if __name__ == "__main__":
    # A socket time-out starts anew with every byte; the alarm ends the process, whatever it does.
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        sys.exit(ask(*sys.argv[1:3], *map(int, sys.argv[3:4])))
    except (OSError, http.client.HTTPException, ValueError, TypeError) as error:
        print("do not boot:", error, file=sys.stderr)
        sys.exit(2)
