#!/usr/bin/env python3
"""The device that the example drivers read: a line for a line, `READ` answered with `A+ 1234.56 kWh`.

    line_meter.py 1234.56 [--fragments]     answers with this reading, byte by byte where asked
    line_meter.py --error 7                 answers `ERR 7`

Prints the port that it took, and ends when its standard input ends.
"""

import argparse
import os
import socketserver
import threading


def die_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reading", nargs="?", default="0")
    parser.add_argument("--error", metavar="CODE")
    parser.add_argument("--fragments", action="store_true", help="one byte at a time")
    options = parser.parse_args()
    answer = f"ERR {options.error}\r\n" if options.error else f"A+ {options.reading} kWh\r\n"

    class Handler(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            while line := self.rfile.readline():
                if line.strip() == b"READ":
                    pieces = [bytes([byte]) for byte in answer.encode()] if options.fragments else [answer.encode()]
                    for piece in pieces:
                        self.wfile.write(piece)

    class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        print(f"listening on 127.0.0.1:{server.server_address[1]}", flush=True)
        threading.Thread(target=die_with_parent, daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    main()
