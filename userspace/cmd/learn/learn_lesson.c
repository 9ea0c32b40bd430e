// SPDX-License-Identifier: GPL-2.0-only
/* One lesson: the idea, the source, a question, the runs with what they showed, the answer. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "userspace/cmd/learn/learn.h"

/* A lesson on its way over a page. */
struct telling {
	struct learn *learn;
	const struct lesson *lesson;
	const struct page_ops *ops;
	void *page;
	size_t guess; /* from 1; 0: none */
};

__attribute__((format_arg(2))) static const char *word(const struct telling *telling,
						       const char *text)
{
	return tr(&telling->learn->course, text);
}

static void show_source(const struct telling *telling)
{
	char *source, *title, *text;

	if (!telling->lesson->program)
		return;
	source = course_source(&telling->learn->course, telling->lesson);
	if (!source)
		return;
	/* The licence's line is no part of the lesson. */
	text = source;
	if (!strncmp(text, "// SPDX", 7) && strchr(text, '\n'))
		text = strchr(text, '\n') + 1;
	if (asprintf(&title, word(telling, "The program: %s.c"), telling->lesson->program) >= 0) {
		telling->ops->heading(telling->page, title);
		free(title);
	}
	telling->ops->source(telling->page, text);
	free(source);
}

/* Returns false when the student wants to leave. */
static bool ask(struct telling *telling)
{
	const struct lesson *lesson = telling->lesson;
	const char *choices[LESSON_CHOICES];
	char line[64];

	telling->ops->heading(telling->page, word(telling, "What do you think?"));
	telling->ops->paragraph(telling->page, word(telling, lesson->question));
	for (size_t i = 0; i < lesson->choices_count; i++)
		choices[i] = word(telling, lesson->choices[i]);
	telling->ops->choices(telling->page, choices, lesson->choices_count);
	if (!telling->learn->asks)
		return true;

	for (;;) {
		printf("\n");
		printf(word(telling, "Your prediction (1 to %zu; Enter skips, q leaves): "),
		       lesson->choices_count);
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin) || *line == 'q')
			return false;
		telling->guess = strtoul(line, NULL, 10);
		if (*line == '\n' || (telling->guess && telling->guess <= lesson->choices_count))
			return true;
	}
}

/* Once: that 5 s in the text are not 5 s in the figures. */
static void show_speed(const struct telling *telling)
{
	struct learn *learn = telling->learn;
	char *text;

	if (learn->told_speed || learn->speed == 1)
		return;
	learn->told_speed = true;
	if (asprintf(&text,
		     word(telling, "The lesson's seconds pass %g times as fast here (--speed)."),
		     learn->speed) < 0)
		return;
	telling->ops->note(telling->page, text);
	free(text);
}

/* "thrace run -- p16 --swap" */
static void show_command(const struct telling *telling, const struct lesson_run *run)
{
	char line[512] = "thrace";
	size_t used = strlen(line);

	if (!run->shown)
		used += snprintf(line + used, sizeof(line) - used, " run --");
	for (char *const *one = run->words; *one && used < sizeof(line); one++)
		used += snprintf(line + used, sizeof(line) - used, " %s",
				 **one == '@' || **one == '~' ? *one + 1 : *one);
	if (run->caption)
		telling->ops->heading(telling->page, word(telling, run->caption));
	telling->ops->command(telling->page, line);
}

/* What the run showed, with its numbers. */
static void show_facts(const struct telling *telling, const struct lesson_run *run,
		       const struct model *model)
{
	bool unknown = false;
	char *text;

	if (!run->see)
		return;
	text = facts_put(&telling->learn->course, model, word(telling, run->see), &unknown);
	if (!text)
		return;
	telling->ops->heading(telling->page, word(telling, "What happened"));
	telling->ops->paragraph(telling->page, text);
	if (unknown)
		telling->ops->note(
		    telling->page,
		    word(telling, "A ? stands for what this way of looking did not see."));
	free(text);
}

static void show_trust(struct telling *telling, const struct model *model)
{
	struct learn *learn = telling->learn;

	if (model->begin.source != BEGIN_SOURCE_PROCFS || learn->told_sampling)
		return;
	learn->told_sampling = true;
	telling->ops->note(telling->page,
			   word(telling,
				"Seen without privilege: /proc was looked at 50 times a second. "
				"What was shorter than that, who woke "
				"whom, and many a reason for a wait were not seen. As root, "
				"'thrace learn' sees them all."));
	if (*learn->fallback)
		telling->ops->note(telling->page, learn->fallback);
}

/* The note on columns that are in English for those who read the rest in another language; "" when
 * there is none. */
#define GLOSSARY N_("THREAD, CREATED BY, LIFE, RUNNING, READY, BLOCKED, MOSTLY BLOCKED IN, ENDED")

static void show_report(struct telling *telling, const struct model *model)
{
	const char *glossary = word(telling, GLOSSARY);

	telling->ops->report(telling->page, model);
	if (strcmp(glossary, GLOSSARY) && !telling->learn->told_glossary) {
		telling->ops->note(telling->page, glossary);
		telling->learn->told_glossary = true;
	}
	show_trust(telling, model);
}

/*
 * BPF first; where it cannot be had, /proc from then on, and the reason is told once. Anything else
 * that goes wrong is the program's own.
 */
static int run_observed(struct telling *telling, struct capture *capture, char *const *argv)
{
	struct learn *learn = telling->learn;
	const bool may_fall_back = learn->source == SOURCE_AUTO;
	int status =
	    capture_run(capture, learn->command, argv, may_fall_back ? SOURCE_BPF : learn->source);

	if (status == STATUS_FAILED && may_fall_back) {
		snprintf(learn->fallback, sizeof(learn->fallback), "%.*s",
			 (int)strcspn(capture->output, "\n"), capture->output);
		learn->source = SOURCE_PROCFS;
		capture_free(capture);
		*capture = (struct capture){
		    .stop_s = capture->stop_s, .draws = capture->draws, .strip = capture->strip};
		status = capture_run(capture, learn->command, argv, SOURCE_PROCFS);
	}
	if (status != STATUS_GOOD)
		fwrite(capture->output, 1, capture->output_bytes, stderr);
	return status;
}

/* The run itself, in a process of its own: returns its status. */
static int observe_and_tell(struct telling *telling, const struct lesson_run *run)
{
	struct learn *learn = telling->learn;
	struct capture capture = {
	    .stop_s = run->stop_s / learn->speed,
	    .draws = telling->ops->picture != NULL,
	};
	char *argv[LESSON_WORDS + 1] = {NULL}, program[PATH_MAX + 64];
	int status;

	snprintf(program, sizeof(program), "%s/%s", learn->course.programs, run->words[0]);
	memcpy(argv, run->words, sizeof(run->words));
	argv[0] = program;
	if (learn->asks)
		capture.strip = strip_open(telling->page, &learn->course);
	status = run_observed(telling, &capture, argv);
	if (status == STATUS_GOOD && capture.session.interrupted)
		status = STATUS_SIGNAL + capture.session.interrupted;
	if (status == STATUS_GOOD) {
		if (!capture.strip)
			telling->ops->output(telling->page, learn, capture.output,
					     capture.output_bytes);
		if (capture.picture)
			telling->ops->picture(telling->page, capture.picture,
					      capture.picture_bytes);
		show_report(telling, capture.session.model);
		show_facts(telling, run, capture.session.model);
	}
	strip_close(capture.strip);
	capture_free(&capture);
	if (fflush(NULL) && errno != EPIPE && status == STATUS_GOOD)
		status = command_fail(learn->command, STATUS_FAILED, "cannot write the lesson: %s",
				      strerror(errno));
	return status;
}

/*
 * An observation gives up, for good, what it no longer needs once it has begun: programs could be
 * started no more. So each is made by a child, which writes its part of the page and ends. Ctrl-C
 * is the child's to answer.
 */
static int tell_run(struct telling *telling, const struct lesson_run *run)
{
	void (*before)(int);
	int status = 0;
	pid_t child;

	show_speed(telling);
	show_command(telling, run);
	fflush(NULL);
	child = fork();
	if (child < 0)
		return command_fail(telling->learn->command, STATUS_FAILED,
				    "cannot run the lesson: %s", strerror(errno));
	if (!child)
		_exit(observe_and_tell(telling, run));
	before = signal(SIGINT, SIG_IGN);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	signal(SIGINT, before);
	/* The child has told these. */
	telling->learn->told_sampling = telling->learn->told_glossary = true;
	return WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* One of thrace's own commands; "@parts" is a lesson's program, "~1.5" so many of a lesson's
 * seconds. */
static int tell_shown(struct telling *telling, const struct lesson_run *run)
{
	struct learn *learn = telling->learn;
	char *argv[LESSON_WORDS + 2] = {learn->course.thrace}, program[PATH_MAX + 64], seconds[32],
				  *output;
	size_t bytes;
	int status;

	for (size_t i = 0; run->words[i]; i++) {
		argv[i + 1] = run->words[i];
		if (*run->words[i] == '@') {
			snprintf(program, sizeof(program), "%s/%s", learn->course.programs,
				 run->words[i] + 1);
			argv[i + 1] = program;
		} else if (*run->words[i] == '~') {
			snprintf(seconds, sizeof(seconds), "%.3f",
				 atof(run->words[i] + 1) / learn->speed);
			argv[i + 1] = seconds;
		}
	}
	show_command(telling, run);
	status = capture_command(argv, &output, &bytes);
	if (status == STATUS_GOOD)
		telling->ops->output(telling->page, learn, output, bytes);
	else
		telling->ops->note(telling->page,
				   word(telling, "This command could not be run here."));
	free(output);
	if (status == STATUS_GOOD && run->see) {
		telling->ops->heading(telling->page, word(telling, "What happened"));
		telling->ops->paragraph(telling->page, word(telling, run->see));
	}
	return STATUS_GOOD;
}

static void tell_answer(const struct telling *telling)
{
	const struct lesson *lesson = telling->lesson;
	const char *right = word(telling, lesson->choices[lesson->right - 1]);
	char *title;
	int length;

	if (!telling->guess)
		length =
		    asprintf(&title, word(telling, "The answer: %zu, %s"), lesson->right, right);
	else if (telling->guess == lesson->right)
		length = asprintf(&title, word(telling, "You said %zu, and so it was: %s"),
				  lesson->right, right);
	else
		length = asprintf(&title, word(telling, "You said %zu. It was %zu: %s"),
				  telling->guess, lesson->right, right);
	if (length < 0)
		return;
	telling->ops->answer(telling->page, title, word(telling, lesson->because));
	free(title);
}

int learn_lesson(struct learn *learn, const struct lesson *lesson, const struct page_ops *ops,
		 void *page)
{
	struct telling telling = {.learn = learn, .lesson = lesson, .ops = ops, .page = page};
	int status = STATUS_GOOD, error = ops->begin(page, learn, lesson);

	if (!error) {
		ops->paragraph(page, word(&telling, lesson->idea));
		show_source(&telling);
		if (!ask(&telling))
			return STATUS_GOOD;
		for (size_t i = 0; i < lesson->runs_count && status == STATUS_GOOD; i++)
			status = lesson->runs[i].shown ? tell_shown(&telling, &lesson->runs[i])
						       : tell_run(&telling, &lesson->runs[i]);
		if (status == STATUS_GOOD)
			tell_answer(&telling);
		error = ops->end(page);
	}
	if (!error || error == -EPIPE || status != STATUS_GOOD)
		return status;
	return command_fail(learn->command, STATUS_FAILED, "cannot write the lesson: %s",
			    strerror(-error));
}
