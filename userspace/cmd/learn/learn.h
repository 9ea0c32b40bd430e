/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The parts of `thrace learn`: the course (where its files lie), a lesson (what its file says), a
 * capture (a program run and observed), facts (the numbers of that run, put into the lesson's
 * words), pages (where all of it is shown).
 */
#ifndef THRACE_CMD_LEARN_H
#define THRACE_CMD_LEARN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "userspace/cmd/session.h"
#include "userspace/export/export.h"
#include "userspace/ui/text.h"
#include "userspace/util/catalogue.h"

#define LESSON_CHOICES 4
#define LESSON_RUNS    4
#define LESSON_WORDS   8

/* One program run in a lesson, or (shown) one of thrace's own commands. */
struct lesson_run {
	char *words[LESSON_WORDS + 1]; /* the program and its options, closed by NULL */
	const char *caption;	       /* why; NULL: none */
	const char *see; /* what to see in it, with the facts to be put in; NULL: none */
	double stop_s;	 /* an endless one gets SIGINT after so many lesson's seconds; 0: it ends */
	bool shown;	 /* words are a command of thrace itself */
};

/* What a lesson's file says. Texts are English; the catalogue has the others. */
struct lesson {
	unsigned int number;
	char name[48]; /* as in the file's name: "daemon" */
	const char *chapter, *title, *idea, *question, *because;
	const char *program; /* whose source is shown; NULL: none */
	const char *choices[LESSON_CHOICES];
	size_t choices_count, right; /* right: from 1 */
	struct lesson_run runs[LESSON_RUNS];
	size_t runs_count;
	char *bytes; /* the file's, that all texts point into */
};

/* Where the course's files lie, and its lessons in order. */
struct course {
	char texts[PATH_MAX], programs[PATH_MAX], thrace[PATH_MAX];
	struct lesson *lessons;
	size_t lessons_count;
	struct catalogue *words; /* NULL: English */
};

/* Finds the build's or the installed course and reads every lesson. NULL, or what is wrong, in
 * static storage. */
const char *course_open(struct course *course, const char *lang);
void course_close(struct course *course);
/* By number or by name; NULL: none. */
const struct lesson *course_find(const struct course *course, const char *word);
/* The bytes of a program's source; free() them. NULL with errno. */
char *course_source(const struct course *course, const struct lesson *lesson);

/* Reads one lesson's file. NULL, or what is wrong with it, in static storage. */
const char *lesson_read(struct lesson *lesson, const char *path);
void lesson_free(struct lesson *lesson);

/* The text in the course's language. For xgettext: the second argument is the text. */
__attribute__((format_arg(2))) static inline const char *tr(const struct course *course,
							    const char *text)
{
	return catalogue_text(course->words, text);
}

/* For xgettext: a text that is translated where it is used. */
#define N_(text) text

/* A program run and observed, with what it printed. */
struct capture {
	struct options options;
	struct session session; /* its model is there until capture_free() */
	char *output;		/* both of the program's streams, in the order that they came */
	size_t output_bytes;
	bool output_cut;   /* there was more than is kept */
	int status;	   /* session_run()'s */
	double stop_s;	   /* the program gets SIGINT after so long; 0: never */
	uint64_t begin_ns; /* when its time began to count; 0: not yet */
	bool draws;	   /* picture is wanted: the timeline, as SVG */
	char *picture;	   /* NULL: not wanted, or none came about */
	size_t picture_bytes;
	struct export export; /* what draws it */
	struct strip *strip;  /* drawn while it runs; NULL: not */
	int from_program;     /* the pipe's end */
};

/* Runs argv and observes it. Returns what session_run() does; capture_free() in every case. */
int capture_run(struct capture *capture, const struct command *command, char *const *argv,
		enum source_choice source);
void capture_free(struct capture *capture);

/* Runs a command that is not observed, and catches its standard output; free() it. Returns its
 * status as a shell says it. */
int capture_command(char *const *argv, char **output, size_t *bytes);

/* The live strip: one row for each thread, one mark for each tenth of a second, below what the
 * program prints. */
struct strip *strip_open(const struct text *text, const struct course *course);
/* Draws what was printed since, then the rows as they are at now_ns. */
void strip_draw(struct strip *strip, const struct model *model, const char *output, size_t bytes,
		uint64_t now_ns);
void strip_close(struct strip *strip);

/* The lesson's sentence with each {fact} replaced by what this run showed; free() it. NULL: out of
 * memory. *unknown becomes true when some fact was not seen. */
char *facts_put(const struct course *course, const struct model *model, const char *sentence,
		bool *unknown);

struct learn {
	const struct command *command;
	struct course course;
	enum source_choice source;
	enum colour_mode colour;
	double speed;
	const char *lang, *html; /* html: a folder; NULL: no site */
	bool asks;		 /* there is somebody to ask */
	char fallback[256];	 /* why it is /proc that is looked at; "": nothing fell back */
	bool told_sampling, told_glossary, told_speed; /* notes that are told once */
};

/* Where a lesson is shown. Texts are in the course's language already. */
struct page_ops {
	int (*begin)(void *page, const struct learn *learn, const struct lesson *lesson);
	void (*heading)(void *page, const char *text);
	void (*paragraph)(void *page, const char *text);
	void (*note)(void *page, const char *text);
	/* Closes the question: what follows may be folded away until it was thought about. */
	void (*choices)(void *page, const char *const *choices, size_t count);
	void (*source)(void *page, const char *text);
	void (*command)(void *page, const char *text);
	void (*output)(void *page, const struct learn *learn, const char *text, size_t bytes);
	void (*report)(void *page, const struct model *model);
	/* The timeline, as SVG. NULL: the page shows no pictures. */
	void (*picture)(void *page, const char *svg, size_t bytes);
	void (*answer)(void *page, const char *title, const char *text);
	int (*end)(void *page);
};

/* page is a struct text. */
extern const struct page_ops page_text_ops;

/* One lesson from its idea to its answer, on a page. Returns an exit status. */
int learn_lesson(struct learn *learn, const struct lesson *lesson, const struct page_ops *ops,
		 void *page);

/* The whole course as pages in the folder learn->html. Returns an exit status. */
int learn_site(struct learn *learn);

#endif
