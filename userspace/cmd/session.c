// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/session.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/recording.h"
#include "userspace/cmd/resolve/places.h"
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/source/outside.h"
#include "userspace/util/clock.h"
#include "userspace/util/far_file.h"
#include "userspace/util/privilege.h"

#define READ_MS 100 /* so long a read waits before the clock is looked at */
#define ASK_NS	250000000ull /* between two looks at libraries' registries */
#define ASK_FIRST_NS 50000000ull /* before the first, when something else is to come first */
/* After a signal: for a program that got it too, to end before the books close. */
#define GRACE_NS (500000000ull + INTERRUPTS_PASS_ON_MS * 1000000ull)

/* When to stop looking, as far as it is known beforehand. */
static bool time_to_stop(struct session *session)
{
	const struct source *source = session->source;

	if (source->launched && source->launched_ended)
		return true;
	if (source->replayed && !interrupts_signal())
		return false;
	if (!interrupts_signal())
		return session->stop_ns && clock_now_ns() >= session->stop_ns;
	session->interrupted = interrupts_signal();
	if (!source->launched)
		return true;
	if (!session->grace_ns)
		session->grace_ns = clock_now_ns() + GRACE_NS;
	return clock_now_ns() >= session->grace_ns;
}

/* What libthrace keeps of threads that were there before, or whose beginning its probes did not tell. */
static int ask_libraries(struct session *session)
{
	uint64_t now_ns = clock_now_ns();

	/* Of whom, one knows only once there were records. */
	if (session->source->replayed || !session->model->threads_count || now_ns < session->ask_ns)
		return 0;
	if (session->ask_later && !session->ask_ns) {
		session->ask_ns = now_ns + ASK_FIRST_NS;
		return 0;
	}
	session->ask_ns = now_ns + ASK_NS;
	return resolve_libraries(session);
}

/* At once when nothing else was asked for: what there was before is told in the first read. */
static bool look_now(const struct session *session)
{
	const struct options *options = session->options;

	return session->on_look && !session->looked && !options->duration_ns && !options->input;
}

static int look(struct session *session)
{
	int error = session->on_look(session->context);

	session->looked = true;
	return error ? error : 1;
}

/* The time of the observation is over. A recording that is full (-ENODATA) is no reason not to look. */
static int last_look(struct session *session, int paused)
{
	if (paused && paused != -ENODATA)
		return paused;
	if (session->on_look && !session->looked)
		return look(session);
	return session->on_end ? session->on_end(session->context) : paused;
}

static int pause_for_others(struct session *session)
{
	int error = ask_libraries(session);

	if (!error && session->places)
		error = places_pause(session->places, session);
	if (error)
		return error;
	error = recording_pause(session, clock_now_ns());
	if (session->source->replayed && !session->on_record && progress_due(&session->progress))
		progress_put(&session->progress, "reading: %u %%", session->source->permille / 10);
	if (!error && look_now(session))
		error = look(session);
	if (!error && session->on_pause)
		error = session->on_pause(session->context);
	return error;
}

/* Goes on elsewhere in a recording. */
static int seek(struct session *session)
{
	struct model *fresh = model_new(&session->limits);
	int error = fresh ? session->source->ops->seek(session->source, session->seek_ns) : -ENOMEM;

	if (error) {
		model_free(fresh);
		return error;
	}
	fresh->watch = session->model->watch;
	model_free(session->model);
	session->model = fresh;
	return 0;
}

static void end_at(struct session *session, uint64_t ts_ns)
{
	struct ev_end end;

	outside_end(&end, ts_ns);
	session_take(session, &end, sizeof(end));
}

/* So long the next read may wait: not past the end. */
static int wait_ms(const struct session *session)
{
	unsigned int read_ms = session->read_ms ? session->read_ms : READ_MS;
	uint64_t now_ns = clock_now_ns();

	if (!session->stop_ns || session->stop_ns >= now_ns + read_ms * 1000000ull)
		return (int)read_ms;
	return session->stop_ns > now_ns ? (int)((session->stop_ns - now_ns) / 1000000) + 1 : 0;
}

static int observe(struct session *session)
{
	struct source *source = session->source;
	int taken = 0, paused = 0;

	if (session->options->duration_ns)
		session->stop_ns = clock_now_ns() + session->options->duration_ns;
	while (!time_to_stop(session)) {
		taken = source->ops->read(source, wait_ms(session), session_take, session);
		if (taken == -EINTR || taken == -EAGAIN)
			taken = 0; /* by a signal perhaps: time_to_stop() tells */
		if (taken >= 0)
			taken = paused = pause_for_others(session);
		if (taken == -ENODATA && source->replayed && session->on_replayed)
			taken = session->on_replayed(session->context);
		if (taken == -ECANCELED)
			taken = paused = seek(session);
		if (taken < 0 || paused > 0)
			break;
	}

	if (session->reached)
		end_at(session, session_last_moment_ns(session));
	if (taken >= 0 || taken == -ENODATA) /* what broke off is not to be looked at */
		paused = last_look(session, paused);
	source->ops->stop(source);
	if (taken < 0 && taken != -ENODATA)
		return taken;
	if (paused)
		return paused < 0 && paused != -ENODATA ? paused : 0; /* -ENODATA: the recording is full */
	do
		taken = source->ops->read(source, 0, session_take, session);
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
	if (error > 0)
		return command_fail(session->command, STATUS_CANNOT_RUN,
				    "cannot start a program as another user: %s; run as root", strerror(error));
	if (error == -ENOENT && strchr(program, '/') && !access(program, F_OK))
		return command_fail(session->command, STATUS_CANNOT_RUN,
				    "cannot run '%.64s': the interpreter or loader that it names is not there", program);
	if (error == -ENOENT)
		return command_fail(session->command, STATUS_NOT_FOUND,
				    "there is no program '%.64s' here or in PATH", program);
	return command_fail(session->command, STATUS_CANNOT_RUN, "cannot run '%.64s': %s", program,
			    strerror(-error));
}

/* A moment of a recording is looked for where it is, unless the recording comes through a pipe. */
static bool open_source(struct session *session, struct source_error *error)
{
	const struct options *options = session->options;
	struct source *source;

	if (options->input)
		source = source_file_open(options->input, error);
	else
		source = session_open_source(options, error);
	session->source = source;
	if (source)
		source->soon = session_soon;
	if (source && options->at)
		source->ops->seek(source, session_last_moment_ns(session));
	return source;
}

/* The end of what was observed: now, or where a recording ends, or the look: of what came after it nothing is known. */
static void close_books(struct session *session)
{
	if (session->model->ended)
		return;
	if (session->source->replayed)
		model_account(session->model, session->model->now_ns);
	else if (session->options->target.look)
		end_at(session, session->model->now_ns);
	else
		end_at(session, clock_now_ns());
}

/*
 * Everything is open and the program, if there is one, runs with its own rights. What stays is what looking needs: new
 * probes in libraries (BPF, PERFMON), other processes' memory and files (PTRACE, DAC_READ_SEARCH), deleted files that
 * they have mapped (CHECKPOINT_RESTORE, since 5.9); and to pass a signal on to a program that was started, which may
 * have become another user's (KILL). A kernel that refuses to take rights away leaves things as they were: no reason not
 * to observe.
 */
static void drop_privileges(const struct session *session)
{
	uint64_t keep = 1ull << CAP_BPF | 1ull << CAP_PERFMON | 1ull << CAP_SYS_PTRACE | 1ull << CAP_DAC_READ_SEARCH |
			1ull << CAP_CHECKPOINT_RESTORE;

	if (session->source->launched)
		keep |= 1ull << CAP_KILL;
	privilege_drop(session->source->replayed ? 0 : keep);
}

/* What is shown and not whole says so. */
static void tell_notes(const struct session *session)
{
	if (*session->source->note)
		command_say(session->command, "%s", session->source->note);
	if (interrupts_pass_on_error())
		command_say(session->command, "the signal could not be passed on to the program: %s",
			    strerror(interrupts_pass_on_error()));
	if (*far_file_silent())
		command_say(session->command,
			    "'%.128s' does not answer: the functions and lines of files on its file system stay unknown",
			    far_file_silent());
	if (session->library_error)
		command_say(session->command,
			    "the libthrace of process %u could not be asked for a while (%s): names and waits that only "
			    "it knows may be missing",
			    session->library_pid, strerror(-session->library_error));
}

/* What is over early, a write that was given up for the signal, say, leaves the program its moment. */
static void settle_signal(struct session *session)
{
	if (interrupts_to_pass_on())
		session->source->ops->outlast(session->source, INTERRUPTS_PASS_ON_MS);
}

void session_outlast(struct session *session)
{
	struct source *source = session->source;

	while (source->launched && !time_to_stop(session))
		source->ops->outlast(source, READ_MS);
}

int session_broke_off(const struct session *session, int error)
{
	const char *remedy = "";

	if (session->told)
		return STATUS_FAILED;
	if (error == -EBADMSG)
		return command_fail(session->command, STATUS_FAILED,
				    "a record could not be read: thrace and its probes differ; build both again");
	if (error == -ENOMEM)
		remedy = "; fewer processes (-p, -n) or a shorter time (-d) need less";
	return command_fail(session->command, STATUS_FAILED, "the observation broke off: %s%s", strerror(-error), remedy);
}

/* Files replace what had their names only now, when there is something to observe; later there may be no right to. */
static int take_names(struct session *session)
{
	struct out_name *const names[] = {session->recorder ? recorder_name(session->recorder) : NULL, session->output};
	char why[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		int error = names[i] ? out_name_take(names[i]) : 0;

		if (error)
			return command_fail(session->command, STATUS_FAILED, "%s",
					    out_file_explain(names[i]->path, error, why, sizeof(why)));
	}
	return STATUS_GOOD;
}

int session_run(struct session *session)
{
	struct source_error error = {.status = STATUS_FAILED};
	int result;

	session->model = model_new(&session->limits);
	if (!session->model)
		return command_fail(session->command, STATUS_FAILED, "out of memory");
	session->model->watch = session->watch;
	interrupts_catch();
	if (!recording_open(session, &error))
		return command_fail(session->command, error.status, "%s", error.text);
	if (!open_source(session, &error))
		return command_fail(session->command, error.status, "%s", error.text);
	result = start(session);
	if (result == STATUS_GOOD)
		result = take_names(session);
	if (result != STATUS_GOOD)
		return result;
	interrupts_pass_on_to(session->source->launched);
	drop_privileges(session);

	progress_begin(&session->progress);
	result = observe(session);
	progress_end(&session->progress);
	close_books(session);
	recording_finish(session);
	settle_signal(session);
	tell_notes(session);
	/* Nobody reads any more, or a write was given up for the interrupt. */
	if (!result || result == -EPIPE || (result == -EINTR && interrupts_signal()))
		return STATUS_GOOD;
	result = session_broke_off(session, result);
	session_outlast(session);
	return result;
}

void session_close(struct session *session)
{
	if (session->recorder)
		recorder_close(session->recorder, NULL);
	interrupts_pass_on_to(0);
	if (session->source)
		session->source->ops->close(session->source);
	model_free(session->model);
	map_clear(&session->libraries);
	places_free(session->places);
	session->places = NULL;
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
