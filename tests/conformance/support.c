/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Bunches of threads, lists, scenes: see support.h. */
#include <fcntl.h>
#include <sys/wait.h>
#include <thrace/registry.h>

#include "support.h"

extern struct thr_registry thr_registry;

static uint32_t failures;
static char first_failure[256];

bool check(bool condition, const char *file, int line, const char *text)
{
	if (!condition && __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST) == 0)
		snprintf(first_failure, sizeof(first_failure), "%s:%d: %s", file, line, text);
	return condition;
}

void no_thread_failed(void)
{
	uint32_t n = __atomic_exchange_n(&failures, 0, __ATOMIC_SEQ_CST);

	if (n)
		fail_msg("%u checks failed in threads, first: %s", n, first_failure);
}

void append(struct list *list, int value)
{
	THR_WITH_LOCK(&list->lock);
	if (CHECK(list->n < LIST_MAX))
		list->values[list->n++] = value;
}

int length(struct list *list)
{
	THR_WITH_LOCK(&list->lock);
	return list->n;
}

int count(struct list *list, int value)
{
	int n = 0;

	THR_WITH_LOCK(&list->lock);
	for (int i = 0; i < list->n; i++)
		n += list->values[i] == value;
	return n;
}

void *do_nothing(void *arg)
{
	return arg;
}

thr_thread *go(void *(*target)(void *), void *arg)
{
	thr_thread *thread;

	assert_int_equal(thr_thread_go(&thread, target, arg), 0);
	return thread;
}

void join_and_drop(thr_thread *thread)
{
	assert_int_equal(thr_thread_join(thread, LONG), 0);
	thr_thread_unref(thread);
}

void bunch_start(struct bunch *bunch, int n, void *(*function)(void *), void *arg)
{
	bunch->n = n;
	for (int i = 0; i < n; i++)
		bunch->threads[i] = go(function, arg);
}

void bunch_join(struct bunch *bunch)
{
	for (int i = 0; i < bunch->n; i++)
		join_and_drop(bunch->threads[i]);
}

void bunch_run(int n, void *(*function)(void *), void *arg)
{
	struct bunch bunch;

	bunch_start(&bunch, n, function, arg);
	bunch_join(&bunch);
}

static struct thr_chunk *chunk_at(uint64_t address)
{
	return (struct thr_chunk *)(uintptr_t)address;
}

/* Reads as an inspector does, beside the writers: a count of waits is right as soon as they all sleep. */
__attribute__((no_sanitize_thread)) int waiters(void)
{
	struct thr_chunk *chunk = chunk_at(__atomic_load_n(&thr_registry.first_chunk, __ATOMIC_ACQUIRE));
	int n = 0;

	for (; chunk; chunk = chunk_at(__atomic_load_n(&chunk->next, __ATOMIC_ACQUIRE))) {
		for (uint32_t i = 0; i < chunk->n_slots; i++) {
			uint32_t kind = __atomic_load_n(&chunk->slots[i].wait_kind, __ATOMIC_ACQUIRE);

			n += kind != THR_WAIT_none && kind != THR_WAIT_sleep;
		}
	}
	return n;
}

void wait_for_waiters(int n)
{
	WAIT_UNTIL(waiters() >= n);
}

static void read_all(int fd, char *text, size_t size)
{
	size_t n = 0;
	ssize_t got;

	lseek(fd, 0, SEEK_SET);
	while (n < size - 1 && (got = read(fd, text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = 0;
	close(fd);
}

static int temporary_file(void)
{
	char path[] = "/tmp/thrace-scene-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

int wait_for_child(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void play(const char *name, struct outcome *outcome)
{
	int out = temporary_file(), err = temporary_file();
	char self[512] = "";
	pid_t pid;

	/* The link's target, not the link, which is Valgrind when it runs us. */
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		execl(self, "scene", name, NULL);
		_exit(127);
	}
	outcome->status = wait_for_child(pid);
	read_all(out, outcome->out, sizeof(outcome->out));
	read_all(err, outcome->err, sizeof(outcome->err));
}

void play_ok(const char *name, const char *out)
{
	struct outcome outcome;

	play(name, &outcome);
	assert_string_equal(outcome.err, "");
	assert_string_equal(outcome.out, out);
	assert_int_equal(outcome.status, 0);
}

int scene_of(int argc, char **argv, const struct scene *scenes)
{
	if (argc < 2)
		return -1;
	for (; scenes->name; scenes++) {
		if (!strcmp(scenes->name, argv[1]))
			return scenes->run();
	}
	fprintf(stderr, "no scene %s\n", argv[1]);
	return 126;
}
