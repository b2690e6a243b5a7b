#!/usr/bin/env python3
"""Any number of meters at one address, each called by its serial number: `READ 000123 0` is answered with
`A+ 1234.56 0`.

    crowd_meter.py --poison 000123 --crowd 200
        answers `A+ 1234.56 99` in the place of that meter, and not before 200 others have asked as well; they
        get their answers when it has hung up: they are there when the driver meets that frame.
    crowd_meter.py --hold 1
        keeps the answers to step 1 back until SIGUSR1, and writes `held N` whenever their number grows.

Prints the port that it took, and ends when its standard input ends.
"""

import argparse
import asyncio
import os
import signal
import threading


def die_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


class Crowd:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.open_all = asyncio.Event()
        self.is_crowded = asyncio.Event()
        self.waiting = 0
        if not options.poison and options.hold < 0:
            self.open_all.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        poisoned = False
        try:
            while line := await reader.readline():
                word, serial, step = line.decode().split()
                assert word == "READ", line
                poisoned = serial == self.options.poison
                writer.write(await self.answer(poisoned, int(step)))
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            if poisoned:
                self.open_all.set()
            writer.close()

    async def answer(self, poisoned: bool, step: int) -> bytes:
        if poisoned:
            if self.options.crowd and not self.open_all.is_set():
                await self.is_crowded.wait()
            return b"A+ 1234.56 99\n"
        if not self.open_all.is_set():
            if self.options.poison and self.waiting < self.options.crowd:
                self.waiting += 1
                if self.waiting == self.options.crowd:
                    self.is_crowded.set()
                await self.open_all.wait()
            elif step == self.options.hold:
                self.waiting += 1
                print(f"held {self.waiting}.", flush=True)
                await self.open_all.wait()
        return b"A+ 1234.56 0\n"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--poison", metavar="SERIAL", default="")
    parser.add_argument("--crowd", metavar="COUNT", type=int, default=0)
    parser.add_argument("--hold", metavar="STEP", type=int, default=-1)
    crowd = Crowd(parser.parse_args())
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, crowd.open_all.set)
    # Who starts this may have blocked it.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
    server = await asyncio.start_server(crowd.serve, "127.0.0.1", 0, backlog=4096)
    print(f"listening on 127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    threading.Thread(target=die_with_parent, daemon=True).start()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
