// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/interrupts.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "userspace/cmd/command.h"

#define AGAIN_MS 100 /* two interrupts further apart than this are two */

/* The signal that asked for the end. A handler can reach nothing but a variable of the file. */
static volatile sig_atomic_t signalled;
static volatile sig_atomic_t signalled_ms; /* when, by a clock that may wrap around */

static sig_atomic_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (sig_atomic_t)((now.tv_sec * 1000 + now.tv_nsec / 1000000) & 0x3fffffff);
}

/*
 * A second Ctrl-C means at once. One that comes with the first is the same: timeout(1), for one, signals its child and
 * then its whole group.
 */
static void on_signal(int number)
{
	if (!signalled)
		signalled_ms = clock_ms();
	else if (number == SIGINT && clock_ms() - signalled_ms > AGAIN_MS)
		_exit(STATUS_SIGNAL + SIGINT);
	signalled = number;
}

int interrupts_signal(void)
{
	return signalled;
}

void interrupts_catch(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	/* No SA_RESTART: a read that waits comes back at once. */
	const struct sigaction action = {.sa_handler = on_signal};
	struct sigaction before;

	signalled = 0;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		/* What nohup(1) or a shell set to be ignored stays ignored. */
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
}
