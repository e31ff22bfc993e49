/* What must hold, whatever the rules let through. check.py knows each by the remark behind it. */

/* ---- Whenever a login changes ---- */

#define IS_ALLOWED(op, next) ( \
    (op == SCAN && work.state == NONE && next == SCANNED) || \
    (op == SCAN && work.state == SCANNED && next == SCANNED && work.account == c) || \
    ((op == APPROVE || op == APPROVE_BARE) && work.state == SCANNED && next == APPROVED) || \
    (op == ALLOW && (work.state == NONE || (work.state == SCANNED && work.account == c)) && next == APPROVED) || \
    ((op == DENY || op == APPROVE_WRONG) && work.state == SCANNED && next == DENIED) || \
    (op == REPORT && (work.state == SCANNED || work.state == APPROVED) && next == REPORTED) || \
    (op == WITHDRAW && work.state == APPROVED && next == CANCELLED) || \
    (op == END_SESSION && work.state == COLLECTED && next == COLLECTED) || \
    (op == CANCEL && work.state == SCANNED && next == CANCELLED) || \
    (op == COLLECT && work.state == APPROVED && next == COLLECTED))

inline must_be_allowed(op, next) {
#ifndef OUTSIDE
    assert(IS_ALLOWED(op, next)); /* no other moves than these */
    assert((op != SCAN && op != ALLOW) || work.state != NONE || at < CODE_LIFE); /* an old code starts nothing */
    assert(op > SIGN_OUT || op == SCAN || op == ALLOW || work.account == c); /* only who scanned decides */
    assert(op < CANCEL || c == TAB_A || c == TAB_B); /* only the browser with token and cookie */
    assert(op != COLLECT || !durable.out); /* nobody who was put out lets a browser in */
    assert(op == END_SESSION || at < ENDS(work)); /* nothing changes after its time */
    assert(next != APPROVED || !work.number || op == APPROVE); /* the number was typed where it must be */
    assert(!work.wrong || (next != APPROVED && next != COLLECTED)); /* a wrong number never leads to a session */
#else
    skip
#endif
}

/* ---- Whenever a page is told something, in `tell` ---- */

#define WAS_APPROVED (durable.state >= APPROVED && durable.state != DENIED)

/* ---- At every instant ---- */

#define KEPT ( \
    promised == NONE || (promised == SCANNED && durable.state != NONE) || promised == durable.state || \
    (promised == APPROVED && \
     (durable.state == REPORTED || durable.state == COLLECTED || durable.state == CANCELLED)))
#define ONE_ACCOUNT (scanner == NOBODY || durable.state == NONE || durable.account == scanner)
#define ONE_SESSION (session == 0 || durable.key == session)
#define BOTH_OR_NEITHER ((durable.state == COLLECTED) == (durable.key != 0))
#define WAS_SHOWN (durable.state == NONE || shown)
#define STAYS_ENDED (!ended || !durable.alive)
#define QUIET ( \
    phase[0] != COMMITTED && phase[1] != COMMITTED && phase[2] != COMMITTED && phase[3] != COMMITTED && \
    phase[4] != COMMITTED)
#define KNOWS (watch != ON || missed || rings || !QUIET || told >= LEVEL_OF(durable.state))

#ifndef LIVE
active proctype Monitor() {
    atomic {
        if
        :: !KEPT -> assert(KEPT)                       /* what was answered survives a kill now */
        :: !ONE_ACCOUNT -> assert(ONE_ACCOUNT)         /* what one account scanned stays its own */
        :: !ONE_SESSION -> assert(ONE_SESSION)         /* the session that was handed out is the one that is stored */
        :: !BOTH_OR_NEITHER -> assert(BOTH_OR_NEITHER) /* no session without its login, no login without its session */
        :: !WAS_SHOWN -> assert(WAS_SHOWN)             /* a code that no page showed starts nothing */
        :: !STAYS_ENDED -> assert(STAYS_ENDED)         /* an end that was answered is one */
        :: !KNOWS -> assert(KNOWS)                     /* a page that missed nothing knows how things stand */
        fi
    }
}
#endif

/* ---- In the end ---- */

#ifdef LIVE
/* With every ring lost and the page coming back again and again, it learns of what was decided. */
ltl learns { [](durable.state >= APPROVED -> <>(told >= TOLD_APPROVED)) }

/* An approval that nobody takes back signs in, also when a kill swallows the browser's answer. */
#define TAKEN_BACK ( \
    durable.out || durable.state == REPORTED || durable.state == CANCELLED || \
    (durable.key && !durable.alive))
ltl signs_in { [](durable.state == APPROVED -> <>(session != 0 || TAKEN_BACK)) }
#endif
