#!/usr/bin/python3
"""Load that leaks kernel objects on purpose: `leaking_load.py KIND RATE SECONDS [--events N] [--hold S]`

Allocates RATE objects a second of KIND and never frees them, beside about N unrelated allocation events a second (default:
100000; 0 for none). With --hold S each object is freed after S seconds instead: such a load only churns, and leaks nothing. Each
of its processes prints `ready` when it has begun, and the number of objects that it holds at the end."""

import argparse, collections, ctypes, os, resource, socket, sys, tempfile, time

KINDS = ["sockets", "inotify", "timers", "pipes"]
parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=KINDS + ["all"])
parser.add_argument("rate", type=float)
parser.add_argument("seconds", type=float)
parser.add_argument("--events", type=int, default=100_000)
parser.add_argument("--hold", type=float)
options = parser.parse_args()

libc = ctypes.CDLL(None, use_errno=True)
for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_SIGPENDING):
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (hard, hard))


def checked(result):
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


# Each kind is a function that allocates an object and returns a function that frees it.

def allocate_socket():
    held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return held.close


def allocate_pipe():
    read, write = os.pipe()
    return lambda: (os.close(read), os.close(write))


def allocate_timer():
    event = (ctypes.c_int32 * 16)()
    event[3] = 1  # SIGEV_NONE
    timer = ctypes.c_void_p()
    checked(libc.timer_create(1, event, ctypes.byref(timer)))
    return lambda: checked(libc.timer_delete(timer))


FILES = 256  # an inotify instance has one watch for each file, and there are 128 instances at most
folder = None
instances, free_watches = [], []


def allocate_watch():
    global folder
    if folder is None:
        folder = tempfile.TemporaryDirectory()
        for number in range(FILES): open(f"{folder.name}/{number}", "w").close()
    if not free_watches:
        instance = checked(libc.inotify_init1(0))
        instances.append(instance)
        free_watches.extend((instance, number) for number in range(FILES))
    instance, number = free_watches.pop()
    watch = checked(libc.inotify_add_watch(instance, f"{folder.name}/{number}".encode(), 0x200))

    def free():
        checked(libc.inotify_rm_watch(instance, watch))
        os.read(instance, 4096)  # the event that the watch was removed
        free_watches.append((instance, number))
    return free


allocators = {"sockets": allocate_socket, "pipes": allocate_pipe, "timers": allocate_timer, "inotify": allocate_watch}
chosen = [allocators[kind] for kind in KINDS if options.kind in (kind, "all")]


def paced(rate, seconds, work, tick=0.01):
    """Calls `work(count)` every tick, so that the counts add up to the rate."""
    start, done = time.monotonic(), 0
    while (elapsed := time.monotonic() - start) < seconds:
        due = int(rate * elapsed) - done
        if due > 0: work(due)
        done += max(0, due)
        time.sleep(tick)


def exchange_packets():
    """Sends and receives datagrams: each allocates and frees an sk_buff and its data, which are four events."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    data = b"x" * 900

    def work(count):
        for _ in range(count):
            one.send(data)
            other.recv(1024)
    paced(options.events / 4, options.seconds, work)


child = None
if options.events > 0:
    child = os.fork()
    if child == 0:
        exchange_packets()
        os._exit(0)

# A process may have a limited number of files: the objects are spread over as many processes as are needed.
files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
needed = 2 * options.rate * (options.hold or options.seconds) + 64
workers = 1 if files < 0 else int(needed / (0.9 * files)) + 1
children = [child] if child else []
for _ in range(workers - 1):
    if (worker := os.fork()) == 0:
        children = []
        break
    children.append(worker)
held = collections.deque()


def leak(count):
    for _ in range(count):
        for allocate in chosen: held.append((time.monotonic(), allocate()))
    while options.hold is not None and held and held[0][0] < time.monotonic() - options.hold: held.popleft()[1]()


print("ready", flush=True)
paced(options.rate / workers, options.seconds, leak)
print(len(held), flush=True)
for process in children: os.waitpid(process, 0)
if folder: folder.cleanup()
os._exit(0)  # frees all objects at once
