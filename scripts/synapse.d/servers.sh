# Sourced by scripts/synapse: the four servers of one instance, in the order in which they need one another.

# Sets main_port, worker_port, postgres_port, ... from what configure.py has chosen.
load_settings() {
    local assignments
    assignments=$("$venv/bin/python" -c 'if True:
        import json, shlex, sys
        for name, value in json.load(open(sys.argv[1])).items():
            print(f"{name}={shlex.quote(str(value))}")' "$dir/instance.json")
    eval "$assignments"
}

# PostgreSQL refuses to run as root: then it runs as the user postgres, which must be able to enter the folder.
as_cluster_user() {
    if [ "$EUID" -eq 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        "$@"
    fi
}

postgres_bin() {
    local newest
    newest=${MUSTER_POSTGRES_BIN:-$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}
    [ -x "$newest/initdb" ] || newest=$(dirname "$(command -v initdb || echo /nowhere/initdb)")
    [ -x "$newest/initdb" ] || fail "initdb was not found; install it: apt-get install postgresql (or set MUSTER_POSTGRES_BIN)"
    echo "$newest"
}

prepare_folder() {
    command -v redis-server >/dev/null || fail "redis-server was not found; install it: apt-get install redis-server"
    mkdir -p "$dir"/{pids,logs,media,redis,postgres}
    chmod 711 "$dir"
    if [ "$EUID" -eq 0 ]; then
        id postgres >/dev/null 2>&1 || fail "there is no user postgres; install PostgreSQL: apt-get install postgresql"
        as_cluster_user test -x "$dir" ||
            fail "the user postgres cannot enter $dir; choose a folder below /tmp or /var/tmp, or run this as an ordinary user"
        chown postgres "$dir/postgres"
    fi
}

start_redis() {
    launch redis redis-server "$dir/redis.conf"
}

redis_answers() {
    REDISCLI_AUTH=$redis_password timeout 2 redis-cli -h 127.0.0.1 -p "$redis_port" ping | grep -q PONG
}

start_postgres() {
    local bin data=$dir/postgres/data durable=$1
    bin=$(postgres_bin)
    export PGPASSWORD=$postgres_password PGCONNECT_TIMEOUT=2
    if [ ! -f "$data/PG_VERSION" ]; then
        as_cluster_user sh -c 'umask 077; cat >"$1"' sh "$dir/postgres/password" <<<"$postgres_password"
        # Synapse insists on the C locale.
        (cd "$dir/postgres" && as_cluster_user timeout 60 "$bin/initdb" -D data -U postgres -E UTF8 --no-locale --no-sync \
            -A scram-sha-256 --pwfile="$dir/postgres/password") >"$dir/logs/initdb.out" 2>&1 || fail_with_log initdb "initdb failed"
    fi
    local settings=(listen_addresses=127.0.0.1 "port=$postgres_port" unix_socket_directories= max_connections=60 shared_buffers=128MB
        wal_level=minimal max_wal_senders=0 max_wal_size=2GB
        "fsync=$durable" "synchronous_commit=$durable" "full_page_writes=$durable")
    # as_cluster_user is a function and cannot be exec'ed; setpriv itself can, and keeps the pid.
    local drop=()
    [ "$EUID" -ne 0 ] || drop=(setpriv --reuid=postgres --regid=postgres --init-groups --)
    launch postgres "${drop[@]}" "$bin/postgres" -D "$data" "${settings[@]/#/--}"
    until_ready postgres 60 "$bin/psql" -qAtX -h 127.0.0.1 -p "$postgres_port" -U postgres -d postgres -c 'SELECT 1'
    [ -f "$dir/postgres/created" ] || {
        "$bin/createdb" -h 127.0.0.1 -p "$postgres_port" -U postgres -T template0 synapse && touch "$dir/postgres/created"
    } || fail_with_log postgres "the database could not be created"
    unset PGPASSWORD
    until_ready redis 10 redis_answers
}

start_main() {
    launch main "$venv/bin/python" -m synapse.app.homeserver -c "$dir/homeserver.yaml"
    until_ready main 90 healthy "$main_port"
}

start_background_worker() {
    launch background_worker "$venv/bin/python" -m synapse.app.generic_worker -c "$dir/homeserver.yaml" -c "$dir/background_worker.yaml"
    until_ready background_worker 90 healthy "$worker_port"
}

# Asks GET /health without curl: bash itself opens the connection.
healthy() {
    timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "GET /health HTTP/1.0\r\n\r\n" >&3 && grep -q "^HTTP/1.. 200" <&3' "$1"
}

# The watchdog goes first: once this runs, nothing is left for it to do. It may be who called us; then it ends by itself.
stop_servers() {
    local pid
    if alive watchdog && [ "$pid" -ne $$ ]; then end watchdog KILL; fi
    end background_worker TERM
    end main TERM
    end redis TERM
    # SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for clients.
    end postgres INT
    rm -f "$dir/pids/watchdog"
}
