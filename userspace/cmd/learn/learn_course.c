// SPDX-License-Identifier: GPL-2.0-only
/* Where the course lies: beside the program that was built, or where `make install` put it. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/cmd/learn/learn.h"

/* Both from the folder that holds the thrace program. */
static const struct {
	const char *texts, *programs;
} places[] = {
    {"learn", "examples/lessons"},			  /* the build's */
    {"../share/thrace/lessons", "../lib/thrace/lessons"}, /* PREFIX/bin */
};

static bool find_places(struct course *course)
{
	const ssize_t length =
	    readlink("/proc/self/exe", course->thrace, sizeof(course->thrace) - 1);
	char folder[PATH_MAX], *slash;

	if (length <= 0)
		return false;
	course->thrace[length] = '\0';
	strcpy(folder, course->thrace);
	slash = strrchr(folder, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (snprintf(course->texts, PATH_MAX, "%s/%s", folder, places[i].texts) >=
			PATH_MAX ||
		    snprintf(course->programs, PATH_MAX, "%s/%s", folder, places[i].programs) >=
			PATH_MAX)
			return false;
		if (!access(course->texts, R_OK | X_OK))
			return true;
	}
	return false;
}

/* The files' names begin with their number, so their order is the course's. */
static const char *read_lessons(struct course *course)
{
	char pattern[PATH_MAX + 16];
	const char *wrong = NULL;
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/[0-9]*.lesson", course->texts);
	if (glob(pattern, 0, NULL, &found))
		return "the course has no lesson; install thrace again";
	course->lessons = calloc(found.gl_pathc, sizeof(*course->lessons));
	for (size_t i = 0; i < found.gl_pathc && !wrong; i++) {
		if (!course->lessons) {
			wrong = "out of memory";
			break;
		}
		wrong = lesson_read(&course->lessons[course->lessons_count++], found.gl_pathv[i]);
		if (wrong)
			fprintf(stderr, "thrace learn: %s: %s\n", found.gl_pathv[i], wrong);
	}
	globfree(&found);
	return wrong ? "a lesson's file is broken; install thrace again" : NULL;
}

const char *course_open(struct course *course, const char *lang)
{
	char path[PATH_MAX + 32];

	if (!find_places(course))
		return "the course's files are not beside this program; install thrace, or run the "
		       "built one in its folder";
	if (strcmp(lang, "en")) {
		snprintf(path, sizeof(path), "%s/%s.mo", course->texts, lang);
		course->words = catalogue_open(path);
		if (!course->words)
			return "the course's translation is missing; install thrace again";
	}
	return read_lessons(course);
}

void course_close(struct course *course)
{
	for (size_t i = 0; i < course->lessons_count; i++)
		lesson_free(&course->lessons[i]);
	free(course->lessons);
	catalogue_close(course->words);
	*course = (struct course){0};
}

const struct lesson *course_find(const struct course *course, const char *word)
{
	char *end;
	const unsigned long number = strtoul(word, &end, 10);

	for (size_t i = 0; i < course->lessons_count; i++) {
		const struct lesson *lesson = &course->lessons[i];

		if (!strcmp(lesson->name, word) || (*word && !*end && lesson->number == number))
			return lesson;
	}
	return NULL;
}

char *course_source(const struct course *course, const struct lesson *lesson)
{
	char path[PATH_MAX + 64], *bytes = NULL;
	size_t room = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.c", course->texts, lesson->program);
	file = fopen(path, "re");
	if (!file)
		return NULL;
	if (getdelim(&bytes, &room, '\0', file) < 0) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}
