"""Measures queues one after another and prints one table; with --to FILE also writes JSON for `muster bench report`."""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
QUEUES = {
    # name: (tasks of a drain, what it is set up with, in words, and as arguments)
    "pgqueuer": (50_000, "PgQueuer 1.6.0, batches of 1000, uvloop; history in a log", 1000),
    "chancy": (20_000, "Chancy 0.26.0, 500 at once, eager polling; history kept", 500),
    "procrastinate": (20_000, "Procrastinate 3.10.0, 10 at once, 10 connections; history and events kept", 10),
}


def phase(name, conninfo, *arguments, timeout=300):
    """One phase in a process of its own, so that every start is a cold one; its last line is JSON."""
    environment = {**os.environ, "BENCH_CONNINFO": conninfo, "PYTHONPATH": str(HERE)}
    done = subprocess.run(
        [sys.executable, "-m", f"queues.{name}_queue", *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=timeout)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        raise RuntimeError(f"{name} {arguments[0]} failed: {done.stderr[-500:]}")
    return json.loads(lines[-1])


def fresh(admin, name):
    """An empty database for one run."""
    database = f"peer_{name}"
    admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    admin.execute(f"CREATE DATABASE {database}")
    return psycopg.conninfo.make_conninfo(os.environ["BENCH_CONNINFO"], dbname=database)


def wal(admin):
    return int(admin.execute("SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint").fetchone()[0])


def server_seconds(admin):
    """CPU time of the server and of all its children, the ended ones as it has reaped them."""
    ticks = os.sysconf("SC_CLK_TCK")

    def fields(process):
        text = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        return text[text.rindex(")") + 2:].split()

    parent = fields(admin.info.backend_pid)[1]
    for _ in range(20):
        before = fields(parent)[13:15]
        living = 0
        for entry in os.listdir("/proc"):
            try:
                mine = fields(entry) if entry.isdigit() else None
            except (FileNotFoundError, ProcessLookupError):
                continue
            if mine and mine[1] == parent:
                living += int(mine[11]) + int(mine[12])
        after = fields(parent)
        if after[13:15] == before:
            return (living + sum(map(int, after[11:15]))) / ticks
    raise RuntimeError("the server's processes change too fast to be counted")


def spread(values):
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values), "runs": len(values)}


def measure(admin, name, repeats, scale, seconds):
    tasks, conditions, size = QUEUES[name]
    tasks = max(1000, int(tasks * scale))
    drains, submits, cpu, log = [], [], [], []
    for _ in range(repeats):
        conninfo = fresh(admin, name)
        phase(name, conninfo, "set-up")
        submits.append(phase(name, conninfo, "submit", tasks, 1000)["rate"])
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
        admin.execute("CHECKPOINT")
        before = server_seconds(admin), wal(admin)
        drains.append(phase(name, conninfo, "drain", tasks, size)["rate"])
        cpu.append((server_seconds(admin) - before[0]) * 1e6 / tasks)
        log.append((wal(admin) - before[1]) / tasks)
        print(f"  {name}: submit {submits[-1]:.0f}/s, drain {drains[-1]:.0f}/s", file=sys.stderr)
    conninfo = fresh(admin, name)
    phase(name, conninfo, "set-up")
    latency = phase(name, conninfo, "latency", seconds, size)
    admin.execute(f"DROP DATABASE IF EXISTS peer_{name} WITH (FORCE)")
    return {
        "name": conditions.split(",")[0], "conditions": f"{tasks} tasks;" + conditions.partition(",")[2], "drain": spread(drains),
        "submit": spread(submits), "latency_ms": latency, "server_us_per_task": statistics.median(cpu),
        "wal_bytes_per_task": statistics.median(log), "measured_elsewhere": False,
    }


def muster(repeats, scale, seconds):
    """Muster itself, on the same server and in the same run, as it ships."""
    program = os.environ["MUSTER"]

    def bench(kind, *arguments):
        done = subprocess.run(
            [program, "bench", kind, "--json", "--dsn", os.environ["BENCH_CONNINFO"], *map(str, arguments)], capture_output=True, text=True,
            timeout=600)
        if done.returncode:
            raise RuntimeError(f"muster bench {kind} failed: {done.stderr[-500:]}")
        return json.loads(done.stdout)["results"]

    tasks = max(1000, int(100_000 * scale))
    drain = next(row for row in bench("drain", "--tasks", tasks, "--repeats", repeats) if row["benchmark"] == "drain")
    submit = bench("submit", "--tasks", tasks, "--repeats", repeats)[0]
    latency = bench("latency", "--seconds", seconds, "--repeats", 1)[0]
    print(f"  muster: submit {submit['rate']['median']:.0f}/s, drain {drain['rate']['median']:.0f}/s", file=sys.stderr)
    return {
        "name": "Muster", "conditions": f"{tasks} tasks; as it ships; history kept", "drain": drain["rate"],
        "submit": submit["rate"], "latency_ms": latency["latency_ms"],
        "server_us_per_task": drain.get("server_us_per_task"), "wal_bytes_per_task": drain.get("wal_bytes_per_task"),
        "measured_elsewhere": False,
    }


def table(peers):
    print(f"{'QUEUE':24}{'DRAIN/S':>10}{'SUBMIT/S':>10}{'P50 MS':>8}{'P99':>8}{'PG µs':>8}{'WAL B':>8}  SET UP")
    for peer in sorted(peers, key=lambda peer: -peer["drain"]["median"]):
        latency = peer.get("latency_ms") or {}
        print(f"{peer['name']:24}{peer['drain']['median']:>10.0f}{peer['submit']['median']:>10.0f}{latency.get('p50', 0):>8.2f}"
              f"{latency.get('p99', 0):>8.2f}{peer.get('server_us_per_task') or 0:>8.0f}{peer.get('wal_bytes_per_task') or 0:>8.0f}  "
              + ("elsewhere; " if peer["measured_elsewhere"] else "") + peer["conditions"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queues", nargs="*", choices=[*QUEUES, []], help="which; all when none is named")
    parser.add_argument("--quick", action="store_true", help="one small run of each, to see that it works")
    parser.add_argument("--to", help="write the figures there as JSON")
    options = parser.parse_args()
    repeats, scale, seconds = (1, 0.05, 2) if options.quick else (3, 1, 20)
    peers, failed = [], []
    with psycopg.connect(os.environ["BENCH_CONNINFO"], autocommit=True) as admin:
        for name in ["muster", *(options.queues or QUEUES)]:
            try:
                peers.append(muster(repeats, scale, seconds) if name == "muster" else measure(admin, name, repeats, scale, seconds))
            except (RuntimeError, subprocess.TimeoutExpired, psycopg.Error) as error:
                failed.append(name)
                print(f"  {name}: {error}", file=sys.stderr)
    peers += json.loads((HERE / "elsewhere.json").read_text(encoding="utf-8"))
    if options.to:
        Path(options.to).write_text(json.dumps(peers, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    table(peers)
    if failed:
        sys.exit(f"peers: could not be measured: {', '.join(failed)}")


main()
