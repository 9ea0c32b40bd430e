/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The grammar of sources and options.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/cmd/source_options.h"

static char said[512]; /* the last failure's line */

/* Stands in for main.c's, so that a failure's words can be looked at. */
int command_fail(const struct command *command, enum status status, const char *format, ...)
{
	va_list args;

	(void)command;
	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	return status;
}

int command_help(const struct command *command)
{
	(void)command;
	return 0;
}

static enum options_result parse(struct options *options, unsigned int takes, const char *line)
{
	struct command command = {.name = "test", .takes = takes};
	static char copy[1024]; /* options point into it */
	static char *argv[64];
	char *rest = copy;
	int argc = 0;

	snprintf(copy, sizeof(copy), "test %.1000s", line);
	*said = '\0';
	while ((argv[argc] = strsep(&rest, " ")))
		argc += *argv[argc] != '\0';
	return options_parse(&command, argc, argv, options);
}

static void accept(struct options *options, const char *line)
{
	if (parse(options, TAKES_SOURCE | TAKES_OUTPUT, line) != OPTIONS_GO)
		fail_msg("refused: %s: %s", line, said);
}

static void refuse(const char *line, const char *words)
{
	struct options options;

	assert_int_equal(parse(&options, TAKES_SOURCE, line), OPTIONS_BAD);
	if (!strstr(said, words))
		fail_msg("%s: said '%s', not '%s'", line, said, words);
	assert_null(strchr(said, '\n'));
}

static void test_sources(void **state)
{
	struct options options;

	(void)state;
	accept(&options, "-p 1,22 -p 333");
	assert_int_equal(options.target.pids_count, 3);
	assert_int_equal(options.target.pids[2], 333);
	accept(&options, "--name post* --no-follow");
	assert_string_equal(options.target.glob, "post*");
	assert_true(options.target.no_follow);
	accept(&options, "-a");
	assert_true(options.target.all);
	accept(&options, "-d 2.5 --json -- ls -l --color=never");
	assert_string_equal(options.target.launch[0], "ls");
	assert_string_equal(options.target.launch[2], "--color=never");
	assert_null(options.target.launch[3]);
	assert_int_equal(options.duration_ns, 2500000000);
	assert_true(options.json);
}

static void test_printing(void **state)
{
	struct options options;

	(void)state;
	accept(&options, "-a --color=always --source procfs -v -o out");
	assert_int_equal(options.colour, COLOUR_ALWAYS);
	assert_int_equal(options.source, SOURCE_PROCFS);
	assert_true(options.verbose);
	assert_string_equal(options.output, "out");
	assert_int_equal(parse(&options, TAKES_SOURCE, "-h"), OPTIONS_DONE);
}

static void test_bad_sources(void **state)
{
	(void)state;
	refuse("", "whom to observe");
	refuse("-p 1 -a", "two sources, -p and -a");
	refuse("-n x -- ls", "two sources, -n and -- CMD");
	refuse("--", "needs the program");
	refuse("ls", "follows --");
	refuse("-p 0", "no process id");
	refuse("-p 1,", "no process id");
	refuse("-p -1", "no process id");
	refuse("-p +1", "no process id");
	refuse("-p 1x", "no process id");
	refuse("-p 4194305", "no process id");
	refuse("-p 99999999999999999999", "no process id");
	refuse("-n 12345678901234567890123456789012", "pattern of 1 to 31");
}

static void test_bad_options(void **state)
{
	struct options options;

	(void)state;
	refuse("-a -d 0", "no duration");
	refuse("-a -d -1", "no duration");
	refuse("-a -d nan", "no duration");
	refuse("-a -d inf", "no duration");
	refuse("-a -d 1s", "no duration");
	refuse("-a --color=blue", "auto, always or never");
	refuse("-a --source=file", "auto, bpf or procfs");
	refuse("-a -o file", "-o has no meaning here");
	refuse("-a -Z", "no option -Z");
	refuse("-a --jsn", "did you mean --json?");
	refuse("-a --wacth", "no option --wacth; 'thrace help"); /* --watch would have no meaning here */
	refuse("-a --zzzzzz", "no option --zzzzzz");
	refuse("-p", "needs a value");
	assert_int_equal(parse(&options, 0, "-p 1"), OPTIONS_BAD);
	assert_int_equal(parse(&options, 0, "--json"), OPTIONS_GO);
}

static void test_many_pids(void **state)
{
	char line[8192] = "-p 1";
	struct options options;

	(void)state;
	for (int i = 0; i < 240; i++)
		strcat(line, ",1");
	accept(&options, line);
	assert_int_equal(options.target.pids_count, 241);
}

static void test_nearest(void **state)
{
	static const char *const names[] = {"run", "trace", "stat", "tree", "doctor", NULL};

	(void)state;
	assert_string_equal(nearest_name("trase", names), "trace");
	assert_string_equal(nearest_name("sata", names), "stat");
	assert_string_equal(nearest_name("docter", names), "doctor");
	assert_string_equal(nearest_name("rnu", names), "run");
	assert_null(nearest_name("xyzzy", names));
	assert_null(nearest_name("", names));
	assert_null(nearest_name("a-name-that-is-longer-than-any-command", names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sources),	cmocka_unit_test(test_printing),
	    cmocka_unit_test(test_bad_sources), cmocka_unit_test(test_bad_options),
	    cmocka_unit_test(test_many_pids),	cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
