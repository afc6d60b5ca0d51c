"""Procrastinate on psycopg."""

import procrastinate

from queues import harness


class ProcrastinateQueue(harness.Queue):
    unfinished = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"

    async def open(self):
        connector = procrastinate.PsycopgConnector(conninfo=harness.CONNINFO, min_size=1, max_size=10)
        self.app = procrastinate.App(connector=connector)
        self.handle = lambda at: None

        @self.app.task(name="bench")
        async def bench(at):
            self.handle(at)

        self.bench = bench
        await self.app.open_async()

    async def set_up(self):
        await self.app.schema_manager.apply_schema_async()

    async def submit(self, at):
        await self.bench.defer_async(at=at)

    async def submit_many(self, count, batch):
        for start in range(0, count, batch):
            await self.bench.batch_defer_async(*[{"at": 0} for _ in range(min(batch, count - start))])

    async def work(self, size, handle):
        self.handle = handle
        await self.app.run_worker_async(concurrency=size, install_signal_handlers=False)


harness.main(ProcrastinateQueue())
