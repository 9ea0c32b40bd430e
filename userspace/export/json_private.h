/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What the JSON writers share: values from the model's types, and the frame that objects are
 * streamed into.
 */
#ifndef THRACE_EXPORT_JSON_PRIVATE_H
#define THRACE_EXPORT_JSON_PRIVATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "userspace/model/model.h"

/* A raw name of at most size bytes. What is no UTF-8 in it becomes U+FFFD. */
json_t *json_name(const char *raw, size_t size);
json_t *json_thread_name(const struct thread *thread);
/* The same, or null for an empty one. */
json_t *json_text(const char *raw, size_t size);
/* A shared object's number; 0: has none; null: not known. */
json_t *json_share(uint32_t id);
/* One call of a stack. */
json_t *json_call(const struct stack_call *call);
/* The calls of the place where a thread was created, innermost first; null: not known. */
json_t *json_created_at(const struct thread *thread);
json_t *json_created_unknown(uint32_t why);
/* A tid, or null for 0. */
json_t *json_tid(uint32_t tid);
/* What is not there of the observation, into an object: `lost`, `damaged`, `cut_off`. */
void json_set_losses(json_t *object, const struct model *model);
/* How it ended, into an object: `exit_code` (0 to 255) when it exited, `signal` when one killed it. exit_code: as wait(2)
 * tells it. */
void json_set_exit(json_t *object, bool known, uint32_t exit_code);
/* Names of clone flags. */
json_t *json_clone_flags(uint64_t flags);

/* Writes a value so that a terminal may show it. flags: the library's. Returns 0 or -errno. */
int json_put(FILE *out, const json_t *value, size_t flags);
/* The same of what the library has made text of already. */
int json_put_text(FILE *out, const char *text, size_t size);

/*
 * Whatever is written as JSON stands between these two. jansson tells that it had no memory by leaving something out,
 * now and then without a word (a key, in json_dumps() of 2.14); json_end() knows. Returns 0, -ENOMEM, or why out took no more.
 */
void json_begin(void);
int json_end(FILE *out);
/* One object with all that belongs to it, and a newline; ends what json_begin() began, and frees it. */
int json_finish(json_t *object, size_t flags, FILE *out);

/*
 * A list under way, written as it grows: frame_begin() leaves head's object open and opens the list
 * named key in it; frame_item() writes head, which may be NULL; frame_end() closes both. The heads
 * given are freed. frame_open() comes first, frame_close() last: it returns what json_end() does.
 */
struct json_frame {
	FILE *out;
	bool filled; /* an item stands before */
};

void frame_open(struct json_frame *frame, FILE *out);
int frame_close(struct json_frame *frame);
void frame_begin(struct json_frame *frame, json_t *head, const char *key);
void frame_item(struct json_frame *frame, json_t *item);
void frame_separate(struct json_frame *frame);
void frame_end(struct json_frame *frame);

#endif
