#!/usr/bin/env python3
"""A SPODES-shaped electricity meter for the tests, on somebody else's DLMS/COSEM stack (pydlms-client).

It serves one meter on a TCP port, prints that port, and ends when its standard input ends, so that it never
outlives the test that started it. `--truth FILE` writes all that the meter holds as JSON, in exact decimal
texts: a test compares each value it was given with the value that the meter holds.

    spodes_meter.py --truth t.json                                      HDLC, 1-byte address 1
    spodes_meter.py --truth t.json --physical 5694                      HDLC, 4-byte address 1/5694
    spodes_meter.py --truth t.json --physical 17 --address-bytes 2      HDLC, 2-byte address 1/17
    spodes_meter.py --truth t.json --wrapper                            TCP wrapper, server port 1
    spodes_meter.py --truth t.json --fault bad-fcs:3                    every third frame arrives damaged

Faults, `n` counting the frames (wrapper: messages) that the meter sends on a connection from 1:
    bad-fcs:n       every n-th frame has a wrong frame check sequence; the meter repeats it when asked
    close:n         the connection closes in the middle of frame n
    silent:n        nothing is answered from frame n on
    stale:n         before frame n comes frame n-1 once more, as a line with an echo of old traffic gives it
    short-row       one row of the day profile lacks its last columns
    lost-columns    the day profile captures no A-, and neither register A- nor its tariffs exist
    text-energy     the register R+ answers with a text
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import socket
import socketserver
import sys
import threading
from decimal import Decimal
from typing import NoReturn

from pydlms.cosem.data import DlmsData
from pydlms.cosem.enums import DataType
from pydlms.cosem.time import CosemDateTime
from pydlms.hdlc.address import HdlcAddress
from pydlms.hdlc.framing import SEQ_MODULUS, FrameType, HdlcFrame, encode_frame, seq_add
from pydlms.obis import ObisCode
from pydlms.security.hls import Mechanism
from pydlms.simulator import ClientProfile, HdlcServer, MeterSimulator, _Session
from pydlms.wrapper import HEADER_SIZE, decode_header, encode_wrapper

OFFSET_MINUTES = 180
ZONE = dt.timezone(dt.timedelta(minutes=OFFSET_MINUTES))
CLOCK = "0.0.1.0.0.255"
DAY_PROFILE = "1.0.98.2.0.255"
DAY_SCALES = "1.0.94.7.2.255"
# C value group -> quantity, scaler of its registers, unit code, unit's own symbol.
ENERGIES = {1: ("A+", 0, 30, "W.h"), 2: ("A-", -1, 30, "W.h"), 3: ("R+", 1, 32, "var.h"), 4: ("R-", 0, 32, "var.h")}
# The COSEM type of each energy, by turns: a client must take them all.
ENERGY_TYPES = {1: DataType.DOUBLE_LONG_UNSIGNED, 2: DataType.LONG64_UNSIGNED, 3: DataType.DOUBLE_LONG, 4: DataType.LONG64}
TARIFFS = range(5)


def quantity_and_tag(group: int, tariff: int) -> str:
    return f"{ENERGIES[group][0]}/{'TOTAL' if tariff == 0 else f'T{tariff}'}"


def exact(raw: int, scaler: int) -> str:
    """The value in the unit itself, with the digits that the meter gives."""
    return format(Decimal(raw).scaleb(scaler), "f")


def stamp(moment: dt.datetime) -> DlmsData:
    return DlmsData.octet_string(CosemDateTime.from_datetime(moment).to_bytes())


def scaler_unit(scaler: int, unit: int) -> DlmsData:
    return DlmsData.structure([DlmsData.int8(scaler), DlmsData.enum(unit)])


def capture(class_id: int, name: str, attribute: int) -> DlmsData:
    return DlmsData.structure(
        [
            DlmsData.uint16(class_id),
            DlmsData.octet_string(ObisCode.parse(name).to_bytes()),
            DlmsData.int8(attribute),
            DlmsData.uint16(0),
        ]
    )


class Meter:
    """The objects of one meter, and beside them what they hold in plain words."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.cosem = MeterSimulator(max_pdu=options.max_pdu)
        self.cosem.clients = {
            16: ClientProfile(),
            32: ClientProfile(Mechanism.LLS, b"12345678"),
            48: ClientProfile(Mechanism.HLS, b"1234567812345678"),
        }
        self.truth: dict = {"offsetMinutes": OFFSET_MINUTES, "clockAheadSeconds": options.clock_ahead}
        self.identity()
        self.clock()
        self.energies()
        self.day_profile()
        for name in options.without:
            for class_id in (1, 3, 7, 8):
                self.cosem.objects.pop((class_id, ObisCode.parse(name)), None)

    def fault(self, name: str) -> bool:
        return self.options.fault == name

    def identity(self) -> None:
        facts = {
            "serialNumber": ("0.0.96.1.0.255", "012207218450694"),
            "deviceType": ("0.0.96.1.1.255", "СЕ207 R7.849.2.OA.QUVLF.SPds"),
            "firmwareMetrological": ("0.0.96.1.2.255", "10.84"),
            "manufacturer": ("0.0.96.1.3.255", "АО «Энергомера»"),
            "spodesVersion": ("0.0.96.1.6.255", "03.00"),
            "firmware": ("0.0.96.1.8.255", "12.1.2076"),
            "logicalDeviceName": ("0.0.42.0.0.255", "EMR0122072184506"),
        }
        for name, (obis, text) in facts.items():
            self.cosem.add_object(1, obis, {2: DlmsData.octet_string(text.encode("cp1251"))})
            self.truth[name] = text

    def clock(self) -> None:
        ahead = dt.timedelta(seconds=self.options.clock_ahead)
        self.cosem.add_object(
            8,
            CLOCK,
            {
                2: lambda: stamp(dt.datetime.now(ZONE) + ahead),
                3: DlmsData.int16(-OFFSET_MINUTES),
                4: DlmsData.uint8(0),
                7: DlmsData.int8(60),
                8: DlmsData.boolean(False),
                9: DlmsData.enum(1),
            },
        )

    def energies(self) -> None:
        rows = []
        for group, (quantity, scaler, code, unit) in ENERGIES.items():
            if group == 2 and self.fault("lost-columns"):
                continue
            for tariff in TARIFFS:
                raw = 7_654_321 * group + 1_000_003 * tariff + (4_300_000_000 if group == 2 else 0)
                obis = f"1.0.{group}.8.{tariff}.255"
                data = DlmsData(ENERGY_TYPES[group], raw)
                if group == 3 and self.fault("text-energy"):
                    data = DlmsData.visible_string("no value")
                self.cosem.add_object(3, obis, {2: data, 3: scaler_unit(scaler, code)})
                tag = quantity_and_tag(group, tariff).split("/")[1]
                rows.append({"quantity": quantity, "tag": tag, "value": exact(raw, scaler), "unit": unit})
        self.truth["energies"] = rows

    def day_profile(self) -> None:
        columns = [(group, tariff) for group in (1, 2) for tariff in TARIFFS] + [(3, 0), (4, 0)]
        if self.fault("lost-columns"):
            columns = [column for column in columns if column[0] != 2]
        objects = [capture(8, CLOCK, 2)] + [capture(3, f"1.0.{g}.8.{t}.255", 2) for g, t in columns]
        scales = {group: ENERGIES[group][1] + (1 if self.options.day_scales and group == 1 else 0) for group in ENERGIES}
        today = dt.datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        rows, days = [], []
        count = self.options.days
        for index in range(count):
            if index == 20:
                continue  # the meter was off: no row at all
            moment = today - dt.timedelta(days=count - 1 - index)
            cells, values = [stamp(moment)], {}
            for number, (group, tariff) in enumerate(columns):
                raw = 100_000 * (number + 1) + 37 * index * (number + 1) + (4_400_000_000 if group == 2 else 0)
                absent = index == 30 or (index == 31 and number % 2 == 1)
                cells.append(DlmsData.null() if absent else DlmsData(ENERGY_TYPES[group], raw))
                values[quantity_and_tag(group, tariff)] = None if absent else exact(raw, scales[group])
            if index == count - 3 and self.fault("short-row"):
                cells = cells[:4]
                values = {}
            rows.append(DlmsData.structure(cells))
            days.append({"time": moment.isoformat(), "values": values})
        self.add_profile(DAY_PROFILE, objects, rows, 86400)
        self.truth["days"] = days
        self.truth["dayUnits"] = {quantity: unit for quantity, _, _, unit in ENERGIES.values()}
        if self.options.day_scales:
            heads = [capture(8, CLOCK, 2)] + [capture(3, f"1.0.{g}.8.{t}.255", 3) for g, t in columns]
            row = [stamp(today)] + [scaler_unit(scales[g], ENERGIES[g][2]) for g, _ in columns]
            self.add_profile(DAY_SCALES, heads, [DlmsData.structure(row)], 0)

    def add_profile(self, obis: str, objects: list, rows: list, period: int) -> None:
        attributes = {
            2: DlmsData.array(rows),
            3: DlmsData.array(objects),
            4: DlmsData.uint32(period),
            5: DlmsData.enum(1),
            6: capture(8, CLOCK, 2),
            7: DlmsData.uint32(len(rows)),
            8: DlmsData.uint32(len(rows)),
        }
        self.cosem.add_object(7, obis, attributes, version=1)


class Line:
    """A connection with the chosen fault between the meter and the world."""

    def __init__(self, connection: socket.socket, fault: str) -> None:
        self.connection = connection
        self.kind, _, number = fault.partition(":")
        self.number = int(number or 0)
        self.sent = 0
        self.previous = b""

    def sendall(self, message: bytes) -> None:
        self.sent += 1
        if self.kind == "silent" and self.sent >= self.number:
            return
        if self.kind == "close" and self.sent == self.number:
            self.connection.sendall(message[: len(message) // 2])
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if self.kind == "stale" and self.sent == self.number:
            self.connection.sendall(self.previous)
        self.previous = message
        if self.kind == "bad-fcs" and self.sent % self.number == 0:
            # The last byte is the flag; the one before it ends the frame check sequence.
            message = message[:-2] + bytes([message[-2] ^ 0x55]) + message[-1:]
        self.connection.sendall(message)


class StrictServer(HdlcServer):
    """Answers at its own address only, and repeats its last frame when the client has not got it."""

    def __init__(self, meter: Meter, line: Line, address: HdlcAddress, max_info: int) -> None:
        super().__init__(meter.cosem, line, max_info=max_info)
        self.own = address
        self.server = address
        self.last: HdlcFrame | None = None

    def _frame(self, frame: HdlcFrame) -> None:
        if frame.dest != self.own:
            return
        if frame.kind in (FrameType.SNRM, FrameType.DISC):
            self.last = None
        elif self.last is not None:
            unacknowledged = frame.nr == self.last.ns
            again = frame.kind == FrameType.I and seq_add(frame.ns, 1, SEQ_MODULUS) == self.vr
            if again or (unacknowledged and frame.kind in (FrameType.RR, FrameType.REJ)):
                self.sock.sendall(encode_frame(self.last))
                return
        super()._frame(frame)

    def _next(self) -> None:
        self.last = self.tx[0] if self.tx else self.last
        super()._next()


def serve_wrapper(meter: Meter, line: Line, connection: socket.socket) -> None:
    session, buffer = _Session(), bytearray()
    while data := connection.recv(4096):
        buffer += data
        while len(buffer) >= HEADER_SIZE:
            header = decode_header(bytes(buffer[:HEADER_SIZE]))
            end = HEADER_SIZE + header.length
            if len(buffer) < end:
                break
            request, buffer = bytes(buffer[HEADER_SIZE:end]), buffer[end:]
            if header.destination != meter.options.logical:
                continue
            session.client_sap = header.source
            for reply in meter.cosem.handle_all(request, session):
                line.sendall(encode_wrapper(header.destination, header.source, reply))


def serve_hdlc(meter: Meter, line: Line, connection: socket.socket) -> None:
    options = meter.options
    if options.physical is None:
        address = HdlcAddress.server(options.logical)
    else:
        address = HdlcAddress.server(options.logical, options.physical, options.address_bytes)
    server = StrictServer(meter, line, address, options.max_info)
    while data := connection.recv(4096):
        server.feed(data)


def die_with_parent() -> NoReturn:
    while os.read(0, 4096):
        pass
    os._exit(0)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--wrapper", action="store_true", help="the TCP wrapper instead of HDLC")
    parser.add_argument("--logical", type=int, default=1)
    parser.add_argument("--physical", type=int, help="without it the address has one byte")
    parser.add_argument("--address-bytes", type=int, choices=(2, 4), default=4)
    parser.add_argument("--max-info", type=int, default=128, help="information field, bytes")
    parser.add_argument("--max-pdu", type=int, default=1024, help="largest message, bytes")
    parser.add_argument("--days", type=int, default=45, help="how far back the day profile goes")
    parser.add_argument("--clock-ahead", type=int, default=0, help="seconds before the true time")
    parser.add_argument("--day-scales", action="store_true", help="the day profile has scales of its own")
    parser.add_argument("--without", action="append", default=[], metavar="OBIS", help="an object it lacks")
    parser.add_argument("--fault", default="", metavar="KIND[:N]")
    parser.add_argument("--truth", metavar="FILE", help="write what the meter holds")
    return parser.parse_args()


def main() -> None:
    options = parse()
    meter = Meter(options)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = Line(self.request, options.fault)
            serve = serve_wrapper if options.wrapper else serve_hdlc
            try:
                serve(meter, line, self.request)
            except OSError:
                pass  # the client has gone

    class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", options.port), Handler) as server:
        if options.truth:
            with open(options.truth, "w", encoding="utf-8") as file:
                json.dump(meter.truth, file, ensure_ascii=False, indent=2)
        print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
        threading.Thread(target=die_with_parent, daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
