#!/usr/bin/env python3
"""Measures the product against stated figures, prints a table and writes the same as JSON.

    bench.py --binaries .build/release --out .build/bench/results.json [--meters 1000] [--delay 200]

Each result: name, value, unit, and where there is one a reference with the ratio value ÷ reference. What the
reference is stands in the name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime
from pathlib import Path

from host import ROOT, Host, Process, Simulator, configuration, identifier

results: list[dict] = []


def result(name: str, value: float, unit: str, reference: float | None = None) -> None:
    row = {"name": name, "value": round(value, 3), "unit": unit}
    row |= {"reference": None, "ratio": None}
    if reference:
        row |= {"reference": round(reference, 3), "ratio": round(value / reference, 3)}
    results.append(row)
    print(f"  {name}: {row['value']} {unit}", file=sys.stderr, flush=True)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def exchanges(host: Host, task: str) -> int:
    """How many times the session waited for an answer: frames sent, by the extended journal."""
    return sum(1 for frame in host.items(f"/api/v1/tasks/{task}/exchange") if frame["direction"] == "sent")


def cold_start(binaries: Path) -> None:
    """From the start of the process to the first 200 of /healthz, with a data folder already there."""
    times = []
    with tempfile.TemporaryDirectory() as data:
        for _ in range(11):
            with Host(binaries, data) as host:
                while True:
                    try:
                        with urllib.request.urlopen(f"http://127.0.0.1:{host.port}/healthz", timeout=5) as answer:
                            if answer.status == 200:
                                break
                    except OSError:
                        continue
                times.append((time.perf_counter() - host.started) * 1000)
        result("cold start, new data folder", times[0], "ms")
        result("cold start, median of 10", statistics.median(times[1:]), "ms")
        with Host(binaries, data) as host:
            host.log_in()
            before = host.processor_seconds()
            time.sleep(5)
            result("idle host, resident memory", host.status("VmRSS") / 1024, "MiB")
            result("idle host, threads", host.status("Threads"), "threads")
            result("idle host, processor", (host.processor_seconds() - before) / 5 * 100, "% of a core")


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def answer_times(host: Host, task: str) -> list[float]:
    """How long each answer of a session took, in ms, by the extended journal."""
    times, sent = [], None
    for frame in host.items(f"/api/v1/tasks/{task}/exchange"):
        if frame["direction"] == "sent":
            sent = moment(frame["time"])
        elif frame["direction"] == "received" and sent is not None:
            times.append((moment(frame["time"]) - sent).total_seconds() * 1000)
            sent = None
    return times


def rest(binaries: Path, devices: int) -> None:
    """A host with many devices and nothing to do."""
    with tempfile.TemporaryDirectory() as data, Host(binaries, data) as host:
        host.log_in()
        host.call("POST", "/api/v1/import", configuration(
            [{"port": 1, "serialNumber": f"{index:015d}"} for index in range(devices)]))  # fmt: skip
        host.end()
        with Host(binaries, data) as rested:
            rested.log_in()
            time.sleep(5)
            before = rested.processor_seconds()
            time.sleep(20)
            name = f"at rest with {devices} devices"
            result(f"{name}: processor", (rested.processor_seconds() - before) / 20 * 100, "% of a core", 0.1)
            result(f"{name}: resident memory", rested.status("VmRSS") / 1024, "MiB", 80)


def sick_fleet(binaries: Path, meters: int, delay: int) -> None:
    """What healthy meters feel of sick ones: the time of their sessions, with and without them."""
    settings = {"DLMS_WAIT_TIME": "1000", "DLMS_RESEND_COUNT": "1"}
    sickness = ["--silent", "30", "--resetting", "10", "--late", "5", "--late-by", "5000"]

    def sessions(*more: str) -> list[float]:
        with tempfile.TemporaryDirectory() as data, Simulator(binaries, meters, delay, *more) as sim:
            healthy = {device["serialNumber"] for device in sim.devices if device["ailment"] == "healthy"}
            with Host(binaries, data) as host:
                host.log_in()
                host.call("POST", "/api/v1/import", configuration(sim.devices, settings))
                body = host.run([identifier(4, index) for index in range(meters)], [{"archive": "CURRENT"}])
                if body["statistics"]["success"] != len(healthy):
                    raise SystemExit(f"{len(healthy)} meters are healthy: {body['statistics']}")
                tasks = host.items(f"/api/v1/runs/{body['id']}/tasks")
                return [
                    (moment(task["finishedAt"]) - moment(task["startedAt"])).total_seconds() * 1000
                    for task in tasks if task["result"] == "success"
                ]  # fmt: skip

    alone, among = sessions(), sessions(*sickness)
    result(f"session of a healthy meter among {meters} of which 45 % are sick, p99",
           percentile(among, 0.99), "ms", percentile(alone, 0.99))  # fmt: skip


def crowd(binaries: Path, meters: int, delay: int) -> None:
    """Many slow meters at once: the ideal is the longest session's exchanges times the delay."""
    with tempfile.TemporaryDirectory() as data, Simulator(binaries, meters, delay) as sim, Host(binaries, data) as host:
        host.log_in()
        host.call("POST", "/api/v1/import", configuration(sim.devices))
        idle = host.status("VmRSS")
        threads = memory = 0
        looked = 0.0

        def watch() -> None:
            nonlocal threads, memory, looked
            threads = max(threads, host.status("Threads"))
            # The system goes through every page for this: not too often.
            if time.monotonic() - looked > 1:
                memory = max(memory, host.shared_out_memory())
                looked = time.monotonic()

        before = host.processor_seconds()
        devices = [identifier(4, index) for index in range(meters)]
        body = host.run(devices, [{"archive": "CURRENT"}, {"state": "TIME"}], watch)
        if body["statistics"]["success"] != meters:
            raise SystemExit(f"not every meter was read: {body['statistics']}")
        tasks = host.items(f"/api/v1/runs/{body['id']}/tasks")
        longest = max(exchanges(host, task["id"]) for task in tasks[:: max(1, meters // 300)])
        wall = (moment(body["finishedAt"]) - moment(body["startedAt"])).total_seconds()
        name = f"{meters} meters at once, {delay} ms a frame"
        result(f"{name}: exchanges of the longest session", longest, "exchanges")
        result(f"{name}: wall time against the ideal", wall, "s", longest * delay / 1000)
        result(f"{name}: processor time of the host", host.processor_seconds() - before, "s")
        result(f"{name}: peak resident memory", host.status("VmHWM") / 1024, "MiB")
        result(f"{name}: most memory of host and workers (PSS)", memory / 1024, "MiB", 300)
        jitter = [took - delay for task in tasks[:: max(1, meters // 300)] for took in answer_times(host, task["id"])]
        result(f"{name}: answers later than the meter sent them, p99", percentile(jitter, 0.99), "ms")
        result(f"{name}: memory a session", (host.status("VmHWM") - idle) / meters, "KiB")
        result(f"{name}: most threads", threads, "threads")


def isolation(binaries: Path) -> None:
    """Events into a driver and back: inline, through a worker process, and bare packets between two processes."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "libecho.so"
        source = ROOT / "Tests/Bench/echo"
        subprocess.run(
            ["gcc", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-I", ROOT / "SDK/include",
             "-o", library, source / "echo.c"], check=True)  # fmt: skip
        manifest = json.loads((source / "echo.json").read_text())
        manifest["sha256"] = hashlib.sha256(library.read_bytes()).hexdigest()
        (Path(folder) / "echo.json").write_text(json.dumps(manifest))
        words = [binaries / "commline", "bench", "isolation", "--manifests", folder, "--plugins", folder]
        run = json.loads(subprocess.run(words, check=True, capture_output=True).stdout)

    def median(name: str, key: str) -> float:
        return run[name][key]

    result("an event into a driver and back, inline", median("inline", "microseconds"), "µs")
    bare = median("packets", "microseconds")
    result("the same through a worker, against a bare packet there and back",
           median("worker", "microseconds"), "µs", bare)  # fmt: skip
    result("events inline, 500 sessions", median("inlinePipelined", "eventsPerSecond"), "events/s")
    result("events through a worker, 500 sessions, against bare packets, 64 in flight",
           median("workerPipelined", "eventsPerSecond"), "events/s",
           median("packetsPipelined", "eventsPerSecond"))  # fmt: skip


def store(binaries: Path, seconds: int, rows: int) -> None:
    """Durable measurements a second and bytes a row, against the same rows written straight from C; then a query."""
    with tempfile.TemporaryDirectory(dir=ROOT / ".build") as folder:
        raw = Path(folder) / "raw_insert"
        subprocess.run(
            ["gcc", "-std=gnu11", "-O2", "-o", raw, ROOT / "Tests/Bench/store/raw_insert.c", "-lsqlite3"], check=True
        )

        def ours(name: str, *words: object) -> dict:
            command = [binaries / "commline", "bench", "store", "--data", Path(folder) / name, *map(str, words)]
            answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            shutil.rmtree(Path(folder) / name)
            return answer

        shapes = [("half-hours of four energies", 4, 48, 20_000), ("end of day with five tariffs", 20, 1, 10_000)]
        for name, quantities, slots, transaction in shapes:
            where = Path(folder) / "raw"
            where.mkdir()
            words = [raw, where, 5_000, 31, quantities, slots, transaction, seconds]
            reference = json.loads(subprocess.run(list(map(str, words)), check=True, capture_output=True).stdout)
            shutil.rmtree(where)
            row = ours("ours", "--quantities", quantities, "--slots", slots, "--seconds", seconds, "--queries", 0)
            result(f"durable rows, {name}, against one SQL row a value from C",
                   row["rowsPerSecond"], "rows/s", reference["rowsPerSecond"])  # fmt: skip
            result(f"bytes a row, {name}, against one SQL row a value",
                   row["bytesPerRow"], "bytes", reference["bytesPerRow"])  # fmt: skip
        meters = max(100, rows // (4 * 48 * 30))
        month = ours("month", "--rows", rows, "--meters", meters, "--queries", 2_000)
        name = f"a month of half-hours of one device among {month['rows']} rows"
        result(f"{name}: median", month["queryMilliseconds"]["median"], "ms")
        result(f"{name}: p99", month["queryMilliseconds"]["p99"], "ms", 5)


def profile(binaries: Path, rows: int = 100) -> None:
    """The rows of a day profile of an independent meter: this host, and that meter's own client."""
    from pydlms.apdu.xdlms import entry_descriptor
    from pydlms.client import DlmsClient
    from pydlms.hdlc.connection import HdlcParameters
    from pydlms.security.hls import Mechanism

    python = str(ROOT / ".build/peers/bin/python")
    meter_words = [python, str(ROOT / "Tests/Peers/spodes_meter.py"), "--max-info", "1024", "--days", str(rows + 1)]
    settings = {
        "DLMS_AUTHENTICATION": "Low", "DLMS_PASSWORD": "12345678", "DLMS_PHYSICAL_ADDRESS_RULE": "none",
        "DLMS_MAX_INFO_FIELD_LENGTH_TRANSMIT": "1024", "DLMS_MAX_INFO_FIELD_LENGTH_RECEIVE": "1024",
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as data, Process(meter_words) as meter, Host(binaries, data) as host:
        host.log_in()
        host.call("POST", "/api/v1/import", configuration([{"port": meter.port, "serialNumber": "012207218450694"}], settings))
        ours, theirs = [], []
        for _ in range(7):
            body = host.run([identifier(4, 0)], [{"archive": "END_OF_DAY", "depth": rows}])
            if body["result"] not in ("success", "partial"):
                raise SystemExit(f"the profile was not read: {body}")
            task = host.items(f"/api/v1/runs/{body['id']}/tasks")[0]
            times = [moment(frame["time"]) for frame in host.items(f"/api/v1/tasks/{task['id']}/exchange")]
            ours.append((times[-1] - times[0]).total_seconds() * 1000)
            start = time.perf_counter()
            with DlmsClient.tcp(
                "127.0.0.1", meter.port, client_sap=32, server_logical=1, mechanism=Mechanism.LLS,
                password=b"12345678", hdlc=True, hdlc_parameters=HdlcParameters(1024, 1024),
            ) as client:  # fmt: skip
                rows_wanted = entry_descriptor(2, rows + 1)
                client.read_profile("1.0.98.2.0.255", rows_wanted, typed=True, scalers=True)
            theirs.append((time.perf_counter() - start) * 1000)
        name = f"{rows} profile rows, connect to close, against the peer's own client"
        result(name, statistics.median(ours), "ms", statistics.median(theirs))


def table() -> str:
    heads = ("measure", "value", "unit", "reference", "ratio")
    rows = [tuple("" if row[key] is None else str(row[key]) for key in ("name", *heads[1:])) for row in results]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in [heads, *rows]]
    return "\n".join([lines[0], "  ".join("─" * width for width in widths), *lines[1:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binaries", type=Path, default=ROOT / ".build/release")
    parser.add_argument("--out", type=Path, default=ROOT / ".build/bench/results.json")
    parser.add_argument("--meters", type=int, default=1000)
    parser.add_argument("--delay", type=int, default=200, help="of each answer, ms")
    parser.add_argument("--store-seconds", type=int, default=60)
    parser.add_argument("--store-rows", type=int, default=50_000_000)
    options = parser.parse_args()
    cold_start(options.binaries)
    isolation(options.binaries)
    store(options.binaries, options.store_seconds, options.store_rows)
    rest(options.binaries, 10_000)
    crowd(options.binaries, options.meters, options.delay)
    sick_fleet(options.binaries, options.meters, options.delay)
    profile(options.binaries)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    print(table())
    print(f"\nwritten to {options.out}")


if __name__ == "__main__":
    main()
