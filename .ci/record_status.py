#!/usr/bin/env python3
"""Checks the exit status of `slabscope record -- COMMAND`, and that signals reach the command: `record_status.py BINARY`"""

import os, pty, select, subprocess, sys, time
from signal import SIGHUP, SIGINT, SIGQUIT, SIGTERM

BINARY, ENDLESS = sys.argv[1], "touch ready; while :; do sleep 0.1; done"


def check(expected, command, *signals, limits=()):
    """Records a command, sends signals to the recorder, and compares its exit status."""
    if os.path.exists("ready"): os.remove("ready")
    run = subprocess.Popen([BINARY, "record", "-o", "status.slabtrace", "--force", *limits, "--", "sh", "-c", command],
                           stderr=subprocess.PIPE, start_new_session=True)
    if signals: wait_until_ready(lambda: run.poll() is not None)
    for signal in signals:
        time.sleep(0.5)
        run.send_signal(signal)
    message = run.communicate(timeout=30)[1].decode()
    compare(expected, run.returncode, f"{command}, sent {[signal.name for signal in signals]}", message)
    subprocess.run([BINARY, "info", "status.slabtrace"], stdout=subprocess.DEVNULL, check=True)


def check_typed_interrupt():
    """Types ctrl-C: the kernel sends SIGINT to the recorder and the command, and the command gets it once."""
    os.remove("ready")
    pid, terminal = pty.fork()
    if pid == 0:
        command = "trap 'echo got; n=$((n+1))' INT; touch ready; for i in 1 2 3 4 5; do sleep 0.3; done; exit $((40+n))"
        os.execv(BINARY, [BINARY, "record", "-o", "status.slabtrace", "--force", "--", "sh", "-c", command])
    wait_until_ready(lambda: False)
    os.write(terminal, b"\x03")
    output, end = b"", time.monotonic() + 20
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.1)[0]: continue
        try: output += os.read(terminal, 65536)
        except OSError: break
    compare(41, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), "a command that counts ctrl-C", output.decode())


def wait_until_ready(has_ended):
    end = time.monotonic() + 20
    while not os.path.exists("ready") and not has_ended() and time.monotonic() < end: time.sleep(0.05)


def compare(expected, status, what, output):
    if status != expected: sys.exit(f"record of {what}: expected status {expected}, not {status}: {output}")


check(7, "exit 7")
check(143, "kill -TERM $$")
check(0, "exec sleep 30", limits=("--seconds", "1"))
for signal in (SIGINT, SIGTERM, SIGQUIT, SIGHUP): check(128 + signal, ENDLESS, signal)
check(5, f"trap 'exit 5' INT; {ENDLESS}", SIGINT)
check(143, f"trap '' INT; {ENDLESS}", SIGINT, SIGINT)  # the second one ends a command that ignores the first
check_typed_interrupt()
