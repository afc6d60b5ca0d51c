/* The store: one row a task, one state an incarnation, and each statement as one step that happens whole or not at all.
 * An inline is named after the statement in Sources/Scheduler/Store/Statements that it stands for. */

#define INCARNATIONS (PROCESSES * GENERATIONS)
#define NOBODY 255
#define CRASH_LIMIT 2
#ifndef FAILURE_LIMIT
#define FAILURE_LIMIT 2
#endif

mtype:place = { absent, in_ready, in_active, in_done };
mtype:state = { unborn, running, stopped, dead };
mtype:outcome = { nothing, complete, retry, interrupted };

/* Where a task stands. `fresh`: the claim is committed and not yet on disk; a crash of the server may undo it. `turn` is the part of run_at
 * that moves on whenever an attempt is given back. */
typedef Row {
    mtype:place place;
    byte attempt, failures, crashes, owner, turn;
    bit fresh
};
Row row[TASKS];
mtype:state state[INCARNATIONS];

/* Claims that the server works at: the row that each one's snapshot shows as ready, until it moves. One for the statement that a process
 * waits for (2p) and one that nobody waits for any more (2p + 1). */
#define NO_TASK 255
byte sees[2 * PROCESSES];

/* What the statements may not read: the checker's own memory. */
bit accepted[TASKS];   /* the submitter has been told */
bit seenDone[TASKS];   /* anybody may have read that the task is done */
byte deaths;           /* incarnations declared dead so far */

/* Whose the claim is, by right: also when a crash of the server undid it and the same process has it again. */
#define OWNS(t, a, i) (row[t].place == in_active && row[t].attempt == (a) && row[t].owner == (i))

/* What the WHERE of a fenced statement asks for (I4). The macros on the left break it on purpose. */
#if defined(NO_FENCE)
#define FENCE(t, a, i) (row[t].place == in_active)
#elif defined(NO_INCARNATION_FENCE)
#define FENCE(t, a, i) (row[t].place == in_active && row[t].attempt == (a))
#elif defined(NO_ATTEMPT_FENCE)
#define FENCE(t, a, i) (row[t].place == in_active && row[t].owner == (i))
#else
#define FENCE(t, a, i) OWNS(t, a, i)
#endif

/* What gives an attempt back asks for the turn as well: the same process may have claimed the task again, with the same attempt. */
#ifdef NO_TURN_FENCE
#define TURN(t, n) (true)
#else
#define TURN(t, n) (row[t].turn == (n))
#endif

/* A durable commit takes every earlier commit to disk with it. */
inline durable() {
    for (d : 0 .. TASKS - 1) { row[d].fresh = 0 }
    d = 0
}

/* Tries are counted apart (I5), and nothing that was told to anybody is taken back (I1, I8). */
inline check() {
    for (d : 0 .. TASKS - 1) {
        assert(!accepted[d] || row[d].place != absent);
        assert(!seenDone[d] || row[d].place == in_done);
        assert(row[d].crashes <= deaths);
        assert(row[d].place != in_ready || row[d].attempt == row[d].failures + row[d].crashes);
        assert(row[d].place != in_active || row[d].attempt == row[d].failures + row[d].crashes + 1);
        assert(row[d].place == in_done || (row[d].crashes < CRASH_LIMIT && row[d].failures < FAILURE_LIMIT))
    }
    d = 0
}

/* A row that is put back is a new one: no snapshot that was taken before shows it. */
inline place_ready(t) {
    for (d : 0 .. 2 * PROCESSES - 1) {
        if
        :: sees[d] == t -> sees[d] = NO_TASK
        :: else
        fi
    }
    d = 0;
    row[t].place = in_ready;
    row[t].owner = NOBODY
}

inline place_again(t, back, failed, crashed) {
    place_ready(t);
    row[t].attempt = row[t].attempt - back;
    row[t].failures = row[t].failures + failed;
    row[t].crashes = row[t].crashes + crashed
}

inline place_done(t) {
    assert(!seenDone[t]);
    row[t].place = in_done;
    row[t].owner = NOBODY;
    seenDone[t] = 1
}

inline SubmitTasks(t) {
    row[t].place = in_ready;
#ifdef VOLATILE_SUBMISSION
    row[t].fresh = 1
#else
    durable()
#endif
}

/* Moves one row from ready to active; not durable. That the process may claim was seen a moment ago, in the statement's snapshot. */
inline ClaimTasks(x, t, i) {
    sees[x] = NO_TASK;
    row[t].place = in_active;
    row[t].attempt++;
    row[t].owner = i;
    row[t].fresh = 1
}

/* EndAttempts and DeferAttempts: whoever deletes the row in active has said how the attempt ended. */
inline ReportEnd(t, a, i, n, how) {
    if
    :: FENCE(t, a, i) && (how != interrupted || TURN(t, n)) ->
        assert(OWNS(t, a, i) && (how != interrupted || row[t].turn == (n)));
        if
        :: how == interrupted -> place_again(t, 1, 0, 0); row[t].turn++
        :: how == retry && row[t].failures + 1 < FAILURE_LIMIT -> place_again(t, 0, 1, 0)
        :: else -> place_done(t)
        fi;
#ifdef VOLATILE_OUTCOME
        row[t].fresh = 1
#else
        durable()
#endif
    :: else
    fi
}

/* ReleaseClaims and ChangeState to stopped, in one transaction. */
inline Leave(i) {
    for (k : 0 .. TASKS - 1) {
        if
        :: row[k].place == in_active && row[k].owner == i ->
#ifdef COUNTED_RELEASE
            place_again(k, 0, 0, 0)
#else
            place_again(k, 1, 0, 0)
#endif
        :: else
        fi
    }
    k = 0;
    if
    :: state[i] == running -> state[i] = stopped
    :: else
    fi;
    durable()
}

inline MarkDead(i) {
    state[i] = dead;
    deaths++;
    durable()
}

#define LOST(t) (row[t].place == in_active && (state[row[t].owner] == dead || state[row[t].owner] == stopped))

/* Takes back one task of a process that is gone: a crash is counted for one that died, nothing for one that stopped. */
inline ReclaimTasks(t) {
    if
    :: state[row[t].owner] != dead -> place_again(t, 1, 0, 0)
#ifdef NO_CRASH_LIMIT
    :: else -> place_again(t, 0, 0, 1)
#else
    :: state[row[t].owner] == dead && row[t].crashes + 1 < CRASH_LIMIT -> place_again(t, 0, 0, 1)
    :: else -> row[t].crashes++; place_done(t)
#endif
    fi;
    durable()
}
