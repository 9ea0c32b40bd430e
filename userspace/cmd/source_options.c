// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/source_options.h"

#include <getopt.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/config.h"
#include "userspace/cmd/option_values.h"

#define DURATION_LEAST_S 1e-3
#define SIZE_LEAST	 65536

/* What the parsing carries from option to option. */
struct parse {
	const struct command *command;
	struct options *options;
	const char *source; /* the option that named the source; NULL: none yet */
};

#define bad(parse, ...) (command_fail((parse)->command, STATUS_USAGE, __VA_ARGS__), OPTIONS_BAD)

static enum options_result name_source(struct parse *parse, const char *option)
{
	if (parse->source && strcmp(parse->source, option))
		return bad(parse, "two sources, %s and %s: give one of -p, -n, -a, -i or -- CMD", parse->source, option);
	parse->source = option;
	return OPTIONS_GO;
}

static enum options_result add_pid(struct parse *parse, uint32_t pid)
{
	struct target *target = &parse->options->target;

	if (target->pids_count == CONFIG_PIDS_MAX)
		return bad(parse, "more than %d process ids: -a or -n observes more", CONFIG_PIDS_MAX);
	target->pids = parse->options->pids;
	parse->options->pids[target->pids_count++] = pid;
	return OPTIONS_GO;
}

static enum options_result take_pids(struct parse *parse, const char *list)
{
	enum options_result result = name_source(parse, "-p");

	while (result == OPTIONS_GO) {
		uint32_t pid;
		const char *end;

		if (!value_id(list, &pid, &end) || (*end && *end != ','))
			return bad(parse, "'%.32s' is no process id: -p takes numbers from 1 to %d, separated by commas",
				   list, ID_LAST);
		result = add_pid(parse, pid);
		if (!*end)
			break;
		list = end + 1;
	}
	return result;
}

static enum options_result take_glob(struct parse *parse, const char *glob)
{
	if (!*glob || strlen(glob) >= CONFIG_GLOB_BYTES)
		return bad(parse, "-n takes a pattern of 1 to %d bytes; the kernel keeps 15 of a name",
			   CONFIG_GLOB_BYTES - 1);
	/* The kernel's side knows no more, and both sources shall find the same. */
	if (strpbrk(glob, "[\\"))
		return bad(parse, "-n '%.32s': a pattern has * for any characters and ? for one; no [ and no backslash", glob);
	parse->options->target.glob = glob;
	return name_source(parse, "-n");
}

static enum options_result take_all(struct parse *parse, const char *none)
{
	(void)none;
	parse->options->target.all = true;
	return name_source(parse, "-a");
}

static enum options_result take_input(struct parse *parse, const char *path)
{
	parse->options->input = path;
	return name_source(parse, "-i");
}

static enum options_result take_duration(struct parse *parse, const char *text)
{
	if (value_seconds(text, DURATION_LEAST_S, &parse->options->duration_ns))
		return OPTIONS_GO;
	return bad(parse, "'%.32s' is no duration: -d takes seconds from 0.001 to 1e9, as in -d 2.5", text);
}

static enum options_result take_at(struct parse *parse, const char *text)
{
	parse->options->at = true;
	if (value_seconds(text, 0, &parse->options->at_ns))
		return OPTIONS_GO;
	return bad(parse, "'%.32s' is no moment: --at takes seconds since the recording's beginning, as in --at 2.5", text);
}

static enum options_result check_window(struct parse *parse)
{
	const struct options *options = parse->options;

	if (options->to_ns && options->from_ns >= options->to_ns)
		return bad(parse, "the window ends before it begins: --from must be less than --to");
	return OPTIONS_GO;
}

static enum options_result take_from(struct parse *parse, const char *text)
{
	if (value_seconds(text, 0, &parse->options->from_ns))
		return check_window(parse);
	return bad(parse, "'%.32s' is no moment: --from takes seconds since the beginning, as in --from 2.5", text);
}

/* timeline: where the window ends; export: the format. No command has both. */
static enum options_result take_to(struct parse *parse, const char *text)
{
	if (parse->command->takes & TAKES_FORMAT) {
		parse->options->format = text;
		return OPTIONS_GO;
	}
	if (value_seconds(text, 0, &parse->options->to_ns) && parse->options->to_ns)
		return check_window(parse);
	return bad(parse, "'%.32s' is no moment: --to takes seconds since the beginning, as in --to 2.5", text);
}

static enum options_result take_size(struct parse *parse, const char *text)
{
	if (value_size(text, SIZE_LEAST, &parse->options->max_bytes))
		return OPTIONS_GO;
	return bad(parse, "'%.32s' is no size: --max-size takes 64K or more, as in --max-size 500M", text);
}

static enum options_result take_flight(struct parse *parse, const char *text)
{
	if (value_time(text, &parse->options->flight_ns))
		return OPTIONS_GO;
	return bad(parse, "'%.32s' is no time to keep: --flight takes 0.1s to 24h, as in --flight 30s", text);
}

static enum options_result take_colour(struct parse *parse, const char *word)
{
	static const char *const words[] = {"auto", "always", "never", NULL};
	int which = value_word(word, words);

	if (which < 0)
		return bad(parse, "--color takes auto, always or never, not '%.32s'", word);
	parse->options->colour = (enum colour_mode)which;
	return OPTIONS_GO;
}

static enum options_result take_choice(struct parse *parse, const char *word)
{
	static const char *const words[] = {"auto", "bpf", "procfs", NULL};
	int which = value_word(word, words);

	if (which < 0)
		return bad(parse, "--source takes auto, bpf or procfs, not '%.32s'", word);
	parse->options->source = (enum source_choice)which;
	return OPTIONS_GO;
}

/* Without a name: who called sudo. */
static enum options_result take_user(struct parse *parse, const char *user)
{
	if (!user)
		user = getenv("SUDO_UID");
	if (!user || !*user)
		return bad(parse, "--user without a name means who called sudo, and nobody did: --user=NAME");
	if (!getpwnam(user) && strspn(user, "0123456789") != strlen(user))
		return bad(parse, "there is no user '%.32s'", user);
	parse->options->target.launch_user = user;
	return OPTIONS_GO;
}

static enum options_result take_help(struct parse *parse, const char *none)
{
	(void)none;
	command_help(parse->command);
	return OPTIONS_DONE;
}

static enum options_result take_version(struct parse *parse, const char *none)
{
	(void)parse;
	(void)none;
	printf("thrace %s\n", THRACE_VERSION);
	return OPTIONS_DONE;
}

/* An option: a function that takes its value, or the field that it fills (none lies at offset 0). */
struct row {
	const char *name;
	char letter; /* 0: it has none */
	int value;   /* no_argument, required_argument or optional_argument */
	unsigned int takes; /* commands that take one of these have it; 0: all do */
	enum options_result (*take)(struct parse *parse, const char *value);
	size_t flag, text;
};

#define FLAG(field) .flag = offsetof(struct options, field)
#define TEXT(field) .text = offsetof(struct options, field)

static const struct row rows[] = {
    {"pid", 'p', required_argument, TAKES_SOURCE, .take = take_pids},
    {"name", 'n', required_argument, TAKES_SOURCE, .take = take_glob},
    {"all", 'a', no_argument, TAKES_SOURCE, .take = take_all},
    {"input", 'i', required_argument, TAKES_SOURCE, .take = take_input},
    {"duration", 'd', required_argument, TAKES_SOURCE, .take = take_duration},
    {"no-follow", 0, no_argument, TAKES_SOURCE, FLAG(target.no_follow)},
    {"user", 0, optional_argument, TAKES_SOURCE, .take = take_user},
    {"source", 0, required_argument, TAKES_SOURCE, .take = take_choice},
    {"record", 0, required_argument, TAKES_SOURCE, TEXT(record)},
    {"output", 'o', required_argument, TAKES_OUTPUT, TEXT(output)},
    {"force", 'f', no_argument, TAKES_LIMITS | TAKES_FORMAT, FLAG(overwrite)},
    {"max-size", 0, required_argument, TAKES_LIMITS, .take = take_size},
    {"flight", 0, required_argument, TAKES_LIMITS, .take = take_flight},
    {"at", 0, required_argument, TAKES_AT, .take = take_at},
    {"watch", 0, no_argument, TAKES_WAITS, FLAG(watch)},
    {"stacks", 0, no_argument, TAKES_WAITS, FLAG(stacks)},
    {"from", 0, required_argument, TAKES_WINDOW, .take = take_from},
    {"to", 0, required_argument, TAKES_WINDOW | TAKES_FORMAT, .take = take_to},
    {"quick", 0, no_argument, TAKES_QUICK, FLAG(quick)},
    {"json", 0, no_argument, 0, FLAG(json)},
    {"color", 0, required_argument, 0, .take = take_colour},
    {"verbose", 'v', no_argument, 0, FLAG(verbose)},
    {"help", 'h', no_argument, 0, .take = take_help},
    {"version", 'V', no_argument, 0, .take = take_version},
};

#define ROWS	  (sizeof(rows) / sizeof(*rows))
#define LONG_ONLY 256 /* and the row: what getopt_long() says of an option without a letter */

/* The rows as getopt_long() wants them. */
struct grammar {
	struct option longs[ROWS + 1];
	char letters[2 * ROWS + 3];
};

static void grammar_fill(struct grammar *grammar, bool words_anywhere)
{
	char *letter = grammar->letters;

	*grammar = (struct grammar){0};
	/* What follows a program's name is the program's; a file's name, or a thread's number, may stand anywhere. */
	if (!words_anywhere)
		*letter++ = '+';
	*letter++ = ':';
	for (size_t i = 0; i < ROWS; i++) {
		const struct row *row = &rows[i];

		grammar->longs[i] = (struct option){row->name, row->value, NULL, row->letter ? row->letter : LONG_ONLY + (int)i};
		if (!row->letter)
			continue;
		*letter++ = row->letter;
		if (row->value == required_argument)
			*letter++ = ':';
	}
}

static const struct row *find_row(int option)
{
	if (option >= LONG_ONLY)
		return &rows[option - LONG_ONLY];
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].letter == option)
			return &rows[i];
	return NULL;
}

static bool has_meaning(const struct parse *parse, const struct row *row)
{
	return !row->takes || row->takes & parse->command->takes;
}

static enum options_result take_row(struct parse *parse, const struct row *row, const char *value)
{
	char *fields = (char *)parse->options;

	if (!has_meaning(parse, row)) {
		char letter[] = {row->letter, '\0'};

		return bad(parse, "%s%s has no meaning here; 'thrace help %s' lists the options that have",
			   row->letter ? "-" : "--", row->letter ? letter : row->name, parse->command->name);
	}
	if (row->take)
		return row->take(parse, value);
	if (row->flag)
		*(bool *)(fields + row->flag) = true;
	else
		*(const char **)(fields + row->text) = value;
	return OPTIONS_GO;
}

static enum options_result unknown_option(struct parse *parse, const char *word)
{
	const char *names[ROWS + 1] = {NULL};
	const char *nearest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (has_meaning(parse, &rows[i]))
			names[count++] = rows[i].name;
	if (!strncmp(word, "--", 2))
		nearest = nearest_name(word + 2, names);
	if (nearest)
		return bad(parse, "there is no option %.32s; did you mean --%s?", word, nearest);
	if (optopt > 0 && optopt < 128 && strncmp(word, "--", 2))
		return bad(parse, "there is no option -%c; 'thrace help %s' lists those there are",
			   optopt < 32 || optopt == 127 ? '?' : optopt, parse->command->name);
	return bad(parse, "there is no option %.32s; 'thrace help %s' lists those there are", word,
		   parse->command->name);
}

static enum options_result take_option(struct parse *parse, int option, const char *word)
{
	const struct row *row = find_row(option);

	if (option == ':')
		return bad(parse, "%.32s needs a value after it", word);
	return row ? take_row(parse, row, optarg) : unknown_option(parse, word);
}

static enum options_result take_file(struct parse *parse, int argc, char **argv)
{
	if (optind == argc)
		return bad(parse, "which recording? thrace %s FILE", parse->command->name);
	if (optind + 1 < argc)
		return bad(parse, "one recording at a time: '%.32s' is one too many", argv[optind + 1]);
	parse->options->input = argv[optind];
	return OPTIONS_GO;
}

/* A thread's number, before, between or behind the options. */
static enum options_result take_tid(struct parse *parse, int argc, char **argv)
{
	const char *end;

	if (parse->source && strcmp(parse->source, "-i"))
		return bad(parse, "%s has no meaning here: one thread is looked at, by its number", parse->source);
	if (optind == argc)
		return bad(parse, "which thread? Give its number: thrace %s TID; 'thrace tree' lists them",
			   parse->command->name);
	if (!value_id(argv[optind], &parse->options->tid, &end) || *end)
		return bad(parse, "'%.32s' is no thread id: it is a number from 1 to %d", argv[optind], ID_LAST);
	if (optind + 1 < argc)
		return bad(parse, "one thread at a time: '%.32s' is one too many", argv[optind + 1]);
	return OPTIONS_GO;
}

/* "--" and the program to start, or nothing. */
static enum options_result take_launch(struct parse *parse, int argc, char **argv)
{
	bool dashes = optind > 1 && !strcmp(argv[optind - 1], "--");

	if (optind < argc && !dashes && !(parse->command->takes & TAKES_SOURCE))
		return bad(parse, "'%.32s' is no option, and nothing else is taken; 'thrace help %s' tells more", argv[optind],
			   parse->command->name);
	if (optind < argc && !dashes)
		return bad(parse, "'%.32s' is no option; a program to start follows --: thrace %s -- %.32s", argv[optind],
			   parse->command->name, argv[optind]);
	if (!dashes)
		return OPTIONS_GO;
	if (!(parse->command->takes & TAKES_SOURCE))
		return bad(parse, "-- CMD has no meaning here: this command starts no program");
	if (optind == argc)
		return bad(parse, "-- needs the program to start after it");
	parse->options->target.launch = argv + optind;
	return name_source(parse, "-- CMD");
}

/* What no option by itself can tell. */
static enum options_result check_together(struct parse *parse)
{
	const struct options *options = parse->options;

	if (options->at && !options->input)
		return bad(parse, "--at is for a recording: give one with -i FILE");
	if (options->target.launch_user && !options->target.launch)
		return bad(parse, "--user is for a program to be started: it goes with -- CMD");
	if ((parse->command->takes & TAKES_SOURCE) && !parse->source)
		return bad(parse, "whom to observe? Give one of -p PID, -n GLOB, -a, -i FILE or -- CMD");
	return OPTIONS_GO;
}

/* What stands behind the options. */
static enum options_result take_rest(struct parse *parse, int argc, char **argv)
{
	enum options_result result;

	if (parse->command->takes & TAKES_TID)
		return take_tid(parse, argc, argv);
	if (parse->command->takes & TAKES_FILE)
		return take_file(parse, argc, argv);
	result = take_launch(parse, argc, argv);
	return result == OPTIONS_GO ? check_together(parse) : result;
}

enum options_result options_parse(const struct command *command, int argc, char **argv, struct options *options)
{
	struct parse parse = {.command = command, .options = options};
	enum options_result result = OPTIONS_GO;
	struct grammar grammar;

	*options = (struct options){0};
	grammar_fill(&grammar, command->takes & (TAKES_FILE | TAKES_TID));
	optind = 0; /* getopt begins anew: tests parse more than once */
	opterr = 0;
	while (result == OPTIONS_GO) {
		const char *word = argv[optind ? optind : 1];
		int option = getopt_long(argc, argv, grammar.letters, grammar.longs, NULL);

		if (option < 0)
			break;
		result = take_option(&parse, option, word);
	}
	if (result == OPTIONS_GO)
		result = take_rest(&parse, argc, argv);
	return result;
}
