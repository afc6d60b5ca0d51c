/* Time: who may call whom dead, and who must have stopped by then (I6, I7).
 *
 * One process sends heartbeats, another one judges it. The process may stand still, its connection may be stuck, and the database may be
 * away for both. Time passes in ticks, one a heartbeat interval, at the same pace everywhere; no clock is compared with another one. */

#define DEAD_AFTER 4            /* the dead interval; a process fences itself after half of it */
#define HORIZON 16              /* how long we look */

mtype:life = { member, fenced, left };
mtype:beat = { none, sent, stored };

/* What the database knows of the process: how old its heartbeat is, by its own clock. */
bit isDead;
byte beatAge;

/* The process, and by its clock: since it sent the heartbeat that was answered last, and the one that is on its way. */
mtype:life life = member;
mtype:beat beat = none;
byte sinceAnswered, sinceSent;

/* The judge: how long it has seen the database without a gap. */
byte steady;

/* What goes wrong. */
bit isAway;                     /* the database answers nobody */
bit isStuck;                    /* the connection of the process hangs */
bit isStalled;                  /* SIGSTOP: not even the watch runs */
bit isBlameless = 1;            /* nothing but the database was ever at fault */
byte now;

#ifdef NO_WATCH
#define MUST_FENCE (false)
#else
#define MUST_FENCE (life == member && !isStalled && sinceAnswered * 2 >= DEAD_AFTER)
#endif
#ifdef HASTY_JUDGE
#define MAY_JUDGE (true)
#else
#define MAY_JUDGE (steady >= DEAD_AFTER)
#endif
#define REACHES (!isAway && !isStuck && !isStalled)
/* What is done before the next tick when nothing hinders it: a heartbeat, or leaving. */
#define IS_DUE (REACHES && ((life == member && (sinceAnswered > 0 || beat != none)) || life == fenced))
#define OLDER(x) if :: x <= DEAD_AFTER -> x++ :: else fi

proctype Clock() {
end:
    do
    :: atomic { now < HORIZON && !MUST_FENCE && !IS_DUE ->
        now++;
        OLDER(beatAge);
        OLDER(sinceAnswered);
        OLDER(sinceSent);
        if
        :: isAway -> steady = 0
        :: else -> OLDER(steady)
        fi }
    od
}

proctype Muster() {
end:
    do
    /* The watch: it looks at the age of the last answered heartbeat, whatever the statement waits for. */
    :: atomic { MUST_FENCE -> life = fenced; beat = none }
    :: atomic { life == member && !isStalled && beat == none && sinceAnswered > 0 -> beat = sent; sinceSent = 0 }
    /* The statement, which may be carried out late; refused to the dead, and where the heartbeat is as old as the dead interval. */
    :: atomic { beat == sent && !isAway && !isDead && beatAge < DEAD_AFTER -> beatAge = 0; beat = stored }
    :: atomic { beat == sent && REACHES && (isDead || beatAge >= DEAD_AFTER) -> beat = none; life = fenced }
    /* Its answer: the heartbeat counts from when it was sent. */
    :: atomic { beat == stored && !isStalled && !isAway ->
#ifdef BEAT_FROM_ANSWER
        sinceAnswered = 0;
#else
        sinceAnswered = sinceSent;
#endif
        beat = none }
    /* Out: it gives its claims back, and joins anew under another number. */
    :: atomic { life == fenced && REACHES -> life = left }
    od
}

proctype Judge() {
end:
    do
    :: atomic { !isAway && !isDead && life != left && MAY_JUDGE && beatAge >= DEAD_AFTER -> isDead = 1;
        /* Whoever is called dead runs nothing by then, unless it stands still, or comes round this very moment. */
        assert(life != member || isStalled || MUST_FENCE);
        /* An outage of the database alone is nobody's death. */
        assert(!isBlameless) }
    od
}

proctype World() {
end:
    do
    :: atomic { !isAway -> isAway = 1 }
    :: atomic { isAway -> isAway = 0 }
    :: atomic { !isStuck -> isStuck = 1; isBlameless = 0 }
    :: atomic { isStuck -> isStuck = 0 }
    :: atomic { !isStalled -> isStalled = 1; isBlameless = 0 }
    :: atomic { isStalled -> isStalled = 0 }
    od
}

init {
    atomic { run Clock(); run Muster(); run Judge(); run World() }
}
