// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/interrupts.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>
#include "userspace/cmd/command.h"
#include "userspace/ui/term_guard.h"

#define AGAIN_MS 100 /* two interrupts further apart than this are two */
#define PATIENCE_SECONDS 5 /* an end in order takes a second at most */

/* The signal that asked for the end. A handler can reach nothing but a variable of the file. */
static volatile sig_atomic_t signalled;
static volatile sig_atomic_t signalled_ms; /* when, by a clock that may wrap around */

static sig_atomic_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (sig_atomic_t)((now.tv_sec * 1000 + now.tv_nsec / 1000000) & 0x3fffffff);
}

static void end_now(int number)
{
	term_guard_restore();
	_exit(STATUS_SIGNAL + number);
}

/* It is stuck: in a write that nobody reads, or in a file that does not answer. */
static void on_alarm(int number)
{
	(void)number;
	end_now(signalled);
}

/*
 * A second one means at once. One that comes with the first is the same: timeout(1), for one, signals its child and then
 * its whole group.
 */
static void on_signal(int number)
{
	if (signalled && clock_ms() - signalled_ms > AGAIN_MS)
		end_now(number);
	if (!signalled) {
		signalled_ms = clock_ms();
		alarm(PATIENCE_SECONDS);
	}
	signalled = number;
}

int interrupts_signal(void)
{
	return signalled;
}

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};

#define NUMBERS (sizeof(numbers) / sizeof(*numbers))

void interrupts_catch(void)
{
	/* No SA_RESTART: a read that waits comes back at once. */
	const struct sigaction action = {.sa_handler = on_signal}, late = {.sa_handler = on_alarm};
	struct sigaction before;

	alarm(0);
	signalled = 0;
	sigaction(SIGALRM, &late, NULL);
	for (size_t i = 0; i < NUMBERS; i++) {
		/* What nohup(1) or a shell set to be ignored stays ignored. */
		if (!sigaction(numbers[i], NULL, &before) && before.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &action, NULL);
	}
}

void interrupts_release(void)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};
	struct sigaction now;

	alarm(0);
	for (size_t i = 0; i < NUMBERS; i++)
		if (!sigaction(numbers[i], NULL, &now) && now.sa_handler == on_signal)
			sigaction(numbers[i], &action, NULL);
}
