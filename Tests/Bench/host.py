"""A host of the product and simulated meters, started for a measurement and ended with it."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NoReturn
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A child process that prints the address where it listens."""

    def __init__(self, words: list[str]) -> None:
        self.started = time.perf_counter()
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.PIPE)
        self.port = self._bound_port()

    def _bound_port(self) -> int:
        for line in self.process.stdout or ():
            if found := re.search(rb"127\.0\.0\.1:(\d+)", line):
                return int(found[1])
        self._fail()

    def _fail(self) -> NoReturn:
        self.log.seek(0)
        raise SystemExit(f"{self.process.args} ended: {self.log.read().decode(errors='replace')}")

    def status(self, name: str) -> int:
        """A number of /proc/PID/status: kB, or a count."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"^{name}:\s+(\d+)", text, re.M)
        return int(found[1]) if found else 0

    def family(self) -> list[int]:
        """The process and its children: the workers of plugins."""
        found = [self.process.pid]
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text().split()]
        return found

    def shared_out_memory(self) -> int:
        """Memory of the process and its children in kB, each page divided among those that share it (PSS)."""
        total = 0
        for process in self.family():
            try:
                text = Path(f"/proc/{process}/smaps_rollup").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # a worker that has just ended
            found = re.search(r"^Pss:\s+(\d+)", text, re.M)
            total += int(found[1]) if found else 0
        return total

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.end()


class Host(Process):
    """A serving host and a client of its API."""

    def __init__(self, binaries: Path, data: str) -> None:
        self.connection: http.client.HTTPConnection | None = None
        self.token = ""
        super().__init__(
            [
                str(binaries / "commline"), "serve", "--data", data, "--listen", "127.0.0.1:0",
                "--manifests", str(ROOT / "plugin-manifests"), "--plugins", str(binaries), "--log-level", "warning",
            ]
        )  # fmt: skip

    def call(self, method: str, path: str, body=None) -> dict:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = json.dumps(body) if body is not None else None
        self.connection.request(method, path, data, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode(errors='replace')[:500]}")
        return json.loads(text) if text.startswith((b"{", b"[")) else {}

    def items(self, path: str) -> list[dict]:
        """A whole list, page after page."""
        found: list[dict] = []
        cursor = ""
        while True:
            page = self.call("GET", path + (f"?cursor={quote(cursor)}" if cursor else ""))
            found += page["items"]
            cursor = page.get("nextCursor") or ""
            if not cursor:
                return found

    def log_in(self) -> None:
        self.token = self.call("POST", "/api/v1/sessions", {"login": "admin", "password": "hesadmin"})["token"]

    def run(self, devices: list[str], read: list[dict], watch=lambda: None) -> dict:
        """Orders a one-off run and waits for its end."""
        order = {"targets": {"devices": devices}, "read": read}
        run = self.call("POST", "/api/v1/actions", order)["id"]
        while (body := self.call("GET", f"/api/v1/runs/{run}"))["state"] != "done":
            watch()
            time.sleep(0.05)
        watch()
        return body


class Simulator(Process):
    """Simulated meters of the product; each answer of theirs waits."""

    def __init__(self, binaries: Path, count: int, delay: int, *more: str) -> None:
        self.devices: list[dict] = []
        super().__init__(
            [
                str(binaries / "commline"), "simulate", "dlms", "--json", "--type", "DT_CE307", "--count", str(count),
                "--delay", str(delay), "--manifests", str(ROOT / "plugin-manifests"), "--plugins", str(binaries), *more,
            ]
        )  # fmt: skip

    def _bound_port(self) -> int:
        for line in self.process.stdout or ():
            device = json.loads(line)
            if device.get("ready"):
                return self.devices[0]["port"]
            self.devices.append(device)
        self._fail()


def identifier(kind: int, index: int) -> str:
    return f"{kind:08d}-0000-4000-8000-{index:012d}"


def configuration(meters: list[dict], settings: dict[str, str] | None = None) -> dict:
    """An import document: meters by port and serial number."""
    channels, protocols, devices = [], [], []
    for index, meter in enumerate(meters):
        channel = {"CHAN_TYPE_TCP_OP_IP_ADDRESS": "127.0.0.1", "CHAN_TYPE_TCP_OP_IP_PORT": str(meter["port"])}
        protocol = {"DLMS_AUTHENTICATION": "High", "DLMS_PASSWORD": "1234567812345678"} | (settings or {})
        channels.append(
            {"Id": identifier(1, index), "Name": f"channel {index}", "Type": "CHAN_TYPE_TCP", "IsExclusive": False,
             "Settings": json.dumps(channel)}
        )  # fmt: skip
        protocols.append(
            {"Id": identifier(2, index), "Name": f"protocol {index}", "Type": "PROTO_DLMS",
             "Settings": json.dumps(protocol)}
        )  # fmt: skip
        line = {
            "Id": identifier(3, index), "ChannelId": identifier(1, index), "ProtocolId": identifier(2, index),
            "DeviceLib": "DL_CE_307", "ProtocolMap": "PROTO_MAP_SPODES_CE307_V10", "Enabled": True, "Address": "",
            "Priority": 0,
        }  # fmt: skip
        devices.append(
            {"Id": identifier(4, index), "SerialNumber": meter["serialNumber"], "Type": "DT_CE307",
             "Status": "DS_INUSE", "PlugDate": "2025-03-20T07:56:22Z", "Enabled": True, "CommLines": [line],
             "Children": []}
        )  # fmt: skip
    return {
        "Meta": {"AppName": "bench", "AppVersion": "1", "SchemaVersion": "v1"},
        "Channels": channels, "Protocols": protocols, "Groups": [{"Id": None, "Name": None, "Devices": devices}],
    }  # fmt: skip
