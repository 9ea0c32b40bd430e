/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The child without rights that reads a stranger's file: what it may, how long it is waited for, and that nothing of it
 * is left, whatever the file makes of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/util/clock.h"
#include "userspace/util/confined.h"

/* What it is asked to do. */
enum { ECHO = 100, SPIN, DIE, TAKE, OPEN, WRITE, CONNECT, RIGHTS };

static uint64_t take_memory(void)
{
	void *much = mmap(NULL, 16u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *more = mmap(NULL, 512u << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return much != MAP_FAILED && more == MAP_FAILED;
}

static uint64_t act(uint64_t question)
{
	char byte;

	switch (question) {
	case SPIN:
		for (;;)
			__asm__ volatile("");
	case DIE:
		abort();
	case TAKE:
		return take_memory();
	case OPEN:
		return open("/dev/null", O_RDONLY) >= 0;
	case WRITE:
		return open("/dev/null", O_WRONLY) >= 0 || write(1, "", 1) == 1;
	case CONNECT:
		return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || fork() >= 0 || kill(getppid(), 0) == 0;
	case RIGHTS: /* no descriptor but the two, and the file */
		return read(1, &byte, 1) == 1 && byte == 'f' && fcntl(2, F_GETFD) < 0 && fcntl(3, F_GETFD) < 0;
	default:
		return question;
	}
}

static void serve(void)
{
	uint64_t question, answer;

	while (confined_question(&question)) {
		answer = act(question);
		if (!confined_answer(&answer, sizeof(answer)))
			break;
	}
}

static const struct confined_kind kind = {
	.serve = serve,
	.most = 2,
	.data_bytes = 64u << 20,
	.answer_ms = 1000,
	.cpu_ns = 50000000,
	.start_ns = 5000000,
	.each_ns = 50000,
};

static int file = -1;

static int open_file(void **state)
{
	(void)state;
	file = memfd_create("file", MFD_CLOEXEC);
	return file < 0 || write(file, "file", 4) != 4 || lseek(file, 0, SEEK_SET);
}

static void nobody_is_left(const struct confined_pool *pool)
{
	assert_int_equal(pool->count, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static uint64_t ask(struct confined *child, uint64_t question)
{
	uint64_t answer = ~0ull;

	assert_int_equal(confined_ask(child, question, 10000, &answer, sizeof(answer)), sizeof(answer));
	return answer;
}

static void test_rights(void **state)
{
	struct confined_kind opens = kind;
	struct confined_pool pool = {0};
	struct confined child;

	(void)state;
	confined_open(&child, &kind, &pool, file);
	nobody_is_left(&pool); /* it starts when it is asked */
	assert_int_equal(ask(&child, RIGHTS), 1);
	assert_int_equal(ask(&child, OPEN), 0);
	assert_int_equal(ask(&child, WRITE), 0);
	assert_int_equal(ask(&child, CONNECT), 0);
#ifndef __SANITIZE_ADDRESS__
	assert_int_equal(ask(&child, TAKE), 1);
#endif
	confined_close(&child);
	opens.opens_files = true;
	confined_open(&child, &opens, &pool, file);
	assert_int_equal(ask(&child, OPEN), 1);
	assert_int_equal(ask(&child, WRITE), 0);
	confined_close(&child);
	nobody_is_left(&pool);
}

/* By its CPU, however busy the machine is. Another one goes on. */
static void test_spins(void **state)
{
	struct confined_pool pool = {0};
	struct confined child, other;
	struct rusage before, after;
	uint64_t answer;

	(void)state;
	confined_open(&child, &kind, &pool, file);
	confined_open(&other, &kind, &pool, file);
	assert_int_equal(ask(&other, ECHO), ECHO);
	getrusage(RUSAGE_CHILDREN, &before);
	assert_int_equal(confined_ask(&child, SPIN, 10000, &answer, sizeof(answer)), -EPIPE);
	getrusage(RUSAGE_CHILDREN, &after);
	assert_in_range((after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 + after.ru_utime.tv_usec - before.ru_utime.tv_usec,
			0, 300000);
	assert_int_equal(confined_ask(&child, ECHO, 10000, &answer, sizeof(answer)), -EPIPE);
	assert_int_equal(ask(&other, ECHO), ECHO);
	confined_close(&child);
	confined_close(&other);
	nobody_is_left(&pool);
}

static void test_dies(void **state)
{
	struct confined_pool pool = {0};
	struct confined child;
	uint64_t answer;

	(void)state;
	confined_open(&child, &kind, &pool, file);
	assert_int_equal(confined_ask(&child, DIE, 10000, &answer, sizeof(answer)), -EPIPE);
	nobody_is_left(&pool);
	assert_int_equal(confined_ask(&child, ECHO, 10000, &answer, sizeof(answer)), -EPIPE);
	confined_close(&child);
}

/* One that cannot go on, as if somebody had stopped it: who asks goes on after their time, and at last it is given up. */
static void test_stands_still(void **state)
{
	struct confined_pool pool = {0};
	struct confined child;
	uint64_t answer, begin;

	(void)state;
	confined_open(&child, &kind, &pool, file);
	assert_int_equal(ask(&child, ECHO), ECHO);
	kill(child.child, SIGSTOP);
	begin = clock_now_ns();
	assert_int_equal(confined_ask(&child, 1, 50, &answer, sizeof(answer)), -EAGAIN);
	assert_in_range(clock_now_ns() - begin, 50000000, 900000000);
	kill(child.child, SIGCONT);
	assert_int_equal(ask(&child, 2), 2); /* the answer to 1 is nobody's */
	kill(child.child, SIGSTOP);
	assert_int_equal(confined_ask(&child, 3, 10000, &answer, sizeof(answer)), -EPIPE);
	nobody_is_left(&pool);
	confined_close(&child);
}

/* Rests are no ends, and give no new time to a file that used its own. */
static void test_rests(void **state)
{
	struct confined_pool pool = {0};
	struct confined children[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		confined_open(&children[i], &kind, &pool, file);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(ask(&children[i % 4], i), i);
		assert_in_range(pool.count, 1, kind.most);
	}
	confined_rest_idle(&pool, 10000000000);
	assert_int_equal(pool.count, kind.most);
	confined_rest_idle(&pool, 0);
	nobody_is_left(&pool);
	assert_int_equal(ask(&children[0], 7), 7);
	assert_int_equal(children[0].starts, 3);
	assert_true(children[0].used_ns > 0);
	for (size_t i = 0; i < 4; i++)
		confined_close(&children[i]);
	nobody_is_left(&pool);
}

/* No process can be had: it is asked for again with the next question. */
static void test_no_child(void **state)
{
	struct confined_pool pool = {0};
	struct confined child;
	struct rlimit files, none;
	uint64_t answer;

	(void)state;
	confined_open(&child, &kind, &pool, file);
	getrlimit(RLIMIT_NOFILE, &files);
	none = (struct rlimit){.rlim_cur = 0, .rlim_max = files.rlim_max};
	setrlimit(RLIMIT_NOFILE, &none);
	assert_int_equal(confined_ask(&child, ECHO, 10000, &answer, sizeof(answer)), -EAGAIN);
	setrlimit(RLIMIT_NOFILE, &files);
	nobody_is_left(&pool);
	assert_int_equal(ask(&child, ECHO), ECHO);
	confined_close(&child);
	nobody_is_left(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rights), cmocka_unit_test(test_spins), cmocka_unit_test(test_dies),
		cmocka_unit_test(test_stands_still), cmocka_unit_test(test_rests), cmocka_unit_test(test_no_child),
	};

	return cmocka_run_group_tests(tests, open_file, NULL);
}
