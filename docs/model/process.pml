/* One process of Muster: the claimer, the running attempts, the reporter and the membership of Sources/Scheduler/Worker.
 * Every step may be followed by a crash, a cut connection or a step of the other process. */

mtype:life = { down, joining, working, fenced, leaving };
mtype:step = { idle, asked, answering, compared, giving };
mtype:stage = { none, queued, started };

typedef Process {
    mtype:life life;
    bit gone;                       /* down, and never coming back */
    byte generation;
    mtype:step claimer;             /* idle, or how far its statement is */
    byte claimTask, claimAttempt, claimBy, claimTurn;
    byte orphan;                    /* a claim that the server still works at, for an incarnation that no longer listens */
    mtype:stage stage[TASKS];       /* attempts of the present incarnation: claimed ahead, or running */
    byte attempt[TASKS], turn[TASKS];
    mtype:outcome ended[TASKS];     /* what the reporter has yet to tell */
    byte endedAttempt[TASKS], endedBy[TASKS], endedTurn[TASKS];
    bit sent[TASKS];                /* its statement is committed, the answer is on its way */
    bit told[TASKS]                 /* it was sent at least once: a claim of the same attempt is a new one */
};
Process process[PROCESSES];
byte faults = FAULTS;               /* how much may still go wrong */

#define ME process[p]
#define SELF (p * GENERATIONS + ME.generation)
#define AWAITED (2 * p)
#define ORPHANED (2 * p + 1)
#define SEES(x, t) (sees[x] == t && row[t].place == in_ready)
#define FINDS_NOTHING(x) (sees[x] == NO_TASK || row[sees[x]].place != in_ready)
#define UP(q) (process[q].life != down)
#define KNOWN(t, a, i) ((ME.stage[t] != none && ME.attempt[t] == (a) && SELF == (i)) \
    || (ME.ended[t] != nothing && ME.endedAttempt[t] == (a) && ME.endedBy[t] == (i)))
/* What a claim's answer is compared with: what runs, and what ended and was never sent, owns its claim already. */
#define OWNED(t, a, i) ((ME.stage[t] != none && ME.attempt[t] == (a) && SELF == (i)) \
    || (ME.ended[t] != nothing && !ME.told[t] && ME.endedAttempt[t] == (a) && ME.endedBy[t] == (i)))
#define HELD(t) (row[t].place == in_active && row[t].owner == SELF)
#ifdef NO_RECONCILER
#define FORGOTTEN(t) (false)
#else
#define FORGOTTEN(t) (HELD(t) && !KNOWN(t, row[t].attempt, SELF))
#endif

inline forget_attempts(p) {
    for (k : 0 .. TASKS - 1) {
        ME.stage[k] = none;
        ME.attempt[k] = 0;
        ME.turn[k] = 0
    }
    k = 0
}

inline rest(p) {
    ME.claimer = idle;
    ME.claimTask = 0;
    ME.claimAttempt = 0;
    ME.claimTurn = 0;
    ME.claimBy = 0
}

inline end_attempt(p, t, how) {
    ME.ended[t] = how;
    ME.endedAttempt[t] = ME.attempt[t];
    ME.endedBy[t] = SELF;
    ME.endedTurn[t] = ME.turn[t];
    ME.stage[t] = none;
    ME.attempt[t] = 0;
    ME.turn[t] = 0
}

inline reported(p, t) {
    ME.ended[t] = nothing;
    ME.endedAttempt[t] = 0;
    ME.endedBy[t] = 0;
    ME.endedTurn[t] = 0;
    ME.sent[t] = 0;
    ME.told[t] = 0
}

/* The server goes on with a claim whose answer nobody will read. */
inline orphan_claim(p) {
    ME.orphan = ME.claimBy;
    sees[ORPHANED] = sees[AWAITED];
    sees[AWAITED] = NO_TASK
}

/* SIGKILL, or the power: what the server was working at goes on. */
inline vanish(p) {
    if
    :: ME.claimer == asked && ME.orphan == NOBODY -> orphan_claim(p)
    :: else -> sees[AWAITED] = NO_TASK
    fi;
    rest(p);
    forget_attempts(p);
    for (k : 0 .. TASKS - 1) { reported(p, k) }
    k = 0;
    ME.life = down
}

inline fall_out(p) {
    forget_attempts(p);
    ME.life = fenced
}

/* What a process does with one task. */
#define STEPS_WITH(t) \
    /* The claim itself, at a moment when the process may be long gone. */ \
    :: atomic { ME.claimer == asked && SEES(AWAITED, t) -> ClaimTasks(AWAITED, t, ME.claimBy); ME.claimTask = t; \
        ME.claimAttempt = row[t].attempt; ME.claimTurn = row[t].turn; ME.claimer = answering; check() } \
    :: atomic { SEES(ORPHANED, t) -> ClaimTasks(ORPHANED, t, ME.orphan); ME.orphan = NOBODY; check() } \
    /* The claimer asks; the store sees that the process is alive in its eyes, and which task is ready. */ \
    :: atomic { ME.life == working && ME.claimer == idle && state[SELF] == running && row[t].place == in_ready -> \
        ME.claimer = asked; ME.claimBy = SELF; sees[AWAITED] = t } \
    /* The handler starts, and ends in one way or another. */ \
    :: atomic { ME.stage[t] == queued && ME.life == working -> ME.stage[t] = started } \
    :: atomic { ME.stage[t] == started && ME.ended[t] == nothing -> end_attempt(p, t, complete) } \
    :: atomic { ME.stage[t] == started && ME.ended[t] == nothing -> end_attempt(p, t, retry) } \
    /* Given back untouched: claimed ahead and not wanted after all, or stopped by the shutdown. */ \
    :: atomic { ME.stage[t] == queued && ME.ended[t] == nothing && faults > 0 -> faults--; end_attempt(p, t, interrupted) } \
    :: atomic { ME.stage[t] != none && ME.life == leaving && ME.ended[t] == nothing -> end_attempt(p, t, interrupted) } \
    /* SaveProgress of an attempt whose claim is gone: refused, and the attempt stops. */ \
    :: atomic { ME.stage[t] == started && !OWNS(t, ME.attempt[t], SELF) -> \
        assert(!FENCE(t, ME.attempt[t], SELF)); ME.stage[t] = none; ME.attempt[t] = 0; ME.turn[t] = 0 } \
    /* The reporter: the statement, then its answer. Without an answer it is sent again. */ \
    :: atomic { ME.ended[t] != nothing && !ME.sent[t] -> ReportEnd(t, ME.endedAttempt[t], ME.endedBy[t], ME.endedTurn[t], \
        ME.ended[t]); ME.sent[t] = 1; ME.told[t] = 1; check() } \
    :: atomic { ME.sent[t] -> reported(p, t) } \
    :: atomic { ME.sent[t] && faults > 0 -> faults--; ME.sent[t] = 0 } \
    /* The reconciler: what the store holds for this process, beside what runs here. */ \
    :: atomic { ME.life == working && ME.claimer == idle && (FORGOTTEN(t) || (HELD(t) && faults > 0)) -> \
        if :: FORGOTTEN(t) :: else -> faults-- fi; ME.claimer = compared; ME.claimTask = t; \
        ME.claimAttempt = row[t].attempt; ME.claimTurn = row[t].turn; ME.claimBy = SELF }

proctype Muster(byte p) {
    byte k, d;
end:
    do
    STEPS_WITH(0)
#if TASKS > 1
    STEPS_WITH(1)
#endif
    /* The row that it saw was taken by somebody else: nothing is claimed. */
    :: atomic { ME.claimer == asked && FINDS_NOTHING(AWAITED) -> sees[AWAITED] = NO_TASK; rest(p) }
    :: atomic { ME.orphan != NOBODY && FINDS_NOTHING(ORPHANED) -> sees[ORPHANED] = NO_TASK; ME.orphan = NOBODY }
    /* The answer. What the reporter has never told is not run again; what runs already owns its claim again. */
    :: atomic { ME.claimer == answering ->
        if
        :: ME.life == working && ME.claimBy == SELF && !OWNED(ME.claimTask, ME.claimAttempt, ME.claimBy) ->
            ME.stage[ME.claimTask] = queued; ME.attempt[ME.claimTask] = ME.claimAttempt; ME.turn[ME.claimTask] = ME.claimTurn
        :: else
        fi;
        rest(p) }
    :: atomic { ME.claimer == answering && faults > 0 -> faults--; rest(p) }
    :: atomic { ME.claimer == asked && ME.orphan == NOBODY && faults > 0 -> faults--; orphan_claim(p); rest(p) }
    /* The reconciler compares, then gives back. */
    :: atomic { ME.claimer == compared ->
        if
        :: KNOWN(ME.claimTask, ME.claimAttempt, ME.claimBy) -> rest(p)
        :: else -> ME.claimer = giving
        fi }
    :: atomic { ME.claimer == giving -> ReportEnd(ME.claimTask, ME.claimAttempt, ME.claimBy, ME.claimTurn, interrupted); rest(p); check() }
    /* The heartbeat: refused, so this process is out. Or it cannot be renewed, and the process stops by itself (I7). */
    :: atomic { ME.life == working && state[SELF] != running -> fall_out(p) }
    :: atomic { ME.life == working && faults > 0 -> faults--; fall_out(p) }
    :: atomic { ME.life == fenced -> Leave(SELF); ME.life = joining; check() }
    /* A new incarnation; a namesake that is gone is declared dead first. */
    :: atomic { ME.life == joining ->
        if
        :: state[SELF] == running -> MarkDead(SELF)
        :: else
        fi;
        if
        :: state[SELF] != unborn -> ME.generation++
        :: else
        fi;
        state[SELF] = running; durable(); ME.life = working; check() }
    /* SIGTERM: nothing new; what runs may finish; the rest goes back. */
    :: atomic { ME.life == working && faults > 0 -> faults--; ME.life = leaving }
    :: atomic { ME.life == leaving && ME.claimer == idle -> Leave(SELF); vanish(p); check() }
    /* SIGKILL, and the start after it; one of the two may stay away. */
    :: atomic { UP(p) && faults > 0 -> faults--; vanish(p) }
    :: atomic { ME.life == down && !ME.gone -> ME.life = joining }
    :: atomic { ME.life == down && !ME.gone && p > 0 -> ME.gone = 1 }
    od
}
