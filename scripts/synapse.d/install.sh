# Sourced by scripts/synapse: Synapse from PyPI in a virtual environment of its own.

# The python3 that makes the environment. Debian's own is preferred: it is the one that python3-venv belongs to.
find_python() {
    local candidate
    for candidate in ${MUSTER_PYTHON:-/usr/bin/python3 python3}; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no python3 (3.10 or later) with venv was found; install it: apt-get install python3 python3-venv (or set MUSTER_PYTHON)"
}

# Two callers do not race: the second waits for the first and then finds the work done.
# -o keeps the lock's descriptor out of pip and of anything that pip leaves behind.
install() {
    [ ! -f "$venv/complete" ] || return 0
    command -v flock >/dev/null || fail "flock is missing; install it: apt-get install util-linux"
    mkdir -p "$cache"
    flock -o -w 900 "$venv.lock" bash "$self" install-locked >&2 || fail "Synapse $version is not installed; the reason is above"
}

install_locked() {
    [ ! -f "$venv/complete" ] || return 0
    local python
    python=$(find_python)
    say "installing Synapse $version into $venv with $($python --version) (about 250 MB, once)"
    rm -rf -- "$venv"
    "$python" -m venv "$venv"
    # psycopg2-binary is what the extra "postgres" would build from source with a compiler and Python's headers.
    # The constraints keep the versions of all dependencies that this version is known to run with.
    local constraints=$parts/constraints-$version.txt
    [ -f "$constraints" ] || constraints=/dev/null
    timeout 800 "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --retries 3 --timeout 30 \
        --only-binary :all: --constraint "$constraints" "matrix-synapse[redis]==$version" psycopg2-binary ||
        fail "pip could not install matrix-synapse $version; check that a PyPI index is reachable, then run: scripts/synapse install"
    "$venv/bin/python" -c 'import synapse.app.homeserver, psycopg2, txredisapi' ||
        fail "Synapse $version was installed but does not import; remove $venv and run: scripts/synapse install"
    touch "$venv/complete"
    say "installed in ${SECONDS} s"
}
