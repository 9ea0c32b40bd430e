// SPDX-License-Identifier: GPL-2.0-only
/* A command line, read by the rows of its options, and what stands behind them. */
#include "userspace/cmd/source_options.h"

#include <getopt.h>
#include <stddef.h>
#include <string.h>
#include "userspace/cmd/option_rows.h"
#include "userspace/cmd/option_values.h"

#define LONG_ONLY 256 /* and the row: what getopt_long() says of an option without a letter */

/* The rows as getopt_long() wants them. */
struct grammar {
	struct option longs[OPTION_ROWS + 1];
	char letters[2 * OPTION_ROWS + 3];
};

static void grammar_fill(struct grammar *grammar, bool words_anywhere)
{
	char *letter = grammar->letters;

	*grammar = (struct grammar){0};
	/* What follows a program's name is the program's; a file's name, or a thread's number, may stand anywhere. */
	if (!words_anywhere)
		*letter++ = '+';
	*letter++ = ':';
	for (size_t i = 0; i < OPTION_ROWS; i++) {
		const struct option_row *row = &option_rows[i];

		grammar->longs[i] = (struct option){row->name, row->value, NULL, row->letter ? row->letter : LONG_ONLY + (int)i};
		if (!row->letter)
			continue;
		*letter++ = row->letter;
		if (row->value == required_argument)
			*letter++ = ':';
	}
}

static const struct option_row *find_row(int option)
{
	if (option >= LONG_ONLY)
		return &option_rows[option - LONG_ONLY];
	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (option_rows[i].letter == option)
			return &option_rows[i];
	return NULL;
}

static bool has_meaning(const struct parse *parse, const struct option_row *row)
{
	return !row->takes || row->takes & parse->command->takes;
}

static enum options_result take_row(struct parse *parse, const struct option_row *row, const char *value)
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
	const char *names[OPTION_ROWS + 1] = {NULL};
	const char *nearest = NULL;
	size_t count = 0;

	for (size_t i = 0; i < OPTION_ROWS; i++)
		if (has_meaning(parse, &option_rows[i]))
			names[count++] = option_rows[i].name;
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
	const struct option_row *row = find_row(option);

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
	return options_name_source(parse, "-- CMD");
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
