// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/util/confined_private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userspace/util/clock.h"

#define LOOK_MS 20 /* so often it is looked whether one that does not answer still has time */
#define END_MS	100 /* so long one that was killed is waited for */

void confined_open(struct confined *confined, const struct confined_kind *kind, struct confined_pool *pool, int fd)
{
	*confined = (struct confined){.kind = kind, .pool = pool, .fd = fd, .socket = -1};
}

/* --- its time ------------------------------------------------------------------------------------------------- */

static uint64_t child_used_ns(const struct confined *confined)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(confined->child, &clock) || clock_gettime(clock, &used))
		return 0;
	return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}

static bool is_overdrawn(const struct confined *confined)
{
	const struct confined_kind *kind = confined->kind;
	uint64_t given = kind->cpu_ns + confined->starts * kind->start_ns + confined->answers * kind->each_ns;

	return confined->used_ns + child_used_ns(confined) > given;
}

static uint64_t thought_ns(const struct confined *confined)
{
	return clock_now_ns() - confined->asked_ns;
}

/* --- its life ------------------------------------------------------------------------------------------------- */

static void leave_pool(struct confined *confined)
{
	struct confined_pool *pool = confined->pool;

	for (size_t i = 0; i < pool->count; i++)
		if (pool->running[i] == confined) {
			pool->running[i] = pool->running[--pool->count];
			return;
		}
}

/* One that opens files may stand where not even a killed one ends (a file system that does not answer): it is left. */
static void collect(const struct confined *confined)
{
	const struct timespec moment = {.tv_nsec = 200000};
	struct pollfd gone = {.fd = confined->socket};
	uint64_t until = clock_now_ns() + END_MS * 1000000ull;

	poll(&gone, 1, END_MS); /* its end of the socket is closed when it has ended */
	while (!waitpid(confined->child, NULL, WNOHANG) && clock_now_ns() < until)
		nanosleep(&moment, NULL);
}

void confined_rest(struct confined *confined)
{
	if (confined->socket < 0)
		return;
	confined->used_ns += child_used_ns(confined);
	kill(confined->child, SIGKILL);
	collect(confined);
	close(confined->socket);
	confined->socket = -1;
	confined->thinks = false;
	leave_pool(confined);
}

void confined_close(struct confined *confined)
{
	if (confined->kind)
		confined_rest(confined);
}

void confined_rest_idle(struct confined_pool *pool, uint64_t idle_ns)
{
	uint64_t now = pool->count ? clock_now_ns() : 0;

	for (size_t i = pool->count; i-- > 0;)
		if (now - pool->running[i]->needed_ns > idle_ns)
			confined_rest(pool->running[i]);
}

static void make_room(struct confined_pool *pool, const struct confined_kind *kind)
{
	struct confined *oldest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < pool->count; i++) {
		struct confined *other = pool->running[i];

		if (other->kind != kind)
			continue;
		count++;
		if (!oldest || other->needed_ns < oldest->needed_ns)
			oldest = other;
	}
	if (oldest && count >= kind->most)
		confined_rest(oldest);
}

static int start(struct confined *confined)
{
	int sockets[2];

	make_room(confined->pool, confined->kind);
	if (confined->pool->count == CONFINED_MAX || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets))
		return -EAGAIN;
	confined->child = fork();
	if (!confined->child)
		confined_be(confined->kind, sockets[1], confined->fd);
	close(sockets[1]);
	if (confined->child < 0) {
		close(sockets[0]);
		return -EAGAIN;
	}
	confined->socket = sockets[0];
	confined->starts++;
	confined->pool->running[confined->pool->count++] = confined;
	return 0;
}

/* --- asking --------------------------------------------------------------------------------------------------- */

static bool has_answered(const struct confined *confined, int wait_ms)
{
	struct pollfd ready = {.fd = confined->socket, .events = POLLIN};

	return poll(&ready, 1, wait_ms) > 0;
}

static int wait_for(const struct confined *confined, int wait_ms)
{
	uint64_t until = clock_now_ns() + (uint64_t)wait_ms * 1000000;

	while (!has_answered(confined, wait_ms < LOOK_MS ? wait_ms : LOOK_MS)) {
		uint64_t now = clock_now_ns();

		if (now - confined->asked_ns > (uint64_t)confined->kind->answer_ms * 1000000 || is_overdrawn(confined))
			return -EPIPE;
		if (now >= until)
			return -EAGAIN;
		wait_ms = (int)((until - now) / 1000000) + 1;
	}
	return 0;
}

static ssize_t take(struct confined *confined, int wait_ms, void *answer, size_t room)
{
	int error = wait_for(confined, wait_ms);
	ssize_t bytes;

	if (error)
		return error;
	bytes = recv(confined->socket, answer, room, 0);
	if (bytes <= 0)
		return -EPIPE;
	confined->thinks = false;
	confined->answers++;
	/* Those that took longer than honest ones add up. */
	return thought_ns(confined) > confined->kind->each_ns && is_overdrawn(confined) ? -EPIPE : bytes;
}

static int put(struct confined *confined, uint64_t question)
{
	int error = confined->socket < 0 ? start(confined) : 0;

	if (error)
		return error;
	confined->asked_ns = clock_now_ns();
	if (send(confined->socket, &question, sizeof(question), MSG_NOSIGNAL) != sizeof(question))
		return -EPIPE;
	confined->question = question;
	confined->thinks = true;
	return 0;
}

ssize_t confined_ask(struct confined *confined, uint64_t question, int wait_ms, void *answer, size_t room)
{
	ssize_t result = 0;

	if (confined->broken)
		return -EPIPE;
	confined->needed_ns = clock_now_ns();
	/* Somebody did not wait for the answer to another question: whoever it was asks again. */
	if (confined->thinks && confined->question != question)
		result = take(confined, wait_ms, answer, room);
	if (result >= 0 && !confined->thinks)
		result = put(confined, question);
	if (result >= 0)
		result = take(confined, wait_ms, answer, room);
	if (result == -EPIPE) {
		confined->broken = true;
		confined_rest(confined);
	}
	return result;
}
