"""Chancy on psycopg."""

import asyncio
import logging

from chancy import Chancy, Queue, Worker, job

from queues import harness

handler = lambda at: None
log = logging.getLogger("bench")
log.setLevel(logging.ERROR)


@job(queue="default")
async def bench(*, at: float):
    handler(at)


class ChancyQueue(harness.Queue):
    unfinished = "SELECT count(*) FROM chancy_jobs WHERE state IN ('pending', 'running', 'retrying')"

    async def open(self):
        self.chancy = await Chancy(harness.CONNINFO, log=log).__aenter__()

    async def set_up(self):
        await self.chancy.migrate()

    async def submit(self, at):
        await self.chancy.push(bench.job.with_kwargs(at=at))

    async def submit_many(self, count, batch):
        jobs = [bench.job.with_kwargs(at=0) for _ in range(count)]
        async for _ in self.chancy.push_many(jobs, batch_size=batch):
            pass

    async def work(self, size, handle):
        global handler
        handler = handle
        queue = Queue("default", concurrency=size, executor=Chancy.Executor.Async, polling_interval=1, eager_polling=True)
        await self.chancy.declare(queue, upsert=True)
        async with Worker(self.chancy) as worker:
            await worker.wait_for_shutdown()


if __name__ == "__main__":
    harness.main(ChancyQueue())
