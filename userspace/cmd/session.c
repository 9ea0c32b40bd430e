// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define READ_MS 100 /* so long a read waits before the clock is looked at */
#define GRACE_NS                                                                                   \
	500000000ull /* after a signal: for a program that got it too, to end before the books     \
			close */

/* The signal that asked for the end. A handler can reach nothing but a variable of the file. */
static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
	if (signalled && number == SIGINT)
		_exit(STATUS_SIGNAL + SIGINT);
	signalled = number;
}

static void catch_signals(void)
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

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int take_record(void *to, const void *bytes, size_t length)
{
	struct session *session = to;
	struct record record;
	size_t consumed;
	int error;

	switch (decode_record(bytes, length, &record, &consumed)) {
	case DECODE_RECORD:
		break;
	case DECODE_SKIPPED:
		return 0;
	default:
		return -EBADMSG;
	}
	error = model_apply(session->model, &record);
	if (error || !session->on_record)
		return error;
	return session->on_record(session->model, &record, session->context);
}

/* When to stop looking, as far as it is known beforehand. */
static bool time_to_stop(struct session *session, uint64_t stop_ns, uint64_t *grace_ns)
{
	const struct source *source = session->source;

	if (source->launched && source->launched_ended)
		return true;
	if (!signalled)
		return stop_ns && monotonic_ns() >= stop_ns;
	session->interrupted = signalled;
	if (!source->launched)
		return true;
	if (!*grace_ns)
		*grace_ns = monotonic_ns() + GRACE_NS;
	return monotonic_ns() >= *grace_ns;
}

static int observe(struct session *session)
{
	struct source *source = session->source;
	uint64_t stop_ns = 0, grace_ns = 0;
	int taken = 0;

	if (session->options->duration_ns)
		stop_ns = monotonic_ns() + session->options->duration_ns;
	while (!time_to_stop(session, stop_ns, &grace_ns)) {
		int wait_ms = READ_MS;

		if (stop_ns && stop_ns - monotonic_ns() < READ_MS * 1000000ull)
			wait_ms = (int)((stop_ns - monotonic_ns()) / 1000000) + 1;
		taken = source->ops->read(source, wait_ms, take_record, session);
		if (taken == -EINTR || taken == -EAGAIN)
			taken = 0; /* by a signal perhaps: time_to_stop() tells */
		if (taken >= 0 && session->on_pause)
			taken = session->on_pause(session->context);
		if (taken < 0)
			break;
	}

	source->ops->stop(source);
	if (taken < 0 && taken != -ENODATA)
		return taken;
	do
		taken = source->ops->read(source, 0, take_record, session);
	while (taken > 0 || taken == -EINTR);
	return taken == -ENODATA || taken == -EAGAIN ? 0 : taken;
}

static int start(struct session *session)
{
	struct source *source = session->source;
	const char *program;
	int error;

	if (!source->launched)
		return STATUS_GOOD;
	error = source->ops->start(source);
	if (!error)
		return STATUS_GOOD;
	program = session->options->target.launch[0];
	if (error == -ENOENT)
		return command_fail(session->command, STATUS_NOT_FOUND,
				    "there is no program '%.64s' here or in PATH", program);
	return command_fail(session->command, STATUS_CANNOT_RUN, "cannot run '%.64s': %s", program,
			    strerror(-error));
}

int session_run(struct session *session)
{
	struct source_error error = {.status = STATUS_FAILED};
	int result;

	session->model = model_new(NULL);
	if (!session->model)
		return command_fail(session->command, STATUS_FAILED, "out of memory");
	session->model->watch = session->watch;
	catch_signals();
	session->source = session_open_source(session->options, &error);
	if (!session->source)
		return command_fail(session->command, error.status, "%s", error.text);
	result = start(session);
	if (result != STATUS_GOOD)
		return result;

	result = observe(session);
	if (!session->model->ended)
		model_account(session->model, monotonic_ns());
	if (!result || result == -EPIPE)
		return STATUS_GOOD;
	if (result == -EBADMSG)
		return command_fail(session->command, STATUS_FAILED,
				    "a record could not be read: thrace and its probes differ; "
				    "build both again");
	return command_fail(session->command, STATUS_FAILED, "the observation broke off: %s",
			    strerror(-result));
}

void session_close(struct session *session)
{
	if (session->source)
		session->source->ops->close(session->source);
	model_free(session->model);
	session->source = NULL;
	session->model = NULL;
}

int session_program_status(const struct session *session)
{
	const struct source *source = session->source;

	if (source && source->launched && source->launched_ended) {
		if (WIFSIGNALED(source->launched_status))
			return STATUS_SIGNAL + WTERMSIG(source->launched_status);
		return WEXITSTATUS(source->launched_status);
	}
	return session->interrupted ? STATUS_SIGNAL + session->interrupted : STATUS_GOOD;
}
