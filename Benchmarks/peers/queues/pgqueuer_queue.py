"""PgQueuer on asyncpg and uvloop."""

import asyncpg
import uvloop
from pgqueuer import PgQueuer, Queries
from pgqueuer.db import AsyncpgDriver

from queues import harness


class PgQueuerQueue(harness.Queue):
    unfinished = "SELECT count(*) FROM pgqueuer"

    async def open(self):
        self.submitting = Queries(AsyncpgDriver(await asyncpg.connect(harness.url())))

    async def set_up(self):
        await self.submitting.install()

    async def submit(self, at):
        await self.submitting.enqueue("bench", repr(at).encode())

    async def submit_many(self, count, batch):
        for start in range(0, count, batch):
            size = min(batch, count - start)
            await self.submitting.enqueue(["bench"] * size, [b"0"] * size, [0] * size)

    async def work(self, size, handle):
        worker = PgQueuer(AsyncpgDriver(await asyncpg.connect(harness.url())))

        @worker.entrypoint("bench")
        async def bench(job):
            handle(float(job.payload))

        await worker.run(batch_size=size)


harness.main(PgQueuerQueue(), uvloop.run)
