// SPDX-License-Identifier: GPL-2.0-only
/* Runs a lesson's program under observation and catches what it prints. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/cmd/learn/learn.h"
#include "userspace/util/clock.h"

#define OUTPUT_BYTES_MAX (256u << 10) /* kept of what a program prints */
#define PIPE_BYTES	 (1 << 20)    /* so that no program of ours ever waits for us to read */
#define SILENCE_NS	 10000000000ull
#define PATIENCE_S	 5 /* between SIGINT and SIGKILL */

/* Takes what there is. Returns how many bytes were kept. */
static size_t drain(struct capture *capture)
{
	const size_t before = capture->output_bytes;
	char dropped[4096];
	ssize_t got;

	do {
		const size_t room = OUTPUT_BYTES_MAX - capture->output_bytes;

		if (room)
			got = read(capture->from_program, capture->output + capture->output_bytes,
				   room);
		else
			got = read(capture->from_program, dropped, sizeof(dropped));
		if (got > 0 && room)
			capture->output_bytes += got;
		else if (got > 0)
			capture->output_cut = true;
	} while (got > 0 || (got < 0 && errno == EINTR));
	return capture->output_bytes - before;
}

/* An endless program has said its first word before its time begins to count; what has nothing to
 * say gets SILENCE_S. */
static void stop_in_time(struct capture *capture)
{
	const struct source *source = capture->session.source;
	const uint64_t now = clock_now_ns();
	double seconds;

	if (!capture->stop_s || !source || source->launched_ended)
		return;
	if (!capture->begin_ns)
		capture->begin_ns = now + SILENCE_NS;
	if (capture->output_bytes && capture->begin_ns > now)
		capture->begin_ns = now;
	seconds = ((double)now - (double)capture->begin_ns) / 1e9;
	if (seconds >= capture->stop_s)
		kill(source->launched, seconds < capture->stop_s + PATIENCE_S ? SIGINT : SIGKILL);
}

static int on_pause(void *context)
{
	struct capture *capture = context;
	const size_t fresh = drain(capture);

	if (capture->strip)
		strip_draw(capture->strip, capture->session.model,
			   capture->output + capture->output_bytes - fresh, fresh, clock_now_ns());
	stop_in_time(capture);
	return 0;
}

/* Our own standard output and error, while the program's are in their place. */
struct kept {
	int out, err;
};

static int lend_streams(struct capture *capture, struct kept *kept)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* refused: a smaller one does, more slowly */
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fflush(stdout);
	kept->out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	kept->err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (kept->out < 0 || kept->err < 0 || dup2(ends[1], STDOUT_FILENO) < 0 ||
	    dup2(ends[1], STDERR_FILENO) < 0)
		return -errno;
	close(ends[1]);
	capture->from_program = ends[0];
	return 0;
}

static void take_streams_back(const struct kept *kept)
{
	fflush(stderr);
	dup2(kept->out, STDOUT_FILENO);
	dup2(kept->err, STDERR_FILENO);
	close(kept->out);
	close(kept->err);
}

static int draw_record(const struct model *model, const struct record *record, void *context)
{
	struct capture *capture = context;

	/* A picture that failed is left out; the run goes on. */
	export_record(&capture->export, model, record);
	return 0;
}

static void begin_picture(struct capture *capture)
{
	FILE *out =
	    capture->draws ? open_memstream(&capture->picture, &capture->picture_bytes) : NULL;

	if (!out)
		return;
	export_begin(&capture->export, exporter_find("svg"), out);
	capture->session.on_record = draw_record;
	capture->session.watch = &capture->export.watch;
}

static void end_picture(struct capture *capture)
{
	FILE *out = capture->export.out;
	int error;

	if (!out)
		return;
	error = export_end(&capture->export, capture->session.model);
	if (!fclose(out) && !error && capture->status == STATUS_GOOD)
		return;
	free(capture->picture);
	capture->picture = NULL;
}

int capture_run(struct capture *capture, const struct command *command, char *const *argv,
		enum source_choice source)
{
	struct kept kept = {-1, -1};
	int error;

	capture->options = (struct options){.source = source, .target = {.launch = argv}};
	capture->session = (struct session){.command = command,
					    .options = &capture->options,
					    .on_pause = on_pause,
					    .context = capture};
	capture->from_program = -1;
	capture->output = malloc(OUTPUT_BYTES_MAX);
	error = capture->output ? lend_streams(capture, &kept) : -ENOMEM;
	if (error)
		return capture->status =
			   command_fail(command, STATUS_FAILED, "cannot run '%.64s': %s", argv[0],
					strerror(-error));
	begin_picture(capture);
	capture->status = session_run(&capture->session);
	end_picture(capture);
	take_streams_back(&kept);
	on_pause(capture);
	close(capture->from_program);
	return capture->status;
}

void capture_free(struct capture *capture)
{
	session_close(&capture->session);
	free(capture->output);
	free(capture->picture);
	capture->output = capture->picture = NULL;
}

extern char **environ;

int capture_command(char *const *argv, char **output, size_t *bytes)
{
	posix_spawn_file_actions_t actions;
	int ends[2], status = 0, error;
	FILE *from;
	pid_t pid;

	*output = NULL;
	*bytes = 0;
	if (pipe2(ends, O_CLOEXEC))
		return STATUS_FAILED;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	error = posix_spawn(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	from = error ? NULL : fdopen(ends[0], "r");
	if (!from) {
		close(ends[0]);
		return STATUS_FAILED;
	}
	*output = malloc(OUTPUT_BYTES_MAX);
	if (*output)
		*bytes = fread(*output, 1, OUTPUT_BYTES_MAX, from);
	fclose(from);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}
