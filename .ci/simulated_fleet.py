#!/usr/bin/env python3
"""A simulated fleet: many hosts, of which some leak, in the metrics that `slabscope serve` exports.

    simulated_fleet.py BINARY serve --port 9800      serves /host/0/metrics, /host/1/metrics, ... and /config, a configuration of Prometheus
    simulated_fleet.py BINARY backfill --hours 3     prints the past in OpenMetrics, for promtool tsdb create-blocks-from openmetrics

The figures of each host are those of a bundled recording, scaled, with noise of 2 %. Most live objects follow the load of the host, a
wave of a day whose phase differs from host to host. On a leaking host one call site allocates objects that are never freed.
Everything follows from the seed.
"""

import argparse
import http.server
import json
import math
import random
import re
import subprocess
import sys
import time

RECORDINGS = ["udp-rr", "tcp-bulk", "imix-burst"]
DAY = 86400
JOB = "slabscope"
# Metrics of the machine that hosts export; others are of engines only.
GAUGES = ["cache_active_objects", "cache_objects", "cache_slabs", "cache_slab_bytes", "cache_requested_bytes"]
SITES = 15
# No question about the fleet needs their past.
WITHOUT_PAST = ["cache_slabs", "cache_requested_bytes"]
# Share of the hosts at which a host that leaks lies, and the cache. It leaks 900 objects an hour, or 0.4 times what it has if that is
# more.
LEAKS = [(0.085, "kmalloc-1k"), (0.465, "skbuff_head_cache"), (0.755, "filp")]
SAMPLE = re.compile(r'^slabscope_([a-z_]+?)(_total)?\{(.*)\} (\d+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def output(binary, *arguments):
    return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True).stdout


class Recording:
    """Figures of a recording: values of metrics by labels, at its end."""

    def __init__(self, binary, name):
        self.caches, self.sites, self.sizes, self.parts = {}, {}, {}, {}
        text = output(binary, "snapshot", name, "--format", "prometheus")
        text += output(binary, "profile", name, "--format", "prometheus", "--by", "site-cache")
        for line in text.splitlines():
            found = SAMPLE.match(line)
            if not found:
                continue
            metric, value = found[1], int(found[4])
            labels = dict(LABEL.findall(found[3]))
            slab = labels.get("slab", labels.get("cache"))
            if metric in GAUGES or metric == "cache_allocations":
                self.caches.setdefault(slab, {})[metric] = value
            elif metric == "memory_bytes":
                self.parts[labels["part"]] = value
            elif metric.startswith("profile_") and labels.get("site") != "(rest)":
                self.sites.setdefault((labels["site"], slab), {})[metric] = value
        document = json.loads(output(binary, "profile", name, "--format", "json", "--by", "context"))
        for context in document["contexts"]:
            if context.get("general") and context.get("live_objects", 0) > 0:
                size = context["requested_bytes"]
                self.sizes[size] = self.sizes.get(size, 0) + context["live_objects"]
        largest = sorted(self.sites, key=lambda site: -self.sites[site].get("profile_alloc_bytes", 0))
        self.sites = {site: self.sites[site] for site in largest[:SITES]}


class Host:
    """One host: its series as (metric, labels, kind, function of time)."""

    def __init__(self, number, count, recordings, seed):
        self.name = f"host-{number:03}:9779"
        self.random = random.Random(f"{seed}/{number}")
        self.recording = recordings[self.random.randrange(len(recordings))]
        self.scale = math.exp(self.random.uniform(math.log(60), math.log(600)))
        self.phase = self.random.random() * DAY
        self.swing = self.random.uniform(0.1, 0.4)
        self.start = 0
        self.leaking = next((cache for share, cache in LEAKS if int(share * count) == number), None)
        if self.leaking and self.leaking not in self.recording.caches:
            self.recording = next(one for one in recordings if self.leaking in one.caches)
        objects = self.recording.caches.get(self.leaking, {}).get("cache_active_objects", 0)
        self.leak_rate = max(900, 0.4 * objects * self.scale) if self.leaking else 0
        self.series = list(self.make_series())

    def load(self, seconds):
        return 1 + self.swing * math.sin(2 * math.pi * (seconds + self.phase) / DAY)

    def load_sum(self, seconds):
        """The integral of the load since the fleet's start."""
        turn = 2 * math.pi / DAY
        return (seconds - self.start) - self.swing / turn * (
            math.cos(turn * (seconds + self.phase)) - math.cos(turn * (self.start + self.phase)))

    def leaked(self, seconds):
        return self.leak_rate * max(0, seconds - self.start) / 3600

    def noise(self):
        return 1 + self.random.gauss(0, 0.02)

    def make_series(self):
        recording, scale, leaking = self.recording, self.scale, self.leaking

        def gauge(value, follows, leaks=0):
            return lambda t: max(0, int((value * scale * (1 + follows * (self.load(t) - 1)) * self.noise()) + leaks * self.leaked(t)))

        def counter(value):
            # As many times a minute as the recording has in all.
            return lambda t: int(value * scale / 60 * self.load_sum(t))

        for cache, metrics in recording.caches.items():
            follows = self.random.random()
            objects = max(1, metrics.get("cache_objects", 0))
            size = metrics.get("cache_slab_bytes", 0) / objects
            per_object = {"cache_active_objects": 1, "cache_objects": 1, "cache_slab_bytes": size, "cache_slabs": size / 8192,
                          "cache_requested_bytes": size * 0.9}
            for metric, value in metrics.items():
                labels = f'slab="{cache}"'
                if metric == "cache_allocations":
                    yield metric, labels, "counter", counter(value)
                else:
                    yield metric, labels, "gauge", gauge(value, follows, per_object[metric] if cache == leaking else 0)
        site = next((site for site in recording.sites if site[1] == leaking), None)
        for key, metrics in recording.sites.items():
            labels = f'site="{key[0]}",slab="{key[1]}"'
            allocated = metrics.get("profile_alloc_bytes", 0)
            objects = max(1, metrics.get("profile_alloc_objects", 0))
            yield "profile_live_bytes", labels, "gauge", gauge(
                metrics.get("profile_live_bytes", 0), 0.5, allocated / objects if key == site else 0)
            yield "profile_alloc_objects", labels, "counter", counter(objects)
            yield "profile_alloc_bytes", labels, "counter", counter(allocated)
        # The size that a leaking general cache serves most.
        power = {"kmalloc-1k": 1024}.get(leaking, 0)
        leaking_size = max((size for size in recording.sizes if power / 2 < size <= power), default=power)
        sizes = dict(recording.sizes)
        if leaking_size:
            sizes.setdefault(leaking_size, 1)
        for size, objects in sorted(sizes.items()):
            yield "general_cache_live_objects", f'bytes="{size}"', "gauge", gauge(objects, 0.5, 1 if size == leaking_size else 0)
        for part, value in recording.parts.items():
            yield "memory_bytes", f'part="{part}"', "gauge", gauge(value, 0.1)


class Fleet:
    def __init__(self, binary, count, seed, start):
        recordings = [Recording(binary, name) for name in RECORDINGS]
        self.hosts = [Host(number, count, recordings, seed) for number in range(count)]
        for host in self.hosts:
            host.start = start

    def families(self):
        """Series of all hosts by metric."""
        families = {}
        for host in self.hosts:
            for metric, labels, kind, value in host.series:
                families.setdefault((metric, kind), []).append((host, labels, value))
        return families

    def backfill(self, start, end, step, write):
        times = range(int(start), int(end), int(step))
        for (metric, kind), series in self.families().items():
            if metric in WITHOUT_PAST:
                continue
            suffix = "_total" if kind == "counter" else ""
            write(f"# TYPE slabscope_{metric} {kind}\n")
            for host, labels, value in series:
                head = f'slabscope_{metric}{suffix}{{{labels},instance="{host.name}",job="{JOB}"}} '
                write("".join(f"{head}{value(t)} {t}\n" for t in times))
        write("# EOF\n")

    def metrics(self, number):
        host, now, lines, last = self.hosts[number], time.time(), [], None
        for metric, labels, kind, value in sorted(host.series, key=lambda one: one[0]):
            suffix = "_total" if kind == "counter" else ""
            if metric != last:
                lines += [f"# HELP slabscope_{metric}{suffix} Simulated.", f"# TYPE slabscope_{metric}{suffix} {kind}"]
                last = metric
            lines.append(f"slabscope_{metric}{suffix}{{{labels}}} {value(now)}")
        lines += ["# HELP slabscope_build_info Version.", "# TYPE slabscope_build_info gauge",
                  'slabscope_build_info{version="simulated"} 1']
        return "\n".join(lines) + "\n"

    def config(self, port, interval):
        """A configuration of Prometheus: each host is a target of its own, all on one port."""
        return json.dumps({
            "global": {"scrape_interval": interval, "scrape_timeout": interval},
            "scrape_configs": [{
                "job_name": JOB,
                "static_configs": [{"targets": [host.name for host in self.hosts]}],
                "relabel_configs": [
                    {"source_labels": ["__address__"], "target_label": "instance"},
                    {"source_labels": ["__address__"], "regex": "host-0*([0-9]+):.*", "replacement": "/host/$1/metrics",
                     "target_label": "__metrics_path__"},
                    {"target_label": "__address__", "replacement": f"127.0.0.1:{port}"},
                ]}]})


def serve(fleet, port, interval):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            found = re.fullmatch(r"/host/(\d+)/metrics", self.path)
            if found and int(found[1]) < len(fleet.hosts):
                body, kind = fleet.metrics(int(found[1])), "text/plain; version=0.0.4; charset=utf-8"
            elif self.path == "/config":
                body, kind = fleet.config(self.server.server_address[1], interval), "application/json"
            else:
                self.send_error(404)
                return
            data = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="path of slabscope, which exports the recordings")
    parser.add_argument("mode", choices=["serve", "backfill"])
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, help="start of the leaks, seconds since 1970 (default: --hours ago)")
    parser.add_argument("--hours", type=float, default=3)
    parser.add_argument("--step", type=int, default=120, help="seconds between two samples of backfill")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--interval", default="5s", help="scrape interval in the configuration")
    options = parser.parse_args()
    start = options.start or int(time.time() - options.hours * 3600)
    fleet = Fleet(options.binary, options.hosts, options.seed, start)
    if options.mode == "serve":
        serve(fleet, options.port, options.interval)
    else:
        fleet.backfill(start, time.time(), options.step, sys.stdout.write)


if __name__ == "__main__":
    main()
