"""Prints the one JSON object that says how to reach an instance, and writes it to DIR/synapse.json."""

import json
import os
import sys

folder, version = sys.argv[1], sys.argv[2]


def load(name):
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


instance, accounts = load("instance.json"), load("accounts.json")
pids = {}
for name in os.listdir(os.path.join(folder, "pids")):
    if "." not in name:  # Synapse's own pid file has one.
        with open(os.path.join(folder, "pids", name)) as file:
            pids[name] = int(file.read().split()[0])
admin = accounts.pop("admin")
text = json.dumps({
    "version": version,
    "server_name": instance["server_name"],
    "url": f"http://127.0.0.1:{instance['main_port']}",
    "worker_url": f"http://127.0.0.1:{instance['worker_port']}",
    "admin_user_id": admin["user_id"],
    "admin_token": admin["access_token"],
    "as_token": instance["as_token"],
    "users": accounts,
    "database_dsn": f"postgresql://postgres:{instance['postgres_password']}@127.0.0.1:{instance['postgres_port']}/synapse",
    "redis_url": f"redis://:{instance['redis_password']}@127.0.0.1:{instance['redis_port']}/0",
    "pids": pids,
    "logs": os.path.join(folder, "logs"),
}, indent=2)
with open(os.path.join(folder, "synapse.json.new"), "w") as file:
    file.write(text + "\n")
# Readers see the old object or the new one, never half of one.
os.replace(os.path.join(folder, "synapse.json.new"), os.path.join(folder, "synapse.json"))
print(text)
