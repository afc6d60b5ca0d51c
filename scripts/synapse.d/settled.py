"""Succeeds once Synapse has brought the tables of a new database up to date, which it does in the background after it has answered for a while.

Until then it writes to tables of its own while it purges rooms, and such a purge can fail (1.163.2: the foreign key of
sliding_sync_joined_rooms_to_recalculate).
"""

import json
import os
import sys
import urllib.request

folder = sys.argv[1]
with open(os.path.join(folder, "instance.json")) as file:
    port = json.load(file)["main_port"]
with open(os.path.join(folder, "accounts.json")) as file:
    token = json.load(file)["admin"]["access_token"]
request = urllib.request.Request(
    f"http://127.0.0.1:{port}/_synapse/admin/v1/background_updates/status", headers={"Authorization": f"Bearer {token}"})
with urllib.request.urlopen(request, timeout=30) as response:
    sys.exit(1 if json.load(response)["current_updates"] else 0)
