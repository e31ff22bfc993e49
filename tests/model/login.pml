/* The life of one login, for spin: docs/model.md says what is modelled, check.py runs it.
 *
 * Two phones (two accounts), the browser that made the login in two tabs, a stranger who has seen the token, the page
 * that watches, the writer with its group commit, the clock, and kill -9 at any instant.
 *
 * A request is one step where the writer runs it, since before that it has no effect; only what it brought along, the
 * time of its arrival, may be old by then. A refused request changes nothing, so there is no step for it.
 *
 * rules.pml has what lets a request through, promises.pml what must hold. Each #ifdef but LIVE and OUTSIDE takes one rule
 * away; check.py shows that every one of them is needed. LIVE looks at what must happen in the end, OUTSIDE at nothing
 * that only the server itself can see.
 */

/* States of a stored login, in an order: nothing leads from a later one to an earlier one. */
#define NONE 0
#define SCANNED 1
#define APPROVED 2
#define DENIED 3
#define REPORTED 4
#define COLLECTED 5
#define CANCELLED 6

/* Who asks. A phone's number is its account's, too. */
#define PHONE_A 0
#define PHONE_B 1
#define TAB_A 2
#define TAB_B 3
#define STRANGER 4
#define CLIENTS 5
#define NOBODY 7
#define KEY(c) ((c) - 1) /* each sends its own Idempotency-Key; 0 is none */

/* What is asked. */
#define SCAN 1
#define APPROVE 2       /* by a tap, or with the right number */
#define APPROVE_BARE 3  /* without a number */
#define APPROVE_WRONG 4 /* with a wrong one */
#define ALLOW 5         /* scans and approves in one move, as a backend and the classic wire do */
#define DENY 6
#define REPORT 7
#define WITHDRAW 8    /* "end" before it was collected */
#define END_SESSION 9 /* "end" or "report" after it was collected */
#define SIGN_OUT 10   /* the phone's own session ends */
#define CANCEL 11
#define COLLECT 12
#define IS_YES(op) (op == APPROVE || op == APPROVE_BARE || op == ALLOW)

/* Times. A tick is as long as it must be for the next limit to pass. */
#define CODE_LIFE 1
#define LOGIN_LIFE 2
#define COLLECT_MIN 2 /* of these ticks: an approval in the last of them moves the end by one */
#define REPEAT_MAX 1
#define TOKEN_LIFE 3
#define TIME_MAX 3

/* How a page stands, in an order. */
#define OFF 0
#define HAS_LOOKED 1 /* and not joined: only when the rule is taken away */
#define JOINED 2
#define LOOKED 3
#define ON 4

/* What a page has been told, in an order. */
#define WAITING 1
#define TOLD_SCANNED 2
#define TOLD_APPROVED 3
#define OVER 4

/* What is stored of the login and of the session that comes of it. */
typedef Row {
    unsigned state : 3;
    bit account;      /* who scanned */
    bit number;       /* whether it must be typed */
    bit wrong;        /* a wrong number was typed: of the model alone */
    bit later;        /* it was approved late, so its end moved by a tick */
    unsigned key : 2; /* of the session: 0 none */
    bit alive;        /* the session */
    unsigned began : 2;
    bit out /* the session of the phone that scanned has ended */
};
Row durable; /* what a crash leaves */
Row work;    /* as the writer's transaction sees it */

/* Where a client's request is. */
#define FREE 0
#define IN_BATCH 1  /* done in the open transaction */
#define COMMITTED 2 /* durable, but neither rung nor answered */
#define HAS_READ 3  /* only when the rule is taken away */
byte phase[CLIENTS];
byte doing[CLIENTS];

byte now;
bit known; /* whether the process remembers that the login is stored */

byte watch;
byte told;
byte looked;
byte rings; /* on their way to the page, in no order: a bit for each thing to tell */
bit missed; /* a ring was lost since the page joined */

/* What the model remembers so that it can be held to its word. */
byte promised;          /* the latest state that somebody was told to be stored */
byte scanner = NOBODY;  /* whose scan was answered 201 */
byte session;           /* the key of the session that was handed out */
bit ended;              /* that this session is over was answered 200 */
bit shown;              /* some page has shown the code */
byte crashes;           /* counted only in LIVE */

inline copy(to, from) {
    to.state = from.state;
    to.account = from.account;
    to.number = from.number;
    to.wrong = from.wrong;
    to.later = from.later;
    to.key = from.key;
    to.alive = from.alive;
    to.began = from.began;
    to.out = from.out
}

#define ENDS(row) (LOGIN_LIFE + row.later)
#define LEVEL_OF(s) (s == NONE -> WAITING : (s == SCANNED -> TOLD_SCANNED : (s == APPROVED -> TOLD_APPROVED : OVER)))
#define IS_OVER(row) \
    ((row.state == NONE && now >= LOGIN_LIFE) || ((row.state == SCANNED || row.state == APPROVED) && now >= ENDS(row)))

#include "rules.pml"
#include "promises.pml"

/* ---- Telling the page ---- */

/* A hint, at most once: it may be lost, and is when nobody has joined. */
inline ring(level) {
    if
    :: watch >= JOINED && level > told ->
        if
#ifndef LIVE
        :: rings = rings | (1 << level)
#endif
        :: missed = 1
        fi
    :: else
    fi
}

inline tell(level) {
    if
    :: level > told ->
        told = level;
        assert(level != TOLD_SCANNED || durable.state >= SCANNED); /* a page is told of no scan that a kill undoes */
        assert(level != TOLD_APPROVED || WAS_APPROVED); /* a page is told of no approval that a kill undoes */
        rings = rings & (255 << (level + 1))
    :: else
    fi
}

inline hang_up() {
    watch = OFF;
    told = 0;
    looked = 0;
    rings = 0;
    missed = 0
}

inline look() {
#ifdef NEVER_LOOKS
    looked = WAITING
#else
    looked = (!known -> WAITING : (IS_OVER(durable) -> OVER : LEVEL_OF(durable.state)))
#endif
}

proctype Page() {
    do
#ifdef READ_BEFORE_JOIN
    :: atomic { watch == OFF && now < TOKEN_LIFE -> look(); watch = HAS_LOOKED; shown = 1 }
    :: atomic { watch == HAS_LOOKED -> watch = LOOKED }
#else
    :: atomic { watch == OFF && now < TOKEN_LIFE -> watch = JOINED; shown = 1 }
#endif
    :: atomic { watch == JOINED -> look(); watch = LOOKED }
    :: atomic { watch == LOOKED -> tell(looked); looked = 0; watch = ON }
    :: atomic { rings & (1 << TOLD_SCANNED) -> rings = rings & ~(1 << TOLD_SCANNED); tell(TOLD_SCANNED) }
    :: atomic { rings & (1 << TOLD_APPROVED) -> rings = rings & ~(1 << TOLD_APPROVED); tell(TOLD_APPROVED) }
    :: atomic { rings & (1 << OVER) -> rings = rings & ~(1 << OVER); tell(OVER) }
    :: atomic { watch == ON && told < OVER && now >= LOGIN_LIFE -> watch = JOINED } /* its deadline: it looks again */
#ifdef LIVE
    :: atomic { watch == ON -> hang_up() } /* it stays until it has been told something */
#else
    :: atomic { watch != OFF -> hang_up() }
#endif
    od
}

inline move(op, next) {
    must_be_allowed(op, next);
    TAKE;
    work.state = next;
    /* What means nothing any more is forgotten, for fewer states to look at. */
    work.number = (next == SCANNED -> work.number : 0);
    work.out = (next <= APPROVED -> work.out : 0);
    work.later = (next <= APPROVED -> work.later : 0);
    phase[c] = IN_BATCH;
    doing[c] = op;
#ifdef RING_BEFORE_COMMIT
    ring(LEVEL_OF(next))
#endif
}

/* ---- Requests ---- */

#define IS_END(s) (s > APPROVED)
inline promise(state) {
    assert(!IS_END(promised) || !IS_END(state) || promised == state); /* one end was told, if any */
    promised = (state > promised -> state : promised)
}

inline hand_out() {
    assert(c == TAB_A || c == TAB_B);          /* a session is for the browser with token and cookie */
    assert(session == 0 || session == KEY(c)); /* one session, however often it is asked for */
    session = KEY(c)
}

inline hear_own() {
    assert(scanner == NOBODY || scanner == c); /* one account alone scans */
    scanner = c
}

/* An answer that reaches whoever asked must be true from then on; it may as well be lost on its way. */
inline phone_hears() {
    if
    :: doing[c] == SCAN -> hear_own(); promise(SCANNED)
    :: IS_YES(doing[c]) -> hear_own(); promise(APPROVED)
    :: doing[c] == DENY || doing[c] == APPROVE_WRONG -> promise(DENIED)
    :: doing[c] == REPORT -> promise(REPORTED)
    :: doing[c] == WITHDRAW -> promise(CANCELLED)
    :: doing[c] == END_SESSION -> ended = 1
    :: skip
    fi
}

inline browser_hears() {
    if
    :: doing[c] == COLLECT -> hand_out(); promise(COLLECTED)
    :: doing[c] == CANCEL -> promise(CANCELLED)
#ifndef LIVE
    :: skip
#endif
    fi
}

/* What a move rings stands in the ring, not in the row, which may have gone on. */
#define RUNG(op) (op == SCAN -> TOLD_SCANNED : (IS_YES(op) -> TOLD_APPROVED : OVER))

inline done() {
    phase[c] = FREE;
    doing[c] = 0
}

inline arrive() {
    if
    :: at = now
    :: now > 0 -> at = now - 1
    fi
}

inline approve(op) {
    move(op, APPROVED);
#ifndef NO_TIME_TO_COLLECT
    work.later = (at + COLLECT_MIN > LOGIN_LIFE);
#endif
    assert(ENDS(work) >= at + COLLECT_MIN) /* the browser has time to collect */
}

proctype Phone(byte c) {
    byte at;
    do
#ifdef NO_CAS
    :: atomic { phase[c] == FREE -> copy(had[c], work); phase[c] = HAS_READ }
#endif
    :: atomic {
        READY ->
        arrive();
        if
        :: UNSCANNED && ON_SCREEN && FRESH && at < LOGIN_LIFE ->
            move(SCAN, SCANNED);
            work.account = c;
            work.later = 0;
            known = 1;
            if
            :: work.number = 0
            :: work.number = 1
            fi
        :: UNSCANNED && ON_SCREEN && FRESH && at < LOGIN_LIFE -> approve(ALLOW); work.account = c; known = 1
        :: DECIDABLE && FRESH && !SEEN.number -> approve(ALLOW)
        :: SEEN.state == SCANNED && known && SEEN.account == c && IN_TIME -> move(SCAN, SCANNED)
        :: DECIDABLE -> approve(APPROVE)
#ifdef NUMBER_MAY_MISS
        :: DECIDABLE -> approve(APPROVE_BARE)
#else
        :: DECIDABLE && !SEEN.number -> approve(APPROVE_BARE)
#endif
#ifdef WRONG_NUMBER_APPROVES
        :: DECIDABLE && SEEN.number -> work.wrong = 1; approve(APPROVE_WRONG)
#elif defined(WRONG_NUMBER_AGAIN)
        :: DECIDABLE && SEEN.number && !SEEN.wrong -> work.wrong = 1; phase[c] = FREE
#else
        :: DECIDABLE && SEEN.number -> move(APPROVE_WRONG, DENIED); work.wrong = 1
#endif
        :: DECIDABLE -> move(DENY, DENIED)
        :: (SEEN.state == SCANNED || SEEN.state == APPROVED) && OWN && IN_TIME -> move(REPORT, REPORTED)
        :: SEEN.state == APPROVED && OWN && IN_TIME -> move(WITHDRAW, CANCELLED)
        :: SEEN.state == COLLECTED && OWN && SEEN.alive -> move(END_SESSION, COLLECTED); work.alive = 0
        :: (work.state == SCANNED || work.state == APPROVED) && work.account == c && !work.out ->
            phase[c] = IN_BATCH;
            doing[c] = SIGN_OUT;
            work.out = 1
        :: phase[c] = FREE /* refused, or nobody presses anything */
        fi;
        at = 0
    }
    :: atomic { phase[c] == COMMITTED -> ring(RUNG(doing[c])); phone_hears(); done() }
#ifdef ANSWER_BEFORE_COMMIT
    :: atomic { phase[c] == IN_BATCH -> phone_hears() }
#endif
    od
}

/* A tab of the browser that made the login, or the stranger: what they may is a matter of the cookie. */
proctype Browser(byte c) {
    byte at;
    do
#ifdef NO_CAS
    :: atomic { phase[c] == FREE -> copy(had[c], work); phase[c] = HAS_READ }
#endif
    :: atomic {
        READY && HAS_COOKIE ->
        arrive();
        if
        :: COLLECTABLE && STANDS && IN_TIME && at < TOKEN_LIFE ->
            move(COLLECT, COLLECTED);
            work.key = KEY(c);
            work.alive = 1;
            work.began = at
        :: REPEATABLE && at < TOKEN_LIFE ->
            assert(at < durable.began + REPEAT_MAX); /* the repeat is not too late */
            assert(!ended);                          /* nor of a session that was ended */
            hand_out();
            phase[c] = FREE
        :: SEEN.state == SCANNED && IN_TIME -> move(CANCEL, CANCELLED)
        :: else -> phase[c] = FREE
        fi;
        at = 0
    }
    :: atomic { phase[c] == COMMITTED -> ring(RUNG(doing[c])); browser_hears(); done() }
#ifdef ANSWER_BEFORE_COMMIT
    :: atomic { phase[c] == IN_BATCH -> browser_hears() }
#endif
    od
}

/* ---- The writer, the clock and the crash ---- */

#define IS_IDLE (phase[0] == FREE && phase[1] == FREE && phase[2] == FREE && phase[3] == FREE && phase[4] == FREE)
#define IS_SETTLED (IS_IDLE && rings == 0 && watch != LOOKED)
#define IS_OPEN ( \
    phase[0] == IN_BATCH || phase[1] == IN_BATCH || phase[2] == IN_BATCH || phase[3] == IN_BATCH || phase[4] == IN_BATCH)
inline batch_becomes(next) {
    for (i : 0 .. CLIENTS - 1) {
        if
        :: phase[i] == IN_BATCH ->
            phase[i] = (doing[i] == SIGN_OUT -> FREE : next);
            doing[i] = (phase[i] == FREE -> 0 : doing[i])
        :: else
        fi
    }
    i = 0
}

/* The row goes when nothing can be asked about it any more; then nobody need be kept to it. */
inline sweep() {
    work.state = NONE;
    work.key = 0;
    work.alive = 0;
    work.began = 0;
    work.later = 0;
    work.number = 0;
    work.wrong = 0;
    work.out = 0;
    work.account = 0;
    copy(durable, work);
    promised = NONE;
    session = 0;
    ended = 0
}

inline crash() {
    copy(work, durable);
    for (i : 0 .. CLIENTS - 1) {
        phase[i] = FREE;
        doing[i] = 0
    }
    i = 0;
    hang_up();
#ifdef FORGETS
    known = 0
#else
    known = (durable.state != NONE)
#endif
}

proctype Writer() {
    byte i;
    do
#ifdef TWO_TRANSACTIONS
    :: d_step { IS_OPEN && work.state == COLLECTED && durable.state == APPROVED -> durable.state = COLLECTED }
#endif
    :: d_step { IS_OPEN -> copy(durable, work); batch_becomes(COMMITTED) }
#ifndef LIVE
    :: d_step { IS_OPEN -> copy(work, durable); batch_becomes(FREE) } /* the commit fails: all hear `unavailable` */
#endif
#ifdef SWEEP_EARLY
    :: atomic { IS_SETTLED && IS_END(work.state) -> sweep() }
#else
    :: atomic { IS_SETTLED && work.state != NONE && now >= TOKEN_LIFE -> sweep() }
#endif
    od
}

proctype Clock() {
    do
    :: now < TIME_MAX -> now++
    od
}

/* kill -9: what was not committed is gone, and so is everybody's connection. Then it starts again at once. */
proctype Crash() {
    byte i;
    do
#ifdef LIVE
    :: d_step { crashes < LIVE -> crashes++; crash() }
#else
    :: d_step { crash() }
#endif
    od
}

init {
    atomic {
        run Page();
        run Writer();
        run Crash();
        run Phone(PHONE_A);
        run Browser(TAB_A);
#ifndef LIVE
        run Clock();
        run Phone(PHONE_B);
        run Browser(TAB_B);
        run Browser(STRANGER)
#endif
    }
}
