/* SPDX-License-Identifier: GPL-2.0-only
 *
 * A child without rights that reads one file for us: libraries read formats that are languages of their own, of files that
 * strangers wrote. It holds that file and a socket, has no privilege, little memory and little time, and starts when it is
 * asked first. Questions are numbers. One that breaks down over the file, or uses up its time, is killed, and is asked no
 * more: the file would break the next one down as well.
 */
#ifndef THRACE_UTIL_CONFINED_H
#define THRACE_UTIL_CONFINED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CONFINED_MAX 24 /* at a time, of all kinds */

struct confined_kind {
	/* In the child: 1 is the file; takes questions and answers them until there are no more. */
	void (*serve)(void);
	bool opens_files; /* to be read, by name: what the file refers to */
	size_t most; /* children at a time; for another one, that which was asked longest ago rests */
	uint64_t data_bytes; /* of memory, beside what it has of ours */
	int answer_ms; /* so long it may think about one question, be it that it has no CPU */
	/* CPU: so much for the file in all, and more for each start and each answer, as files do that mean no harm. */
	uint64_t cpu_ns, start_ns, each_ns;
};

struct confined_pool { /* of those who are looked for in one place; zeroed memory is empty */
	struct confined *running[CONFINED_MAX];
	size_t count;
};

struct confined {
	const struct confined_kind *kind;
	struct confined_pool *pool;
	int fd; /* the file */
	pid_t child;
	int socket; /* -1: none runs */
	bool broken;
	bool thinks; /* about the question, since asked_ns */
	uint64_t question, asked_ns;
	uint64_t needed_ns; /* when somebody last asked or came for an answer */
	uint64_t starts, answers, used_ns; /* CPU of the children before */
};

/* Starts nothing yet. fd and pool are the caller's, and stay until confined_close(). */
void confined_open(struct confined *confined, const struct confined_kind *kind, struct confined_pool *pool, int fd);
void confined_close(struct confined *confined);

/*
 * Returns the answer's bytes, as many as the child sent and there is room for; -EAGAIN: no answer within wait_ms, or no
 * child can be had now: ask again; -EPIPE: it broke down, and will not be asked any more.
 */
ssize_t confined_ask(struct confined *confined, uint64_t question, int wait_ms, void *answer, size_t room);

/* The child ends; the next question starts another. */
void confined_rest(struct confined *confined);
/* Those that have not been asked for so long. */
void confined_rest_idle(struct confined_pool *pool, uint64_t idle_ns);

/* --- for serve() --- */

/* Returns whether there is another question. */
bool confined_question(uint64_t *question);
/* Returns whether anybody hears it. */
bool confined_answer(const void *answer, size_t size);

#endif
