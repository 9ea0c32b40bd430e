// SPDX-License-Identifier: GPL-2.0-only
/* Lessons that run and show: the list, one lesson, or the whole course as a site. */
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/learn/learn.h"

#define SPEED_UNWATCHED 10 /* nobody looks on while it runs */

enum long_only { OPTION_LANG = 256, OPTION_HTML, OPTION_SPEED, OPTION_SOURCE, OPTION_COLOUR };

static const struct option long_options[] = {
    {"lang", required_argument, NULL, OPTION_LANG},
    {"html", required_argument, NULL, OPTION_HTML},
    {"speed", required_argument, NULL, OPTION_SPEED},
    {"source", required_argument, NULL, OPTION_SOURCE},
    {"color", required_argument, NULL, OPTION_COLOUR},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

#define bad(learn, ...) (command_fail((learn)->command, STATUS_USAGE, __VA_ARGS__), OPTIONS_BAD)

/* The language that the locale's variables ask for, whether or not the system has that locale. */
static const char *locale_lang(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) ? "en" : "zh";
	}
	return "en";
}

/* The place of a word in a list closed by NULL, or -1. */
static int place(const char *word, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(word, words[i]))
			return i;
	return -1;
}

static enum options_result take_word(struct learn *learn, int option)
{
	static const char *const langs[] = {"en", "zh", NULL},
				 *const sources[] = {"auto", "bpf", "procfs", NULL},
				 *const colours[] = {"auto", "always", "never", NULL};
	const char *const *words = option == OPTION_LANG     ? langs
				   : option == OPTION_SOURCE ? sources
							     : colours;
	const int which = place(optarg, words);

	if (which < 0 && option == OPTION_LANG)
		return bad(learn, "--lang takes en or zh, not '%.32s'", optarg);
	if (which < 0)
		return bad(learn, "--%s takes %s, %s or %s, not '%.32s'",
			   option == OPTION_SOURCE ? "source" : "color", words[0], words[1],
			   words[2], optarg);
	if (option == OPTION_LANG)
		learn->lang = langs[which];
	else if (option == OPTION_SOURCE)
		learn->source = (enum source_choice)which;
	else
		learn->colour = (enum colour_mode)which;
	return OPTIONS_GO;
}

static enum options_result take_speed(struct learn *learn)
{
	char *end;

	learn->speed = strtod(optarg, &end);
	if (end == optarg || *end || !isfinite(learn->speed) || learn->speed < 0.1 ||
	    learn->speed > 100)
		return bad(learn, "'%.32s' is no speed: --speed takes 0.1 to 100 times", optarg);
	return OPTIONS_GO;
}

static enum options_result take_option(struct learn *learn, int option, const char *word)
{
	switch (option) {
	case OPTION_LANG:
	case OPTION_SOURCE:
	case OPTION_COLOUR:
		return take_word(learn, option);
	case OPTION_SPEED:
		return take_speed(learn);
	case OPTION_HTML:
		learn->html = optarg;
		return OPTIONS_GO;
	case 'h':
		command_help(learn->command);
		return OPTIONS_DONE;
	case 'V':
		printf("thrace %s\n", THRACE_VERSION);
		return OPTIONS_DONE;
	case ':':
		return bad(learn, "%.32s needs a value after it", word);
	default:
		return bad(learn,
			   "there is no option %.32s; 'thrace help learn' lists those there are",
			   word);
	}
}

static enum options_result parse(struct learn *learn, int argc, char **argv)
{
	enum options_result result = OPTIONS_GO;
	int option;

	opterr = 0;
	optind = 0;
	while (result == OPTIONS_GO) {
		const char *word = argv[optind ? optind : 1];

		option = getopt_long(argc, argv, ":hV", long_options, NULL);
		if (option < 0)
			break;
		result = take_option(learn, option, word);
	}
	if (result == OPTIONS_GO && learn->html && optind < argc)
		return bad(learn, "--html writes the whole course; it takes no lesson");
	return result;
}

static int list(const struct learn *learn)
{
	const struct course *course = &learn->course;
	const char *chapter = NULL;
	struct text text;

	text_open(&text, stdout, learn->colour);
	text_paragraph(&text, 0, "%s",
		       tr(course,
			  "Each lesson has an idea, a program, and a question; then the program "
			  "runs, and you see "
			  "what its threads really did."));
	for (size_t i = 0; i < course->lessons_count; i++) {
		const struct lesson *lesson = &course->lessons[i];

		if (!chapter || strcmp(chapter, lesson->chapter))
			text_put(&text, STYLE_STRONG, "\n%s\n", tr(course, lesson->chapter));
		chapter = lesson->chapter;
		text_put(&text, STYLE_PLAIN, "  %3u  %-19s%s\n", lesson->number, lesson->name,
			 tr(course, lesson->title));
	}
	text_put(&text, STYLE_PLAIN, "\n");
	text_paragraph(
	    &text, 0, "%s",
	    tr(course, "Begin with: thrace learn 1. A lesson's number or its name will do."));
	return text_finish(&text) ? STATUS_FAILED : STATUS_GOOD;
}

static const struct lesson *next_lesson(const struct course *course, const struct lesson *lesson)
{
	return lesson + 1 < course->lessons + course->lessons_count ? lesson + 1 : NULL;
}

static int lesson_by_word(struct learn *learn, const char *word, bool last)
{
	const struct lesson *lesson = course_find(&learn->course, word), *next;
	struct text text;
	int status;

	if (!lesson)
		return command_fail(
		    learn->command, STATUS_USAGE,
		    "there is no lesson '%.32s'; 'thrace learn' lists those there are", word);
	text_open(&text, stdout, learn->colour);
	status = learn_lesson(learn, lesson, &page_text_ops, &text);
	next = next_lesson(&learn->course, lesson);
	if (status != STATUS_GOOD || !last || !next)
		return status;
	text_put(&text, STYLE_DIM, "%s thrace learn %u  (%s)\n", tr(&learn->course, "Next:"),
		 next->number, tr(&learn->course, next->title));
	return STATUS_GOOD;
}

static int teach(struct learn *learn, int argc, char **argv)
{
	int status = STATUS_GOOD;

	if (learn->html)
		return learn_site(learn);
	if (optind == argc)
		return list(learn);
	for (int i = optind; i < argc && status == STATUS_GOOD; i++)
		status = lesson_by_word(learn, argv[i], i + 1 == argc);
	return status;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct learn learn = {.command = self, .lang = locale_lang()};
	const char *wrong;
	char speed[32];
	int status;

	switch (parse(&learn, argc, argv)) {
	case OPTIONS_DONE:
		return STATUS_GOOD;
	case OPTIONS_BAD:
		return STATUS_USAGE;
	default:
		break;
	}
	/* The language was asked for; a locale that knows ASCII only shall not turn it into
	 * question marks. */
	if (strcmp(learn.lang, "en") && strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
	learn.asks = !learn.html && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (!learn.speed)
		learn.speed = learn.asks ? 1 : SPEED_UNWATCHED;
	snprintf(speed, sizeof(speed), "%g", learn.speed);
	setenv("THRACE_LESSON_SPEED", speed, true);

	wrong = course_open(&learn.course, learn.lang);
	status = wrong ? command_fail(self, STATUS_FAILED, "%s", wrong) : teach(&learn, argc, argv);
	course_close(&learn.course);
	return status;
}

const struct command command_learn = {
    .name = "learn",
    .summary = "lessons on processes and threads that run and show",
    .usage = "[OPTION]... [LESSON]...",
    .text =
	"\nWithout a lesson: lists them, in the tutorial's order. With one (its number or its "
	"name): the idea,\n"
	"the program's source, a question; then the program runs under observation, and what its "
	"threads\n"
	"did is set beside what you thought. Works without privilege, and sees less then.\n"
	"In a pipe nothing is asked.\n"
	"\nOptions:\n"
	"      --lang=en|zh        the language (default: the locale's)\n"
	"      --html DIR          write the whole course, with its runs, as pages into DIR\n"
	"      --speed TIMES       let the lessons' seconds pass so many times as fast (default: "
	"1,\n"
	"                          or 10 when nobody watches)\n"
	"      --source=auto|bpf|procfs  where to look; procfs needs no privilege and samples\n"
	"      --color=auto|always|never  (NO_COLOR is honoured)\n"
	"  -h, --help              this text\n"
	"  -V, --version           the version\n"
	"\nExample:\n  thrace learn 16\n",
    .run_words = run,
};
