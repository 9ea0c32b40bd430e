/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * Fault injection: every allocation and every creation of a thread that a piece of work makes is refused in turn, first
 * the first, then the second, until the work gets through. Each time the work must report it, leak nothing, and succeed
 * when it is tried again with the same objects. Linked with --wrap for what the library calls.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <thrace/thrace.h>

static long refuse_at = -1, calls; /* the call to be refused; how many there were */
static long live;		   /* allocated and not yet freed */

static bool refused(void)
{
	return __atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST) == __atomic_load_n(&refuse_at, __ATOMIC_SEQ_CST);
}

static void *counted(void *memory)
{
	if (memory)
		__atomic_fetch_add(&live, 1, __ATOMIC_SEQ_CST);
	return memory;
}

#define WRAP(type, name, parameters, arguments)                                                              \
	type __real_##name parameters;                                                                       \
	type __wrap_##name parameters;                                                                       \
	type __wrap_##name parameters                                                                        \
	{                                                                                                    \
		return refused() ? NULL : counted(__real_##name arguments);                                  \
	}
WRAP(void *, malloc, (size_t size), (size))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(char *, strdup, (const char *text), (text))
WRAP(FILE *, open_memstream, (char **text, size_t *size), (text, size)) /* its text is what is freed */

void *__real_realloc(void *memory, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);
int __real_vasprintf(char **text, const char *format, va_list args);
int __wrap_vasprintf(char **text, const char *format, va_list args);
int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list args);

void *__wrap_realloc(void *memory, size_t size)
{
	if (refused())
		return NULL;
	return memory ? __real_realloc(memory, size) : counted(__real_realloc(NULL, size));
}

void __wrap_free(void *memory)
{
	if (memory)
		__atomic_fetch_sub(&live, 1, __ATOMIC_SEQ_CST);
	__real_free(memory);
}

int __wrap_vasprintf(char **text, const char *format, va_list args)
{
	int length = refused() ? -1 : __real_vasprintf(text, format, args);

	if (length >= 0)
		counted(*text);
	return length;
}

/* Its name in a fortified build. */
int __wrap___vasprintf_chk(char **text, int flag, const char *format, va_list args)
{
	(void)flag;
	return __wrap_vasprintf(text, format, args);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
	return refused() ? EAGAIN : __real_pthread_create(thread, attr, start, arg);
}

static void *target(void *arg)
{
	return arg;
}

static void free_nothing(void *arg)
{
	(void)arg;
}

/* --- the pieces of work: 0, or a negative errno when something was refused --- */

static int work_thread(void)
{
	thr_thread_opts opts = { .target = target, .target_name = "target", .arg_free = free_nothing };
	thr_thread *thread;
	int error = thr_thread_new(&thread, &opts);

	if (error)
		return thread ? -EPROTO : error;
	error = thr_thread_start(thread);
	if (error == -ENOBUFS && thr_thread_state(thread) == THR_INITIAL) {
		/* Reusable: the same object starts now. */
		if (thr_thread_start(thread) || thr_thread_join(thread, THR_FOREVER))
			error = -EPROTO;
	} else if (!error) {
		error = thr_thread_join(thread, THR_FOREVER);
	}
	thr_thread_unref(thread);
	return error;
}

static int work_rename(void)
{
	char name[32];
	int error = thr_thread_set_name(thr_current(), "renamed");

	thr_thread_name(thr_current(), name, sizeof(name));
	if (error && !strcmp(name, "renamed"))
		return -EPROTO;
	if (!error)
		error = thr_thread_set_name(thr_current(), "MainThread");
	return error;
}

static void *fail_it(void *arg)
{
	(void)arg;
	thr_thread_fail(-EBADF, "failed with %d", 1);
}

static int quiet(const thr_excepthook_args *args)
{
	return args->message && args->code == -EBADF ? 0 : -EPROTO;
}

/* Without memory for its sentence a failure still is one. */
static int work_failure(void)
{
	thr_thread *thread;
	const char *message;
	int code, error;

	error = thr_thread_go(&thread, fail_it, NULL);
	if (error)
		return error;
	if (thr_thread_join(thread, THR_FOREVER) || thr_thread_failure(thread, &code, &message) || code != -EBADF)
		error = -EPROTO;
	else if (strcmp(message, "failed with 1"))
		error = -ENOMEM;
	thr_thread_unref(thread);
	return error;
}

static int work_timer(void)
{
	thr_timer *timer;
	int error = thr_timer_new(&timer, THR_S(100), free_nothing, NULL);

	if (error)
		return timer ? -EPROTO : error;
	error = thr_timer_start(timer);
	thr_timer_cancel(timer);
	if (!error)
		error = thr_timer_join(timer, THR_FOREVER);
	thr_timer_free(timer);
	return error;
}

static int work_queue(void)
{
	thr_queue *queue;
	int error = thr_queue_new(&queue, NULL), i = 0;
	void *item;

	if (error)
		return queue ? -EPROTO : error;
	for (; i < 100 && !error; i++)
		error = thr_queue_put(queue, queue, THR_POLL);
	if (error && (thr_queue_size(queue) != (size_t)i - 1 || thr_queue_put(queue, queue, THR_POLL)))
		error = -EPROTO;
	while (thr_queue_get(queue, &item, THR_POLL) == 0)
		thr_queue_task_done(queue);
	if (thr_queue_join(queue, THR_POLL))
		error = -EPROTO;
	thr_queue_unref(queue);
	return error;
}

static int init_local(void *arg, void **value)
{
	(void)arg;
	*value = malloc(1);
	return *value ? 0 : -ENOMEM;
}

static int work_local(void)
{
	thr_local *local;
	void *value;
	int error = thr_local_new(&local, init_local, NULL, free);

	if (error)
		return local ? -EPROTO : error;
	error = thr_local_get(local, &value);
	if (error && thr_local_get(local, &value))
		error = -EPROTO;
	thr_local_free(local);
	return error;
}

static int task(thr_cancel *cancel, void *arg, void **result)
{
	*result = arg;
	return thr_sleep_cancel(THR_POLL, cancel) == -EINTR ? 0 : 0;
}

static int work_group(void)
{
	thr_group *group;
	int error = thr_group_new(&group), number = 0;

	if (error)
		return group ? -EPROTO : error;
	for (int i = 0; i < 10 && number >= 0; i++)
		number = thr_group_start(group, task, NULL, NULL);
	error = number < 0 ? number : 0;
	if (thr_group_wait(group, THR_FOREVER) || thr_group_free(group))
		error = -EPROTO;
	return error;
}

static int work_log(void)
{
	thr_log_opts opts = { .format = "%(threadName)s %(message)s", .name = "faults", .fd = 2 };
	int error = thr_log_config(&opts);

	if (!error)
		error = thr_log(THR_DEBUG, "below the level");
	return error ? error : thr_log_error("a record of work_log: %d", 1);
}

static void *attach(void *error)
{
	*(int *)error = thr_current() ? 0 : -ENOMEM;
	return NULL;
}

static int work_foreign(void)
{
	pthread_t thread;
	int error;

	if (__real_pthread_create(&thread, NULL, attach, &error))
		return -EPROTO;
	pthread_join(thread, NULL);
	return error;
}

static int work_at_shutdown(void)
{
	return thr_at_shutdown(free_nothing, NULL);
}

static const struct {
	const char *name;
	int (*work)(void);
	long keeps; /* what a success leaves behind by design */
} works[] = {
	{ "thread", work_thread, 0 },	{ "rename", work_rename, 0 }, { "failure", work_failure, 0 },
	{ "timer", work_timer, 0 },	{ "queue", work_queue, 0 },   { "local", work_local, 0 },
	{ "group", work_group, 0 },	{ "log", work_log, 0 },	      { "foreign thread", work_foreign, 0 },
	{ "at_shutdown", work_at_shutdown, 1 },
};

/* Allocated at most once and kept for good: a chunk of the registry, the memory of a thread's first local. */
static bool warm_up(int (*work)(void))
{
	refuse_at = -1;
	return work() == 0 && work() == 0;
}

static long wait_until_quiet(long expected)
{
	/* A detached thread may still be on its way out. */
	for (int i = 0; i < 5000 && __atomic_load_n(&live, __ATOMIC_SEQ_CST) != expected; i++)
		usleep(1000);
	return __atomic_load_n(&live, __ATOMIC_SEQ_CST);
}

static bool inject(const char *name, int (*work)(void), long keeps)
{
	for (long n = 0; n < 1000; n++) {
		long before = live, after;
		int error;

		calls = 0;
		refuse_at = n;
		error = work();
		refuse_at = -1;
		after = wait_until_quiet(before + (error ? 0 : keeps));
		if (after != before + (error ? 0 : keeps)) {
			fprintf(stderr, "%s, refusal %ld: %ld allocations leak\n", name, n, after - before);
			return false;
		}
		if (calls <= n) {
			printf("%-16s %ld refusals told, nothing leaked\n", name, n);
			return error == 0 && n > 0;
		}
		if (error != -ENOMEM && error != -ENOBUFS) {
			fprintf(stderr, "%s, refusal %ld: %d (%s)\n", name, n, error, thr_strerror(error));
			return false;
		}
	}
	fprintf(stderr, "%s does not get through\n", name);
	return false;
}

int main(void)
{
	bool good = true;

	thr_set_excepthook(quiet);
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		if (!warm_up(works[i].work)) {
			fprintf(stderr, "%s fails undisturbed\n", works[i].name);
			good = false;
			continue;
		}
		good &= inject(works[i].name, works[i].work, works[i].keeps);
	}
	return good ? 0 : 1;
}
