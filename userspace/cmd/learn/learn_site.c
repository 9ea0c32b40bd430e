// SPDX-License-Identifier: GPL-2.0-only
/* The course as a site: a list, and a page for each lesson with its recorded runs. One folder, no
 * script, no network. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "userspace/cmd/learn/learn_page.h"
#include "userspace/util/out_file.h"

static int fail(const struct learn *learn, const char *path, int error)
{
	char why[256];

	return command_fail(learn->command, STATUS_FAILED, "%s",
			    out_file_explain(path, error, why, sizeof(why)));
}

static void put_link(FILE *out, const struct learn *learn, const struct lesson *lesson)
{
	const char *title = tr(&learn->course, lesson->title);
	char name[PAGE_NAME_BYTES];

	fprintf(out, "<a href=\"%s\">", page_name(lesson, name));
	page_escape(out, title, strlen(title));
	fputs("</a>", out);
}

static void put_list(FILE *out, const struct learn *learn)
{
	const struct course *course = &learn->course;
	const char *title = tr(course, "Processes and threads, seen"), *chapter = NULL;

	page_top(out, learn, title);
	fprintf(out, "<h1>%s</h1>\n<p>%s</p>\n", title,
		tr(course,
		   "Each lesson has an idea, a program, and a question; then the program runs, and "
		   "you see what its "
		   "threads really did."));
	for (size_t i = 0; i < course->lessons_count; i++) {
		const struct lesson *lesson = &course->lessons[i];

		if (!chapter || strcmp(chapter, lesson->chapter))
			fprintf(out, "%s<h2>%s</h2>\n<ul class=\"lessons\">\n",
				chapter ? "</ul>\n" : "", tr(course, lesson->chapter));
		chapter = lesson->chapter;
		fprintf(out, "<li><span class=\"number\">%u</span>", lesson->number);
		put_link(out, learn, lesson);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
	page_bottom(out);
}

/* Where to go from a lesson: back, on, and to the list. */
static void put_ways(FILE *out, const struct learn *learn, size_t at)
{
	const struct course *course = &learn->course;

	fputs("<nav class=\"nav\">", out);
	if (at) {
		fputs("<span>← ", out);
		put_link(out, learn, &course->lessons[at - 1]);
		fputs("</span>", out);
	}
	fprintf(out, "<a href=\"index.html\">%s</a>", tr(course, "All lessons"));
	if (at + 1 < course->lessons_count) {
		fputs("<span>", out);
		put_link(out, learn, &course->lessons[at + 1]);
		fputs(" →</span>", out);
	}
	fputs("</nav>\n", out);
}

static int write_list(const struct learn *learn)
{
	char path[PATH_MAX];
	struct out_file file;
	int error;

	snprintf(path, sizeof(path), "%s/index.html", learn->html);
	error = out_file_open(&file, path, true);
	if (!error) {
		put_list(file.stream, learn);
		error = out_file_close(&file);
	}
	return error ? fail(learn, path, error) : STATUS_GOOD;
}

static int write_lesson(struct learn *learn, size_t at)
{
	const struct lesson *lesson = &learn->course.lessons[at];
	struct html_page page = {.learn = learn};
	char path[PATH_MAX], name[PAGE_NAME_BYTES];
	struct out_file file;
	int error, status;

	snprintf(path, sizeof(path), "%s/%s", learn->html, page_name(lesson, name));
	error = out_file_open(&file, path, true);
	if (error)
		return fail(learn, path, error);
	/* Each page stands by itself, and so do its notes. */
	learn->told_sampling = learn->told_glossary = learn->told_speed = false;
	page.out = file.stream;
	status = learn_lesson(learn, lesson, &page_html_ops, &page);
	if (status != STATUS_GOOD) {
		out_file_abandon(&file);
		return status;
	}
	put_ways(file.stream, learn, at);
	page_bottom(file.stream);
	error = out_file_close(&file);
	return error ? fail(learn, path, error) : STATUS_GOOD;
}

int learn_site(struct learn *learn)
{
	int status;

	if (strlen(learn->html) + PAGE_NAME_BYTES >= PATH_MAX)
		return fail(learn, learn->html, -ENAMETOOLONG);
	if (mkdir(learn->html, 0755) && errno != EEXIST)
		return command_fail(learn->command, STATUS_FAILED,
				    "cannot make the folder '%.200s': %s", learn->html,
				    strerror(errno));
	for (size_t i = 0; i < learn->course.lessons_count; i++) {
		fprintf(stderr, "%3zu of %zu  %s\n", i + 1, learn->course.lessons_count,
			tr(&learn->course, learn->course.lessons[i].title));
		status = write_lesson(learn, i);
		if (status != STATUS_GOOD)
			return status;
	}
	status = write_list(learn);
	if (status == STATUS_GOOD)
		printf(tr(&learn->course, "The course is written; begin with %s/index.html\n"),
		       learn->html);
	return status;
}
