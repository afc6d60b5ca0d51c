"""What the queues have in common: the phases, their clocks and their one line of JSON.

A queue gives `set_up`, `submit` (one task whose argument is a time), `submit_many`, `work` (runs until cancelled and calls the handler with
that argument) and the SQL that counts what is unfinished.
"""

import asyncio
import json
import os
import sys
import time

import psycopg

CONNINFO = os.environ.get("BENCH_CONNINFO", "")


def url():
    """The same place as a URL, for drivers that read nothing else."""
    parts = psycopg.conninfo.conninfo_to_dict(CONNINFO)
    return f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"


class Queue:
    unfinished = ""

    async def open(self): ...
    async def set_up(self): ...
    async def submit(self, at): ...
    async def submit_many(self, count, batch): ...
    async def work(self, size, handle): ...


async def submit(queue, count, batch):
    began = time.perf_counter()
    await queue.submit_many(count, batch)
    return {"rate": count / (time.perf_counter() - began)}


async def drain(queue, count, size):
    """From the start of the worker until the database shows that nothing is unfinished."""
    handled, all_handled = 0, asyncio.Event()

    def handle(_):
        nonlocal handled
        handled += 1
        if handled == count:
            all_handled.set()

    began = time.perf_counter()
    work = asyncio.create_task(queue.work(size, handle))
    waiting = asyncio.create_task(all_handled.wait())
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        work.result()
    async with await psycopg.AsyncConnection.connect(CONNINFO, autocommit=True) as connection:
        while (await (await connection.execute(queue.unfinished)).fetchone())[0]:
            await asyncio.sleep(0.005)
    return {"rate": count / (time.perf_counter() - began)}


async def latency(queue, seconds, size):
    """One task every 10 ms: from before the submitting call to the handler."""
    delays = []

    def handle(at):
        if at:
            delays.append((time.monotonic() - at) * 1e3)

    work = asyncio.create_task(queue.work(size, handle))
    await asyncio.sleep(2)
    for _ in range(20):
        await queue.submit(0)
    start = time.monotonic()
    for number in range(seconds * 100):
        await asyncio.sleep(max(0, start + number * 0.01 - time.monotonic()))
        await queue.submit(time.monotonic())
    deadline = time.monotonic() + 10
    while len(delays) < seconds * 100 and time.monotonic() < deadline and not work.done():
        await asyncio.sleep(0.05)
    delays.sort()
    pick = lambda part: delays[min(len(delays) - 1, int(len(delays) * part))]
    return {"p50": pick(0.5), "p95": pick(0.95), "p99": pick(0.99), "max": delays[-1], "count": len(delays)}


async def _run(queue):
    name, numbers = sys.argv[1], [int(number) for number in sys.argv[2:]]
    await queue.open()
    if name == "set-up":
        await queue.set_up()
        answer = {}
    else:
        answer = await {"submit": submit, "drain": drain, "latency": latency}[name](queue, *numbers)
    print(json.dumps(answer), flush=True)
    # Workers do not end by themselves, and how they end is not measured.
    os._exit(0)


def main(queue, run=asyncio.run):
    run(_run(queue))
