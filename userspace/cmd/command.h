/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What a command is, how it fails, and the list of them all.
 */
#ifndef THRACE_CMD_COMMAND_H
#define THRACE_CMD_COMMAND_H

#include <stdarg.h>

enum status {
	STATUS_GOOD = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_DEADLOCK = 3,
	STATUS_CANNOT_RUN = 126, /* as a shell says it */
	STATUS_NOT_FOUND = 127,
	STATUS_SIGNAL = 128, /* and the signal's number */
};

struct options;

struct command {
	const char *name;
	const char *summary; /* a line of `thrace help` */
	const char *usage;   /* what follows the name */
	const char *text;    /* more for `thrace help NAME`; the common options are added */
	unsigned int takes;  /* enum options_takes */
	/* Returns the exit status. The options are its own to change; who calls it frees them. */
	int (*run)(const struct command *self, struct options *options);
	/* In place of run and takes, where the words behind the name are no options. argv[0]: the name. */
	int (*run_words)(const struct command *self, int argc, char **argv);
};

extern const struct command command_run, command_trace, command_stat, command_tree, command_doctor,
    command_cost, command_record, command_waits, command_share, command_thread, command_info, command_export,
    command_top, command_timeline, command_learn;

/* The table, closed by NULL. */
extern const struct command *const commands[];

/* Prints what `thrace help NAME` prints. Returns STATUS_GOOD. */
int command_help(const struct command *command);

/* One line on stderr: "thrace NAME: ...". command NULL: "thrace: ...". Returns status. */
int command_fail(const struct command *command, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A line on stderr that is no failure. */
void command_say(const struct command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
void command_vsay(const struct command *command, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* The candidate (of a list closed by NULL) that was likely meant by word, or NULL. */
const char *nearest_name(const char *word, const char *const *candidates);

#endif
