# Sourced by scripts/synapse: starting, recognising and ending the processes of one instance (in $dir).
#
# DIR/pids/NAME holds "PID STARTTIME". The start time, in clock ticks since boot, tells our process from a later
# one that was given the same number, so that nobody else's process is ever signalled.

# Prints the start time of a process that runs; fails for one that is gone, and for a zombie, which only looks alive.
start_time() {
    local stat fields
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # The name in parentheses may contain blanks: count from behind it.
    read -r -a fields <<<"${stat##*) }"
    case ${fields[0]} in Z | X) return 1 ;; esac
    echo "${fields[19]}"
}

# Sets $pid to the process NAME of this instance, if it runs.
alive() {
    local started
    [ -f "$dir/pids/$1" ] && read -r pid started <"$dir/pids/$1" && [ "$(start_time "$pid")" = "$started" ]
}

# launch NAME COMMAND...: runs a server that outlives this script. It gets a session of its own (Ctrl-C is not for
# it) and none of our descriptors: an inherited one would keep our caller's pipe or lock open for ever.
launch() {
    local name=$1 started
    shift
    (
        exec </dev/null >>"$dir/logs/$name.out" 2>&1
        cd "$dir"
        for descriptor in /proc/self/fd/*; do
            descriptor=${descriptor##*/}
            [ "$descriptor" -le 2 ] || eval "exec $descriptor>&-"
        done
        exec setsid "$@"
    ) &
    started=$(start_time $!) || fail_with_log "$name" "$name ended at once"
    echo "$! $started" >"$dir/pids/$name"
}

# end NAME SIGNAL: ends a process and waits until it is gone, by SIGKILL if it takes more than 15 s.
end() {
    local pid
    if alive "$1"; then
        kill -"$2" "$pid" 2>/dev/null || true
        gone "$1" 300 || { kill -KILL "$pid" 2>/dev/null && gone "$1" 100; } || fail "$1 (pid $pid) cannot be ended; see ps -p $pid"
    fi
    rm -f "$dir/pids/$1"
}

# gone NAME TRIES: waits, 50 ms a try, until the process has ended.
gone() {
    local try pid
    for ((try = 0; try < $2; try++)); do
        alive "$1" || return 0
        sleep 0.05
    done
    return 1
}

# until_ready NAME SECONDS COMMAND...: repeats COMMAND until it succeeds; fails at once if the process has ended.
until_ready() {
    local name=$1 deadline=$((SECONDS + $2)) pid
    shift 2
    until "$@" >/dev/null 2>&1; do
        alive "$name" || fail_with_log "$name" "$name ended while it started"
        [ "$SECONDS" -lt "$deadline" ] || fail_with_log "$name" "$name is not ready in time"
        sleep 0.05
    done
}

fail_with_log() {
    tail -n 20 "$dir/logs/$1.out" "$dir/logs/$1.log" >&2 2>/dev/null || true
    fail "$2; the end of its log is above"
}
