// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/source_options.h"
#include "bpf/abi/config.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#define PID_LAST       4194304 /* PID_MAX_LIMIT of a 64-bit kernel */
#define DURATION_MAX_S 1e9
#define SIZE_LEAST     65536
#define SIZE_MOST      1e18

enum long_only {
	OPTION_JSON = 256,
	OPTION_COLOUR,
	OPTION_SOURCE,
	OPTION_NO_FOLLOW,
	OPTION_TO,
	OPTION_FROM,
	OPTION_AT,
	OPTION_USER,
	OPTION_WATCH,
	OPTION_STACKS,
	OPTION_QUICK,
	OPTION_RECORD,
	OPTION_MAX_SIZE,
	OPTION_FLIGHT,
};

static const struct option long_options[] = {
    {"pid", required_argument, NULL, 'p'},
    {"name", required_argument, NULL, 'n'},
    {"all", no_argument, NULL, 'a'},
    {"input", required_argument, NULL, 'i'},
    {"duration", required_argument, NULL, 'd'},
    {"no-follow", no_argument, NULL, OPTION_NO_FOLLOW},
    {"at", required_argument, NULL, OPTION_AT},
    {"user", optional_argument, NULL, OPTION_USER},
    {"watch", no_argument, NULL, OPTION_WATCH},
    {"stacks", no_argument, NULL, OPTION_STACKS},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"quick", no_argument, NULL, OPTION_QUICK},
    {"output", required_argument, NULL, 'o'},
    {"to", required_argument, NULL, OPTION_TO},
    {"from", required_argument, NULL, OPTION_FROM},
    {"record", required_argument, NULL, OPTION_RECORD},
    {"max-size", required_argument, NULL, OPTION_MAX_SIZE},
    {"flight", required_argument, NULL, OPTION_FLIGHT},
    {"force", no_argument, NULL, 'f'},
    {"json", no_argument, NULL, OPTION_JSON},
    {"color", required_argument, NULL, OPTION_COLOUR},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

/* What the parsing carries from option to option. */
struct parse {
	const struct command *command;
	unsigned int takes;
	struct options *options;
	const char *source; /* the option that named the source; NULL: none yet */
};

#define bad(parse, ...) (command_fail((parse)->command, STATUS_USAGE, __VA_ARGS__), OPTIONS_BAD)

static enum options_result name_source(struct parse *parse, const char *option)
{
	if (!(parse->takes & TAKES_SOURCE))
		return bad(parse, "%s has no meaning here: this command observes no program",
			   option);
	if (parse->source && strcmp(parse->source, option))
		return bad(parse, "two sources, %s and %s: give one of -p, -n, -a, -i or -- CMD",
			   parse->source, option);
	parse->source = option;
	return OPTIONS_GO;
}

static enum options_result parse_pids(struct parse *parse, const char *list)
{
	struct target *target = &parse->options->target;

	while (true) {
		char *end;
		unsigned long pid = strtoul(list, &end, 10);

		if (*list < '0' || *list > '9' || !pid || pid > PID_LAST || (*end && *end != ','))
			return bad(parse,
				   "'%.32s' is no process id: -p takes numbers from 1 to %d, "
				   "separated by commas",
				   list, PID_LAST);
		if (target->pids_count == CONFIG_PIDS_MAX)
			return bad(parse, "more than %d process ids: -a or -n observes more",
				   CONFIG_PIDS_MAX);
		target->pids = parse->options->pids;
		parse->options->pids[target->pids_count++] = (uint32_t)pid;
		if (!*end)
			return OPTIONS_GO;
		list = end + 1;
	}
}

static enum options_result parse_glob(struct parse *parse, const char *glob)
{
	if (!*glob || strlen(glob) >= CONFIG_GLOB_BYTES)
		return bad(parse,
			   "-n takes a pattern of 1 to %d bytes; the kernel keeps 15 of a name",
			   CONFIG_GLOB_BYTES - 1);
	parse->options->target.glob = glob;
	return OPTIONS_GO;
}

static enum options_result parse_duration(struct parse *parse, const char *text)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds < 1e-3 || seconds > DURATION_MAX_S)
		return bad(
		    parse,
		    "'%.32s' is no duration: -d takes seconds from 0.001 to 1e9, as in -d 2.5",
		    text);
	parse->options->duration_ns = (uint64_t)(seconds * 1e9);
	return OPTIONS_GO;
}

/* The number that text begins with, times the factor of the letter that ends it. False: it is none, or is not positive. */
static bool parse_units(const char *text, const char *letters, const double *factors, double *number)
{
	const char *letter;
	char *end;

	*number = strtod(text, &end);
	if (end == text || !isfinite(*number) || *number <= 0)
		return false;
	letter = *end ? strchr(letters, *end | 0x20) : NULL;
	if (letter)
		*number *= factors[letter - letters];
	return letter ? !end[1] : !*end;
}

static enum options_result not_taken(struct parse *parse)
{
	return bad(parse, "this command takes no such option; 'thrace help %s' lists those it does",
		   parse->command->name);
}

/* Seconds since the beginning. */
static bool parse_moment(const char *text, uint64_t *moment_ns)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds < 0 || seconds > DURATION_MAX_S)
		return false;
	*moment_ns = (uint64_t)(seconds * 1e9);
	return true;
}

static enum options_result parse_at(struct parse *parse, const char *text)
{
	if (!parse_moment(text, &parse->options->at_ns))
		return bad(parse,
			   "'%.32s' is no moment: --at takes seconds since the recording's beginning, "
			   "as in --at 2.5",
			   text);
	parse->options->at = true;
	return OPTIONS_GO;
}

/* timeline: where the window begins, or ends. */
static enum options_result parse_window(struct parse *parse, int option, const char *text)
{
	struct options *options = parse->options;
	bool from = option == OPTION_FROM;
	const char *name = from ? "--from" : "--to";

	if (!(parse->takes & TAKES_WINDOW))
		return not_taken(parse);
	if (!parse_moment(text, from ? &options->from_ns : &options->to_ns) ||
	    (!from && !options->to_ns))
		return bad(parse,
			   "'%.32s' is no moment: %s takes seconds since the beginning, as in %s 2.5",
			   text, name, name);
	if (options->to_ns && options->from_ns >= options->to_ns)
		return bad(parse, "the window ends before it begins: --from must be less than --to");
	return OPTIONS_GO;
}

static enum options_result parse_size(struct parse *parse, const char *text)
{
	static const double factors[] = {1 << 10, 1 << 20, 1 << 30, 1099511627776.0};
	double bytes;

	if (!parse_units(text, "kmgt", factors, &bytes) || bytes < SIZE_LEAST || bytes > SIZE_MOST)
		return bad(parse,
			   "'%.32s' is no size: --max-size takes 64K or more, as in --max-size 500M",
			   text);
	parse->options->max_bytes = (uint64_t)bytes;
	return OPTIONS_GO;
}

static enum options_result parse_flight(struct parse *parse, const char *text)
{
	static const double factors[] = {1, 60, 3600};
	double seconds;

	if (!parse_units(text, "smh", factors, &seconds) || seconds < 0.1 || seconds > 86400)
		return bad(
		    parse,
		    "'%.32s' is no time to keep: --flight takes 0.1s to 24h, as in --flight 30s",
		    text);
	parse->options->flight_ns = (uint64_t)(seconds * 1e9);
	return OPTIONS_GO;
}

/* Which of three words it is, or -1. */
static int one_of(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

static enum options_result parse_colour(struct parse *parse, const char *word)
{
	static const char *const words[] = {"auto", "always", "never", NULL};
	int which = one_of(word, words);

	if (which < 0)
		return bad(parse, "--color takes auto, always or never, not '%.32s'", word);
	parse->options->colour = (enum colour_mode)which;
	return OPTIONS_GO;
}

static enum options_result parse_choice(struct parse *parse, const char *word)
{
	static const char *const words[] = {"auto", "bpf", "procfs", NULL};
	int which = one_of(word, words);

	if (which < 0)
		return bad(parse, "--source takes auto, bpf or procfs, not '%.32s'", word);
	parse->options->source = (enum source_choice)which;
	return OPTIONS_GO;
}

static enum options_result unknown_option(struct parse *parse, const char *word)
{
	const char *names[sizeof(long_options) / sizeof(*long_options)];
	const char *nearest = NULL;
	size_t count = 0;

	for (const struct option *option = long_options; option->name; option++)
		names[count++] = option->name;
	names[count] = NULL;
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

static enum options_result source_option(struct parse *parse, int option)
{
	static const char *const names[] = {"-p", "-n", "-a", "-i"};
	const char *name = names[option == 'p' ? 0 : option == 'n' ? 1 : option == 'a' ? 2 : 3];
	enum options_result result = name_source(parse, name);

	if (result != OPTIONS_GO)
		return result;
	if (option == 'p')
		return parse_pids(parse, optarg);
	if (option == 'n')
		return parse_glob(parse, optarg);
	if (option == 'i')
		parse->options->input = optarg;
	else
		parse->options->target.all = true;
	return OPTIONS_GO;
}

/* record's own. */
static enum options_result limits_option(struct parse *parse, int option)
{
	if (!(parse->takes & (option == 'f' ? TAKES_LIMITS | TAKES_FORMAT : TAKES_LIMITS)))
		return not_taken(parse);
	if (option == OPTION_MAX_SIZE)
		return parse_size(parse, optarg);
	if (option == OPTION_FLIGHT)
		return parse_flight(parse, optarg);
	parse->options->overwrite = true;
	return OPTIONS_GO;
}

/* Without a name: who called sudo. */
static enum options_result parse_user(struct parse *parse, const char *user)
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

static enum options_result observing_option(struct parse *parse, int option)
{
	if (option == 'o' ? !(parse->takes & TAKES_OUTPUT) : !(parse->takes & TAKES_SOURCE))
		return not_taken(parse);
	if (option == 'd')
		return parse_duration(parse, optarg);
	if (option == OPTION_USER)
		return parse_user(parse, optarg);
	if (option == OPTION_SOURCE)
		return parse_choice(parse, optarg);
	if (option == 'o')
		parse->options->output = optarg;
	else if (option == OPTION_RECORD)
		parse->options->record = optarg;
	else
		parse->options->target.no_follow = true;
	return OPTIONS_GO;
}

static enum options_result waits_option(struct parse *parse, int option)
{
	if (!(parse->takes & TAKES_WAITS))
		return bad(parse, "%s has no meaning here: it is an option of 'thrace waits'",
			   option == OPTION_WATCH ? "--watch" : "--stacks");
	parse->options->watch |= option == OPTION_WATCH;
	parse->options->stacks |= option == OPTION_STACKS;
	return OPTIONS_GO;
}

static enum options_result take_option(struct parse *parse, int option, const char *word)
{
	switch (option) {
	case 'p':
	case 'n':
	case 'a':
	case 'i':
		return source_option(parse, option);
	case 'f':
	case OPTION_MAX_SIZE:
	case OPTION_FLIGHT:
		return limits_option(parse, option);
	case 'd':
	case 'o':
	case OPTION_RECORD:
	case OPTION_SOURCE:
	case OPTION_NO_FOLLOW:
	case OPTION_USER:
		return observing_option(parse, option);
	case OPTION_FROM:
		return parse_window(parse, option, optarg);
	case OPTION_TO:
		if (!(parse->takes & TAKES_FORMAT))
			return parse_window(parse, option, optarg);
		parse->options->format = optarg;
		return OPTIONS_GO;
	case OPTION_AT:
		if (!(parse->takes & TAKES_AT))
			return not_taken(parse);
		return parse_at(parse, optarg);
	case OPTION_WATCH:
	case OPTION_STACKS:
		return waits_option(parse, option);
	case OPTION_COLOUR:
		return parse_colour(parse, optarg);
	case OPTION_QUICK:
		if (!(parse->takes & TAKES_QUICK))
			return not_taken(parse);
		parse->options->quick = true;
		return OPTIONS_GO;
	case OPTION_JSON:
		parse->options->json = true;
		return OPTIONS_GO;
	case 'v':
		parse->options->verbose = true;
		return OPTIONS_GO;
	case 'h':
		command_help(parse->command);
		return OPTIONS_DONE;
	case 'V':
		printf("thrace %s\n", THRACE_VERSION);
		return OPTIONS_DONE;
	case ':':
		return bad(parse, "%.32s needs a value after it", word);
	default:
		return unknown_option(parse, word);
	}
}

static enum options_result take_file(struct parse *parse, int argc, char **argv)
{
	if (optind == argc)
		return bad(parse, "which recording? thrace %s FILE", parse->command->name);
	if (optind + 1 < argc)
		return bad(parse, "one recording at a time: '%.32s' is one too many",
			   argv[optind + 1]);
	parse->options->input = argv[optind];
	return OPTIONS_GO;
}

/* A thread's number, before, between or behind the options. */
static enum options_result take_tid(struct parse *parse, int argc, char **argv)
{
	char *end;
	unsigned long tid;

	if (parse->source && strcmp(parse->source, "-i"))
		return bad(parse, "%s has no meaning here: one thread is looked at, by its number", parse->source);
	if (optind == argc)
		return bad(parse, "which thread? Give its number: thrace %s TID; 'thrace tree' lists them",
			   parse->command->name);
	tid = strtoul(argv[optind], &end, 10);
	if (*argv[optind] < '0' || *argv[optind] > '9' || !tid || tid > PID_LAST || *end)
		return bad(parse, "'%.32s' is no thread id: it is a number from 1 to %d", argv[optind], PID_LAST);
	if (optind + 1 < argc)
		return bad(parse, "one thread at a time: '%.32s' is one too many", argv[optind + 1]);
	parse->options->tid = (uint32_t)tid;
	return OPTIONS_GO;
}

/* What stands behind the options: nothing, or "--" and the program to start. */
static enum options_result take_rest(struct parse *parse, int argc, char **argv)
{
	bool dashes = optind > 1 && !strcmp(argv[optind - 1], "--");
	enum options_result result;

	if (parse->takes & TAKES_TID)
		return take_tid(parse, argc, argv);
	if (parse->takes & TAKES_FILE)
		return take_file(parse, argc, argv);
	if (optind < argc && !dashes)
		return bad(
		    parse,
		    "'%.32s' is no option; a program to start follows --: thrace %s -- %.32s",
		    argv[optind], parse->command->name, argv[optind]);
	if (dashes && optind == argc)
		return bad(parse, "-- needs the program to start after it");
	if (dashes) {
		result = name_source(parse, "-- CMD");
		if (result != OPTIONS_GO)
			return result;
		parse->options->target.launch = argv + optind;
	}
	if (parse->options->at && !parse->options->input)
		return bad(parse, "--at is for a recording: give one with -i FILE");
	if (parse->options->target.launch_user && !dashes)
		return bad(parse, "--user is for a program to be started: it goes with -- CMD");
	if ((parse->takes & TAKES_SOURCE) && !parse->source)
		return bad(parse, "whom to observe? Give one of -p PID, -n GLOB, -a, -i FILE or -- CMD");
	return OPTIONS_GO;
}

enum options_result options_parse(const struct command *command, unsigned int takes, int argc,
				  char **argv, struct options *options)
{
	struct parse parse = {.command = command, .takes = takes, .options = options};
	enum options_result result = OPTIONS_GO;
	/* What follows a program's name is the program's; a file's name, or a thread's number, may stand anywhere. */
	const char *order = &"+:p:n:ai:d:o:fvhV"[takes & (TAKES_FILE | TAKES_TID) ? 1 : 0];
	int option;

	*options = (struct options){0};
	optind = 0; /* getopt begins anew: tests parse more than once */
	opterr = 0;
	while (result == OPTIONS_GO) {
		const char *word = argv[optind ? optind : 1];

		option = getopt_long(argc, argv, order, long_options, NULL);
		if (option < 0)
			break;
		result = take_option(&parse, option, word);
	}
	if (result == OPTIONS_GO)
		result = take_rest(&parse, argc, argv);
	return result;
}
