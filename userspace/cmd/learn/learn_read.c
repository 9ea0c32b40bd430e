// SPDX-License-Identifier: GPL-2.0-only
/*
 * A lesson's file: lines "key: text", a text going on over lines that begin with a blank.
 * userspace/learn/README.md has the keys.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "userspace/cmd/learn/learn.h"

#define FILE_BYTES_MAX 32768

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *bytes = file ? malloc(FILE_BYTES_MAX) : NULL;

	if (bytes)
		bytes[fread(bytes, 1, FILE_BYTES_MAX - 1, file)] = '\0';
	if (file)
		fclose(file);
	return bytes;
}

/* Makes one line of a text that goes on over several: a line's end and the blanks after it become
 * one blank. */
static void join_lines(char *bytes)
{
	char *to = bytes;

	for (const char *from = bytes; *from; from++) {
		if (*from == '\n' && (from[1] == ' ' || from[1] == '\t')) {
			while (from[1] == ' ' || from[1] == '\t')
				from++;
			*to++ = ' ';
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
}

static struct lesson_run *last_run(struct lesson *lesson)
{
	return lesson->runs_count ? &lesson->runs[lesson->runs_count - 1] : NULL;
}

/* "p16 --swap | the two times swapped" */
static const char *add_run(struct lesson *lesson, char *text, bool shown)
{
	struct lesson_run *run = &lesson->runs[lesson->runs_count];
	char *caption = strstr(text, " | ");
	size_t count = 0;

	if (lesson->runs_count == LESSON_RUNS)
		return "too many runs";
	if (caption) {
		*caption = '\0';
		run->caption = caption + 3;
	}
	for (char *word; (word = strsep(&text, " "));) {
		if (!*word)
			continue;
		if (count == LESSON_WORDS)
			return "a run of too many words";
		run->words[count++] = word;
	}
	if (!count)
		return "a run without a program";
	run->shown = shown;
	lesson->runs_count++;
	return NULL;
}

static const char *take_run(struct lesson *lesson, const char *key, char *text)
{
	struct lesson_run *run = last_run(lesson);

	if (!strcmp(key, "run") || !strcmp(key, "show"))
		return add_run(lesson, text, *key == 's');
	if (!run)
		return "see or stop without a run before it";
	if (!strcmp(key, "see"))
		run->see = text;
	else
		run->stop_s = atof(text);
	return NULL;
}

static const char *take(struct lesson *lesson, const char *key, char *text)
{
	const struct {
		const char *key, **text;
	} texts[] = {
	    {"chapter", &lesson->chapter},   {"title", &lesson->title},
	    {"idea", &lesson->idea},	     {"program", &lesson->program},
	    {"question", &lesson->question}, {"because", &lesson->because},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (strcmp(key, texts[i].key))
			continue;
		*texts[i].text = text;
		return NULL;
	}
	if (!strcmp(key, "choice")) {
		if (lesson->choices_count == LESSON_CHOICES)
			return "too many choices";
		lesson->choices[lesson->choices_count++] = text;
		return NULL;
	}
	if (!strcmp(key, "right")) {
		lesson->right = strtoul(text, NULL, 10);
		return NULL;
	}
	if (!strcmp(key, "run") || !strcmp(key, "show") || !strcmp(key, "see") ||
	    !strcmp(key, "stop"))
		return take_run(lesson, key, text);
	return "an unknown key";
}

static const char *check(const struct lesson *lesson)
{
	if (!lesson->chapter || !lesson->title || !lesson->idea || !lesson->question ||
	    !lesson->because)
		return "one of chapter, title, idea, question and because is missing";
	if (lesson->choices_count < 2 || lesson->right < 1 || lesson->right > lesson->choices_count)
		return "no right choice among at least two";
	return lesson->runs_count ? NULL : "nothing is run";
}

/* "12-daemon.lesson" gives 12 and "daemon". */
static const char *take_name(struct lesson *lesson, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char *end;

	lesson->number = strtoul(base, &end, 10);
	if (end == base || *end != '-' || sscanf(end + 1, "%47[^.]", lesson->name) != 1)
		return "a name that is not NN-NAME.lesson";
	return NULL;
}

const char *lesson_read(struct lesson *lesson, const char *path)
{
	const char *wrong;
	char *rest, *line;

	*lesson = (struct lesson){0};
	wrong = take_name(lesson, path);
	if (wrong)
		return wrong;
	lesson->bytes = rest = read_file(path);
	if (!rest)
		return "cannot be read";
	join_lines(rest);
	while ((line = strsep(&rest, "\n"))) {
		char *text = strstr(line, ": ");

		if (!*line || *line == '#')
			continue;
		if (!text)
			return "a line without a key";
		*text = '\0';
		wrong = take(lesson, line, text + 2);
		if (wrong)
			return wrong;
	}
	return check(lesson);
}

void lesson_free(struct lesson *lesson)
{
	free(lesson->bytes);
	lesson->bytes = NULL;
}
