/* A clock that a test sets, for processes that are started with this library before all others
   (LD_PRELOAD): the time of day is the machine's plus the seconds in the file VEILLE_CLOCK. Sleeps and
   monotonic time stay the machine's, as they do when somebody sets a real clock; libfaketime 0.9.10 shifts
   absolute monotonic sleeps along, by which Python's own end in EINVAL. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static const volatile int64_t *offset;

/* At the first call: the constructors of other libraries ask for the time before ours would run. */
static void begin(void) {
    int file = open(getenv("VEILLE_CLOCK"), O_RDONLY);
    offset = mmap(NULL, sizeof *offset, PROT_READ, MAP_SHARED, file, 0);
    real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
    if (offset == MAP_FAILED || !real_clock_gettime)
        abort();
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    if (!real_clock_gettime)
        begin();
    int result = real_clock_gettime(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *offset;
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    int result = clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return result;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now)
        *now = exact.tv_sec;
    return exact.tv_sec;
}
