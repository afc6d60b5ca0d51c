/* The claim protocol: two processes, any FAULTS things going wrong at any step, and what must hold all the same.
 * `make model` runs it; README.md says how it maps to the code. */

#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef TASKS
#define TASKS 2
#endif
#define PROCESSES 2
#define GENERATIONS (FAULTS + 1)

#define ENDED(t) (row[t].place == in_done || (row[t].place == absent && !accepted[t]))
#if TASKS > 1
#define ALL_DONE (ENDED(0) && ENDED(1))
#define NO_ATTEMPT (process[0].stage[0] == none && process[0].stage[1] == none && process[1].stage[0] == none && process[1].stage[1] == none)
#else
#define ALL_DONE (ENDED(0))
#define NO_ATTEMPT (process[0].stage[0] == none && process[1].stage[0] == none)
#endif

#include "store.pml"
#include "process.pml"

/* Whoever submits: the row is committed, then the caller is told, unless the connection is cut in between. */
bit isAnswering;

proctype Submitter() {
    byte t, d;
    do
    :: t < TASKS ->
        atomic { SubmitTasks(t); isAnswering = 1; check() };
        atomic {
            if
            :: isAnswering -> accepted[t] = 1
            :: else
            fi;
            isAnswering = 0;
            t++;
            check()
        }
    :: else -> break
    od
}

/* Maintenance, by whichever process is there. A declaration and the reclaim are two statements, and the reclaim is repeated. */
#define CURRENT(q) (q * GENERATIONS + process[q].generation)
#define ANY_UP (UP(0) || UP(1))
#ifdef RECLAIM_ONCE
#define BURY(q) MarkDead(CURRENT(q)); reclaim_all()
#define RECLAIM(t)
#else
#define BURY(q) MarkDead(CURRENT(q))
#define RECLAIM(t) :: atomic { ANY_UP && LOST(t) -> ReclaimTasks(t); check() }
#endif

inline reclaim_all() {
    for (t : 0 .. TASKS - 1) {
        if
        :: LOST(t) -> ReclaimTasks(t)
        :: else
        fi
    }
    t = 0
}

/* Dead for certain, because its process is gone; or by its heartbeat: stalled or cut off, it goes on afterwards as if nothing had been. */
#define DEATH(q) \
    :: atomic { ANY_UP && state[CURRENT(q)] == running && process[q].life == down -> BURY(q); check() } \
    :: atomic { ANY_UP && state[CURRENT(q)] == running && faults > 0 -> faults--; BURY(q); check() }

proctype Maintenance() {
    byte t, d;
end:
    do
    DEATH(0)
    DEATH(1)
    RECLAIM(0)
#if TASKS > 1
    RECLAIM(1)
#endif
    od
}

/* The server crashes, or a standby takes over: every connection is cut, and any claim that is not on disk may be undone. */
inline cut_connections() {
    isAnswering = 0;
    for (q : 0 .. PROCESSES - 1) {
        process[q].orphan = NOBODY;
        sees[2 * q] = NO_TASK;
        sees[2 * q + 1] = NO_TASK;
        process[q].claimer = idle;
        process[q].claimTask = 0;
        process[q].claimAttempt = 0;
        process[q].claimTurn = 0;
        process[q].claimBy = 0;
        for (t : 0 .. TASKS - 1) { process[q].sent[t] = 0 }
    }
    q = 0
}

inline undo_some() {
    for (t : 0 .. TASKS - 1) {
        if
        :: row[t].fresh && row[t].place == in_active -> row[t].place = in_ready; row[t].owner = NOBODY; row[t].attempt--
        :: row[t].fresh && row[t].place == in_ready && row[t].attempt == 0 -> row[t].place = absent
        :: row[t].fresh && row[t].place == in_done -> row[t].place = in_ready; row[t].attempt--
        :: true
        fi;
        row[t].fresh = 0
    }
    t = 0
}

proctype Server() {
    byte q, t, d;
end:
    do
    :: atomic { faults > 0 -> faults--; undo_some(); cut_connections(); check() }
    od
}

init {
    byte q, t;
    atomic {
        for (q : 0 .. INCARNATIONS - 1) { state[q] = unborn }
        for (q : 0 .. TASKS - 1) { row[q].place = absent; row[q].owner = NOBODY }
        for (q : 0 .. PROCESSES - 1) {
            process[q].orphan = NOBODY;
            sees[2 * q] = NO_TASK;
            sees[2 * q + 1] = NO_TASK;
            process[q].life = working;
            state[q * GENERATIONS] = running;
            process[q].claimer = idle;
            for (t : 0 .. TASKS - 1) { process[q].stage[t] = none; process[q].ended[t] = nothing }
        }
        t = 0;
        q = 0;
        run Submitter();
        run Maintenance();
        run Server();
        run Muster(0);
        run Muster(1)
    }
    /* Nothing more can happen: then every accepted task has ended, and no attempt runs on. */
    timeout -> assert(ALL_DONE); assert(NO_ATTEMPT)
}
