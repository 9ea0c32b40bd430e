// SPDX-License-Identifier: GPL-2.0-only
/* The table of commands, and the way to each. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/command.h"
#include "userspace/cmd/source_options.h"
#include "userspace/util/stream.h"

const struct command *const commands[] = {
    &command_run,
    &command_top,
    &command_waits,
    &command_share,
    &command_thread,
    &command_trace,
    &command_stat,
    &command_tree,
    &command_timeline,
    &command_learn,
    &command_cost,
    &command_record,
    &command_info,
    &command_export,
    &command_doctor,
    NULL,
};

int command_fail(const struct command *command, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	command_vsay(command, format, args);
	va_end(args);
	return status;
}

int command_help(const struct command *command)
{
	printf("usage: thrace %s %s\n\n%s\n%s", command->name, command->usage, command->summary,
	       command->text);
	return STATUS_GOOD;
}

static int help(void)
{
	puts(
	    "thrace shows the threads of live programs: who created whom, what each is doing,\n"
	    "what it waits for and on whom, and how it ends.\n\n"
	    "usage: thrace COMMAND [OPTION]... SOURCE\n\n"
	    "Commands:");
	for (const struct command *const *command = commands; *command; command++)
		printf("  %-8s %s\n", (*command)->name, (*command)->summary);
	fputs(OPTIONS_SOURCE_HELP, stdout);
	puts("\n'thrace help COMMAND' tells more. Begin with: thrace run -- CMD");
	return STATUS_GOOD;
}

static const struct command *find(const char *name)
{
	for (const struct command *const *command = commands; *command; command++)
		if (!strcmp((*command)->name, name))
			return *command;
	return NULL;
}

static int unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(*commands) + 1] = {"help"};
	const char *nearest;

	for (size_t i = 0; commands[i]; i++)
		names[i + 1] = commands[i]->name;
	nearest = nearest_name(name, names);
	if (nearest)
		return command_fail(NULL, STATUS_USAGE,
				    "there is no command '%.64s'; did you mean '%s'?", name,
				    nearest);
	return command_fail(NULL, STATUS_USAGE,
			    "there is no command '%.64s'; 'thrace help' lists those there are",
			    name);
}

static int start(const struct command *command, int argc, char **argv)
{
	struct options options;

	if (command->run_words)
		return command->run_words(command, argc, argv);
	switch (options_parse(command, argc, argv, &options)) {
	case OPTIONS_DONE:
		return STATUS_GOOD;
	case OPTIONS_BAD:
		return STATUS_USAGE;
	case OPTIONS_GO:
		break;
	}
	return command->run(command, &options);
}

static int dispatch(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	const struct command *command;

	if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		return printf("thrace %s\n", THRACE_VERSION) < 0;
	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		return help();
	if (!strcmp(name, "help")) {
		if (argc < 3 || !strcmp(argv[2], "help") || !strcmp(argv[2], "-h") || !strcmp(argv[2], "--help"))
			return help();
		if (argc > 3)
			return command_fail(NULL, STATUS_USAGE, "help on one command at a time: '%.64s' is one too many",
					    argv[3]);
		command = find(argv[2]);
		return command ? command_help(command) : unknown(argv[2]);
	}
	if (*name == '-')
		return command_fail(NULL, STATUS_USAGE,
				    "a command comes before the options; 'thrace help' lists them");
	command = find(name);
	return command ? start(command, argc - 1, argv + 1) : unknown(name);
}

/* A number below 3 that is free would go to the next file that is opened, and what is printed into that file. */
static void occupy_standard_streams(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC) < 0)
			_exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
	int status, error;

	occupy_standard_streams();
	/* Only the characters: numbers keep the dot that scripts expect. */
	setlocale(LC_CTYPE, "");
	/* A closed pipe is a write that fails: what was started is still ended in order. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* so is a file that may grow no more */
	/* Whoever started us may not want to hear of children: we do, and the number of an unheard one is given again. */
	signal(SIGCHLD, SIG_DFL);

	status = dispatch(argc, argv);
	/* A reader that went away is no failure, and what failed before was said before. */
	error = stream_finish(stdout);
	if (!error || error == -EPIPE || status != STATUS_GOOD)
		return status;
	return command_fail(NULL, STATUS_FAILED, "cannot write the output: %s", strerror(-error));
}
