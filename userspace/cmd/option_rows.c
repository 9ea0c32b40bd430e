// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/option_rows.h"

#include <getopt.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include "bpf/abi/config.h"
#include "userspace/cmd/option_values.h"

#define DURATION_LEAST_S 1e-3
#define SIZE_LEAST	 65536

enum options_result options_name_source(struct parse *parse, const char *option)
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
	enum options_result result = options_name_source(parse, "-p");

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

/* Of a name that matches. */
static size_t least_bytes(const char *glob)
{
	size_t bytes = 0;

	for (; *glob; glob++)
		bytes += *glob != '*';
	return bytes;
}

static enum options_result take_glob(struct parse *parse, const char *glob)
{
	if (!*glob || strlen(glob) >= CONFIG_GLOB_BYTES)
		return bad(parse, "-n takes a pattern of 1 to %d bytes; the kernel keeps 15 of a name",
			   CONFIG_GLOB_BYTES - 1);
	if (least_bytes(glob) >= ABI_NAME_BYTES)
		return bad(parse, "-n '%.32s' can match nothing: the kernel keeps %d bytes of a name; '%.*s' may be meant", glob,
			   ABI_NAME_BYTES - 1, ABI_NAME_BYTES - 1, glob);
	/* The kernel's side knows no more, and both sources shall find the same. */
	if (strpbrk(glob, "[\\"))
		return bad(parse, "-n '%.32s': a pattern has * for any characters and ? for one; no [ and no backslash", glob);
	parse->options->target.glob = glob;
	return options_name_source(parse, "-n");
}

static enum options_result take_all(struct parse *parse, const char *none)
{
	(void)none;
	parse->options->target.all = true;
	return options_name_source(parse, "-a");
}

static enum options_result take_input(struct parse *parse, const char *path)
{
	parse->options->input = path;
	return options_name_source(parse, "-i");
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

#define FLAG(field) .flag = offsetof(struct options, field)
#define TEXT(field) .text = offsetof(struct options, field)

const struct option_row option_rows[OPTION_ROWS] = {
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
