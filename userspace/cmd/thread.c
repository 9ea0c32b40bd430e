// SPDX-License-Identifier: GPL-2.0-only
/* One thread's anatomy: the textbook's parts with this thread's values. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/interrupts.h"
#include "userspace/cmd/resolve/look.h"
#include "userspace/cmd/report.h"
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/enrich/target.h"
#include "userspace/export/json.h"
#include "userspace/view/view.h"

struct one {
	struct session session;
	int stack_error; /* why there is no stack, as -errno */
};

/* Its newest bearer: a number may have been given again. */
static const struct thread *find(const struct model *model, uint32_t tid)
{
	const struct thread *found = model_thread(model, tid);

	process_for_each (model, process)
		thread_for_each (process, thread)
			if (thread->tid == tid && (!found || (found->end != END_ALIVE && thread->serial > found->serial)))
				found = thread;
	return found;
}

static int look(void *context)
{
	struct one *one = context;
	const struct thread *thread = find(one->session.model, one->session.options->tid);
	int error;

	if (one->session.source->replayed || !thread || thread->end != END_ALIVE)
		return 0;
	error = resolve_waits(&one->session);
	if (!error)
		error = look_own(&one->session, thread);
	return error ? error : look_stack(&one->session, thread, &one->stack_error);
}

/* Which process? Returns 0 or the status, after the one line. */
static int find_process(const struct command *self, const struct options *options, uint32_t *pid)
{
	int folder = target_folder(options->tid);
	char text[4096] = "";
	const char *line;

	if (folder >= 0) {
		target_file(folder, "status", text, sizeof(text));
		close(folder);
	}
	line = strstr(text, "\nTgid:");
	*pid = line ? (uint32_t)strtoul(line + strlen("\nTgid:"), NULL, 10) : 0;
	if (!*pid)
		return command_fail(self, STATUS_FAILED,
				    "there is no thread %u: it has ended, or never was; 'ps -eL' lists those there are",
				    options->tid);
	line = strstr(text, "\nState:");
	if (line && strchr("ZX", line[strlen("\nState:\t")]))
		return command_fail(self, STATUS_FAILED,
				    "thread %u has ended and only waits to be collected (a zombie): nothing is left "
				    "of it to look at",
				    options->tid);
	return STATUS_GOOD;
}

static int print_text(const struct one *one, const struct thread *thread)
{
	struct text text;
	int error;

	text_open(&text, stdout, one->session.options->colour);
	view_thread(one->session.model, thread, &text, one->session.options->verbose);
	error = text_finish(&text);
	if (!error || error == -EPIPE)
		return STATUS_GOOD;
	return command_fail(one->session.command, STATUS_FAILED, "cannot write the page: %s", strerror(-error));
}

static int print(const struct one *one)
{
	const struct session *session = &one->session;
	const struct thread *thread = find(session->model, session->options->tid);
	uint32_t pid;
	int error;

	if (!thread && session->options->input)
		return command_fail(session->command, STATUS_FAILED, "there is no thread %u in this recording",
				    session->options->tid);
	if (!thread && !find_process(session->command, session->options, &pid))
		return command_fail(session->command, STATUS_FAILED,
				    "thread %u is there, but the kernel shows it to no BPF program: try --source=procfs",
				    session->options->tid);
	if (!thread)
		return STATUS_FAILED;
	if (one->stack_error == -EACCES)
		return command_fail(session->command, STATUS_FAILED,
				    "may not look into thread %u: it is another user's; run it as that user or as root",
				    thread->tid);
	if (one->stack_error == -ENOEXEC)
		fprintf(stderr, "thrace thread: a 32-bit program: its stack is not unwound\n");
	if (!session->options->json)
		return print_text(one, thread);
	error = json_write_thread(session->model, thread, stdout);
	if (!error)
		error = fflush(stdout) ? -errno : 0;
	if (!error || error == -EPIPE)
		return STATUS_GOOD;
	return command_fail(session->command, STATUS_FAILED, "cannot write the object: %s", strerror(-error));
}

static int run(const struct command *self, struct options *options)
{
	struct one one = {.session = {.command = self, .options = options, .on_look = look}};
	int status;

	one.session.context = &one;
	if (!options->input) {
		status = find_process(self, options, options->pids);
		if (status != STATUS_GOOD)
			return status;
		options->target.pids = options->pids;
		options->target.pids_count = 1;
		options->target.registers = true;
		options->target.look = !options->duration_ns;
	}
	status = session_run(&one.session);
	if (status == STATUS_GOOD) {
		interrupts_release();
		status = print(&one);
	}
	session_close(&one.session);
	return status;
}

const struct command command_thread = {
    .name = "thread",
    .summary = "one thread's anatomy: id, registers, stack, TLS, wait, stack trace",
    .usage = "[OPTION]... TID",
    .text = "\nThe parts that a textbook gives a thread, with the values of this one, read without stopping\n"
	    "it: where it is, its registers, its stack and how much of it is used, its thread-local\n"
	    "storage, its signal mask, what it waits for, and its calls with source lines where there is\n"
	    "debug information. With -d it observes for so long first, and then knows who woke it last.\n"
	    "\nOptions:\n"
	    "  -i, --input FILE        look into a recording made with --record\n"
	    "  -d, --duration SECONDS  observe for so long before looking\n"
	    "      --source=auto|bpf|procfs  procfs needs no privilege, and knows two registers only\n"
	    "      --record FILE       record in FILE what is observed\n" OPTIONS_PRINT_HELP
	    "\nExample:\n  thrace thread $(pidof -s python3)\n",
    .takes = TAKES_SOURCE | TAKES_TID,
    .run = run,
};
