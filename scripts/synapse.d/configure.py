"""Writes the configuration of one instance: free ports, fresh secrets, Synapse's files. Keeps what exists.

JSON is YAML, so the files that Synapse reads as YAML are written as JSON.
"""

import base64
import json
import os
import random
import secrets
import socket
import sys

folder, server_name, users = sys.argv[1], sys.argv[2], int(sys.argv[3])


def path(name):
    return os.path.join(folder, name)


def write(name, value):
    with open(path(name), "w") as file:
        file.write(value if isinstance(value, str) else json.dumps(value, indent=2) + "\n")


def free_ports(count):
    """Ports below the range that the kernel hands to outgoing connections, so that none is taken before it is used."""
    found = []
    while len(found) < count:
        candidate = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
        if candidate not in found:
            found.append(candidate)
    return found


if os.path.exists(path("instance.json")):
    sys.exit(0)

main, replication, worker, postgres, redis = free_ports(5)
instance = {
    "server_name": server_name,
    "users": users,
    "main_port": main,
    "worker_port": worker,
    "postgres_port": postgres,
    "postgres_password": secrets.token_hex(16),
    "redis_port": redis,
    "redis_password": secrets.token_hex(16),
    "as_token": secrets.token_hex(16),
    "registration_secret": secrets.token_hex(16),
}

unlimited = {"per_second": 1000000, "burst_count": 1000000}


def listener(port, names):
    return {"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False, "resources": [{"names": names}]}


write("homeserver.yaml", {
    "server_name": server_name,
    "public_baseurl": f"http://127.0.0.1:{main}/",
    "pid_file": path("pids/main.synapse"),
    "signing_key_path": path("signing.key"),
    "log_config": path("main.log.yaml"),
    "media_store_path": path("media"),
    "registration_shared_secret": instance["registration_secret"],
    "macaroon_secret_key": secrets.token_hex(16),
    "form_secret": secrets.token_hex(16),
    "report_stats": False,
    # Nobody attacks these passwords, and a cheap hash makes an account ten times as fast.
    "bcrypt_rounds": 4,
    # A server without neighbours: it asks nobody for keys and sends nothing out.
    "trusted_key_servers": [],
    "suppress_key_server_warning": True,
    "federation_domain_whitelist": [],
    "send_federation": False,
    "presence": {"enabled": False},
    # There is nobody to be considerate of, and a start waits for the end of these: a pause of a second after each of fifty makes a minute.
    "background_updates": {"sleep_enabled": False},
    "listeners": [listener(main, ["client", "keys"]), listener(replication, ["replication"])],
    "instance_map": {"main": {"host": "127.0.0.1", "port": replication}},
    "run_background_tasks_on": "background_worker",
    "redis": {"enabled": True, "host": "127.0.0.1", "port": redis, "password": instance["redis_password"]},
    "database": {"name": "psycopg2", "args": {
        "host": "127.0.0.1", "port": postgres, "user": "postgres", "password": instance["postgres_password"],
        "database": "synapse", "cp_min": 2, "cp_max": 10}},
    "app_service_config_files": [path("appservice.yaml")],
    "rc_message": unlimited,
    "rc_registration": unlimited,
    "rc_registration_token_validity": unlimited,
    "rc_login": {"address": unlimited, "account": unlimited, "failed_attempts": unlimited},
    "rc_admin_redaction": unlimited,
    "rc_joins": {"local": unlimited, "remote": unlimited},
    "rc_joins_per_room": unlimited,
    "rc_invites": {"per_room": unlimited, "per_user": unlimited, "per_issuer": unlimited},
    "rc_room_creation": unlimited,
    "rc_third_party_invite": unlimited,
    "rc_3pid_validation": unlimited,
    "rc_key_requests": unlimited,
    "rc_media_create": unlimited,
    "rc_presence": {"per_user": unlimited},
    "rc_delayed_event_mgmt": unlimited,
    "rc_user_directory": unlimited,
    "rc_profile": unlimited,
    "rc_reports": unlimited,
})
write("background_worker.yaml", {
    "worker_app": "synapse.app.generic_worker",
    "worker_name": "background_worker",
    "worker_listeners": [listener(worker, ["client"])],
    "worker_log_config": path("background_worker.log.yaml"),
})
# May act as any local user, and no rate limit applies to what it does.
write("appservice.yaml", {
    "id": "muster",
    "url": None,
    "as_token": instance["as_token"],
    "hs_token": secrets.token_hex(16),
    "sender_localpart": "muster",
    "rate_limited": False,
    "namespaces": {"users": [{"exclusive": False, "regex": "@.*"}], "aliases": [], "rooms": []},
})
# At INFO the logs take a quarter of the processor time of a message.
for name in ("main", "background_worker"):
    write(f"{name}.log.yaml", {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(request)s %(message)s"}},
        "handlers": {"file": {"class": "logging.FileHandler", "formatter": "line", "filename": path(f"logs/{name}.log")}},
        "root": {"level": "WARNING", "handlers": ["file"]},
    })
write("redis.conf", f"bind 127.0.0.1\nport {redis}\nrequirepass {instance['redis_password']}\n"
      f"dir \"{path('redis')}\"\nsave \"\"\nappendonly no\ndaemonize no\n")
# The form of Synapse's key file: algorithm, name, 32 random bytes. Its own generator takes a second to start.
seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
write("signing.key", f"ed25519 a_{secrets.token_hex(2)} {seed}\n")
# Last: its presence says that the folder holds an instance.
write("instance.json", instance)
