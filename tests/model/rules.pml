/* The rules, as the server has them: what lets a request through. `c` asks, `at` is when.
 *
 * Each #ifdef takes one rule away.
 */

/* What a move decides on. It is loaded and saved in one transaction of the only writer. */
#ifdef NO_CAS
Row had[CLIENTS];
#define SEEN had[c]
#define READY (phase[c] == HAS_READ)
#define TAKE copy(work, had[c])
#else
#define SEEN work
#define READY (phase[c] == FREE)
#define TAKE skip
#endif

#ifdef NO_ACCOUNT
#define OWN 1
#else
#define OWN (SEEN.account == c)
#endif
#ifdef NO_EXPIRY
#define IN_TIME 1
#else
#define IN_TIME (at < ENDS(SEEN))
#endif
#ifdef NO_FIRST_ANSWER
#define UNDECIDED (SEEN.state != NONE)
#else
#define UNDECIDED (SEEN.state == SCANNED)
#endif
#define DECIDABLE (UNDECIDED && OWN && IN_TIME)

#ifdef NO_PRESENCE
#define ON_SCREEN 1
#else
#define ON_SCREEN shown
#endif
#ifdef OLD_CODES
#define FRESH 1
#else
#define FRESH (at < CODE_LIFE)
#endif
#ifdef NO_FIRST_PHONE
#define UNSCANNED (SEEN.state == NONE || SEEN.state == SCANNED)
#else
#define UNSCANNED (SEEN.state == NONE || !known)
#endif

#ifdef NO_COOKIE
#define HAS_COOKIE 1
#else
#define HAS_COOKIE (c != STRANGER)
#endif
#ifdef COLLECT_UNAPPROVED
#define COLLECTABLE (SEEN.state == SCANNED || SEEN.state == APPROVED)
#elif defined(COLLECT_TAKEN_BACK)
#define COLLECTABLE (SEEN.state == APPROVED || SEEN.state == REPORTED || SEEN.state == CANCELLED)
#elif defined(COLLECT_TWICE)
#define COLLECTABLE (SEEN.state == APPROVED || SEEN.state == COLLECTED)
#else
#define COLLECTABLE (SEEN.state == APPROVED)
#endif
#ifdef NO_APPROVER
#define STANDS 1
#else
#define STANDS (!SEEN.out)
#endif

#ifdef REPEAT_ANY_KEY
#define SAME_KEY (durable.key != 0)
#else
#define SAME_KEY (durable.key == KEY(c))
#endif
#ifdef REPEAT_FOR_EVER
#define LATELY 1
#else
#define LATELY (at < durable.began + REPEAT_MAX)
#endif
#ifdef REPEAT_ENDED
#define LIVES 1
#else
#define LIVES durable.alive
#endif
#ifdef NO_REPEAT
#define REPEATABLE 0
#else
#define REPEATABLE (durable.state == COLLECTED && SAME_KEY && LATELY && LIVES)
#endif
