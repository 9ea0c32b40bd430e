/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The options that commands share: whom to observe, for how long, and how to print. Parses; opens
 * nothing.
 */
#ifndef THRACE_CMD_SOURCE_OPTIONS_H
#define THRACE_CMD_SOURCE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include "bpf/abi/config.h"
#include "userspace/cmd/command.h"
#include "userspace/source/source.h"
#include "userspace/ui/text.h"

enum source_choice {
	SOURCE_AUTO, /* BPF, else /proc */
	SOURCE_BPF,
	SOURCE_PROCFS,
};

struct options {
	struct target target;
	uint32_t pids[CONFIG_PIDS_MAX]; /* target's */
	uint64_t duration_ns; /* 0: until it ends or is interrupted */
	enum source_choice source;
	unsigned int sample_ms; /* from one look at /proc to the next; 0: as reports need it */
	enum colour_mode colour;
	bool json;
	bool verbose;
	bool watch, stacks; /* waits */
	uint32_t tid; /* thread: whom; 0: none */
	bool quick; /* cost: fewer sizes, fewer times */
	const char *output; /* run: a file for the report; record: the recording's; NULL: none */
	const char *input; /* a recording to read in place of observing; "-": standard input; NULL: none */
	bool at; /* of the recording, the moment at_ns after its beginning */
	uint64_t at_ns;
	const char *record; /* what is observed goes to this file as well; NULL: none */
	uint64_t max_bytes; /* record: of the file, or of the flight recorder's memory; 0: no limit */
	uint64_t flight_ns; /* record: only the last so many are kept; 0: all */
	bool overwrite; /* a file that is there already */
	uint64_t from_ns, to_ns; /* timeline: the window, since the beginning; to_ns 0: to the end */
	const char *format; /* export: the exporter; NULL: none given */
};

/* struct command.takes: what a command takes beside the common options. */
enum options_takes {
	TAKES_SOURCE = 1 << 0, /* whom to observe, and how */
	TAKES_OUTPUT = 1 << 1, /* -o */
	TAKES_LIMITS = 1 << 2, /* record: --max-size, --flight, -f */
	TAKES_FORMAT = 1 << 3, /* export: --to, -f */
	TAKES_AT     = 1 << 4, /* --at: it shows one moment, not totals */
	TAKES_WAITS  = 1 << 5, /* --watch and --stacks */
	TAKES_WINDOW = 1 << 6, /* timeline: --from, --to */
	TAKES_QUICK  = 1 << 7, /* --quick */
	TAKES_FILE   = 1 << 8, /* info: a recording's name, without an option before it */
	TAKES_TID    = 1 << 9, /* thread: one number behind the command, in place of a process */
};

enum options_result {
	OPTIONS_GO,   /* *options is filled; it points into itself: not to be copied */
	OPTIONS_DONE, /* help or version was asked for and given */
	OPTIONS_BAD,  /* the one line was said: STATUS_USAGE */
};

/* argv[0] is the command's name. */
enum options_result options_parse(const struct command *command, int argc, char **argv, struct options *options);

#define OPTIONS_SOURCE_HELP                                                                        \
	"\nSource, one of:\n"                                                                      \
	"  -p, --pid PID[,PID]   these processes\n"                                                \
	"  -n, --name GLOB       processes of this name, now or later; * any characters, ? one\n"                 \
	"  -a, --all             every process\n"                                                  \
	"  -i, --input FILE      a recording made by 'thrace record'; '-': from a pipe\n"           \
	"  -- CMD ARG...         start CMD and observe it from its first instruction\n"

#define OPTIONS_COMMON_HELP                                                                        \
	"\nOptions:\n"                                                                             \
	"  -d, --duration SECONDS  stop after so long (fractions allowed)\n"                       \
	"      --no-follow         leave child processes out\n"                                    \
	"      --user[=NAME]       start CMD as NAME, or as who called sudo\n"                     \
	"      --source=auto|bpf|procfs  where to look; procfs needs no privilege and samples\n"    \
	"      --record FILE           record in FILE what is observed\n"

#define OPTIONS_PRINT_HELP                                                                         \
	"      --json              print JSON with stable keys and times in ns\n"                  \
	"      --color=auto|always|never  (NO_COLOR is honoured)\n"                                \
	"  -v, --verbose           leave nothing out\n"                                            \
	"  -h, --help              this text\n"                                                    \
	"  -V, --version           the version\n"

#define OPTIONS_HELP OPTIONS_SOURCE_HELP OPTIONS_COMMON_HELP OPTIONS_PRINT_HELP

#endif
