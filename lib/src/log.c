/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* The log: a format of named fields, one record, one write. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <thrace/log.h>
#include "thread.h"

static struct thr__guard guard; /* the configuration, and one record at a time */
static int level = THR_WARNING, fd = STDERR_FILENO;
static char *format, *name;

static const char *const fields[] = { "asctime", "levelname", "levelno", "name",    "message", "threadName",
				      "thread",  "native_id", "process", "created", "msecs",   NULL };

struct record {
	int level;
	const char *message;
	struct timespec now;
};

static const char *level_name(int of)
{
	return of >= THR_CRITICAL ? "CRITICAL" :
	       of >= THR_ERROR	  ? "ERROR" :
	       of >= THR_WARNING  ? "WARNING" :
	       of >= THR_INFO	  ? "INFO" :
				    "DEBUG";
}

/* The field's text, before printf's flags and width are applied. */
static void field_text(FILE *out, const char *flags, const char *field, const struct record *record)
{
	int width = atoi(flags); /* negative: to the left, as printf has it for '*' */
	char text[256] = "";
	struct tm tm;

	if (!strcmp(field, "message")) {
		fprintf(out, "%*s", width, record->message);
		return;
	}
	if (!strcmp(field, "asctime")) {
		localtime_r(&record->now.tv_sec, &tm);
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
		snprintf(text + strlen(text), 16, ",%03d", (int)(record->now.tv_nsec / 1000000));
	} else if (!strcmp(field, "levelname")) {
		snprintf(text, sizeof(text), "%s", level_name(record->level));
	} else if (!strcmp(field, "levelno")) {
		snprintf(text, sizeof(text), "%d", record->level);
	} else if (!strcmp(field, "name")) {
		snprintf(text, sizeof(text), "%s", name ? name : "root");
	} else if (!strcmp(field, "threadName")) {
		thr_thread_name(thr_current(), text, sizeof(text));
	} else if (!strcmp(field, "thread")) {
		snprintf(text, sizeof(text), "%lu", (unsigned long)pthread_self());
	} else if (!strcmp(field, "native_id")) {
		snprintf(text, sizeof(text), "%u", thr__tid());
	} else if (!strcmp(field, "process")) {
		snprintf(text, sizeof(text), "%d", (int)getpid());
	} else if (!strcmp(field, "created")) {
		snprintf(text, sizeof(text), "%lld.%06ld", (long long)record->now.tv_sec,
			 record->now.tv_nsec / 1000);
	} else {
		snprintf(text, sizeof(text), "%ld", record->now.tv_nsec / 1000000);
	}
	fprintf(out, "%*s", width, text);
}

/* Reads "%(field)flags letter" at at; the first byte after it, or null when it is none. */
static const char *parse(const char *at, char field[16], char flags[9])
{
	const char *end = strchr(at, ')');
	size_t length = end ? (size_t)(end - at - 2) : 0, n;

	if (!end || length >= 16)
		return NULL;
	memcpy(field, at + 2, length);
	field[length] = 0;
	n = strspn(end + 1, "-0123456789");
	if (n >= 8 || !end[1 + n] || !strchr("sdf", end[1 + n]))
		return NULL;
	memcpy(flags, end + 1, n);
	flags[n] = 0;
	for (int i = 0; fields[i]; i++) {
		if (!strcmp(fields[i], field))
			return end + n + 2;
	}
	return NULL;
}

/* Without out it only checks. */
static bool lay_out(FILE *out, const char *at, const struct record *record)
{
	char field[16], flags[9];

	while (*at) {
		if (*at != '%') {
			if (out)
				fputc(*at, out);
			at++;
		} else if (at[1] == '%') {
			if (out)
				fputc('%', out);
			at += 2;
		} else {
			at = at[1] == '(' ? parse(at, field, flags) : NULL;
			if (!at)
				return false;
			if (out)
				field_text(out, flags, field, record);
		}
	}
	return true;
}

int thr_log_config(const thr_log_opts *given)
{
	thr_log_opts opts = { 0 };
	char *new_format = NULL, *new_name = NULL, *old_format, *old_name;

	if (given)
		memcpy(&opts, given, given->size && given->size < sizeof(opts) ? given->size : sizeof(opts));
	if (opts.format && !lay_out(NULL, opts.format, NULL))
		return -EINVAL;
	if ((opts.format && !(new_format = strdup(opts.format))) || (opts.name && !(new_name = strdup(opts.name)))) {
		free(new_format);
		return -ENOMEM;
	}
	thr__guard_lock(&guard);
	old_format = format;
	old_name = name;
	format = new_format;
	name = new_name;
	fd = opts.fd ? opts.fd : STDERR_FILENO;
	store_relaxed(&level, opts.level ? opts.level : THR_WARNING);
	thr__guard_unlock(&guard);
	free(old_format);
	free(old_name);
	return 0;
}

bool thr_log_enabled(int of)
{
	return of >= load_relaxed(&level);
}

/* The kernel may take a long record in parts: the guard keeps them together. */
static int write_all(const char *text, size_t size)
{
	while (size) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

static int emit(const struct record *record)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	int error;

	thr_current();
	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	thr__guard_lock(&guard);
	lay_out(out, format ? format : "%(levelname)s:%(name)s:%(message)s", record);
	fputc('\n', out);
	error = fclose(out) ? -ENOMEM : write_all(text, size);
	thr__guard_unlock(&guard);
	free(text);
	return error;
}

int thr_vlog(int of, const char *text, va_list args)
{
	struct record record = { .level = of };
	int saved = errno, error;
	char *message;

	if (!text)
		return -EFAULT;
	if (!thr_log_enabled(of))
		return 0;
	if (vasprintf(&message, text, args) < 0)
		return -ENOMEM;
	record.message = message;
	clock_gettime(CLOCK_REALTIME, &record.now);
	error = emit(&record);
	free(message);
	errno = saved;
	return error;
}

int thr_log(int of, const char *text, ...)
{
	va_list args;
	int error;

	va_start(args, text);
	error = thr_vlog(of, text, args);
	va_end(args);
	return error;
}

void thr__log_lock(void)
{
	thr__guard_lock(&guard);
}

void thr__log_unlock(void)
{
	thr__guard_unlock(&guard);
}

void thr__log_reset(void)
{
	guard = (struct thr__guard){ 0 };
}
