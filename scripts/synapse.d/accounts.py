"""Registers admin, user0 ... userN-1 and spammer with the shared secret; writes DIR/accounts.json. Makes only what is missing."""

import hashlib
import hmac
import json
import os
import sys
import urllib.error
import urllib.request

folder = sys.argv[1]
with open(os.path.join(folder, "instance.json")) as file:
    instance = json.load(file)
register = f"http://127.0.0.1:{instance['main_port']}/_synapse/admin/v1/register"


def call(body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(register, data=data, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"synapse: registering an account failed with {error.code}: {error.read().decode(errors='replace')}")


def account(name):
    password = f"password-of-{name}"
    role = "admin" if name == "admin" else "notadmin"
    nonce = call()["nonce"]
    mac = hmac.new(instance["registration_secret"].encode(), "\0".join([nonce, name, password, role]).encode(), hashlib.sha1)
    made = call({"nonce": nonce, "username": name, "password": password, "admin": role == "admin", "mac": mac.hexdigest()})
    return {"user_id": made["user_id"], "access_token": made["access_token"], "password": password}


path = os.path.join(folder, "accounts.json")
if not os.path.exists(path):
    names = ["admin"] + [f"user{number}" for number in range(instance["users"])] + ["spammer"]
    made = {name: account(name) for name in names}
    with open(path, "w") as file:
        json.dump(made, file, indent=2)
