// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/export/json_private.h"
#include "userspace/decode/clone_flags.h"
#include "userspace/util/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define NAME_MAX_BYTES 256
#define REPLACEMENT    "\xef\xbf\xbd" /* U+FFFD in UTF-8 */

/* Bytes of the character at raw, as jansson judges it; 0: none. */
static size_t character(const char *raw, size_t size)
{
	for (size_t length = 1; length <= 4 && length <= size; length++) {
		json_t *one = json_stringn(raw, length);

		if (!one)
			continue;
		json_decref(one);
		return length;
	}
	return 0;
}

json_t *json_name(const char *raw, size_t size)
{
	size_t length = strnlen(raw, size < NAME_MAX_BYTES ? size : NAME_MAX_BYTES);
	json_t *name = json_stringn(raw, length);
	char mended[NAME_MAX_BYTES * 3];
	size_t used = 0;

	if (name) /* as a rule */
		return name;
	for (size_t i = 0; i < length;) {
		size_t bytes = character(raw + i, length - i);

		memcpy(mended + used, bytes ? raw + i : REPLACEMENT, bytes ? bytes : 3);
		used += bytes ? bytes : 3;
		i += bytes ? bytes : 1;
	}
	return json_stringn(mended, used);
}

json_t *json_thread_name(const struct thread *thread)
{
	const char *name = thread->full_name ? thread->full_name : thread->name;

	return json_name(name, strlen(name));
}

json_t *json_text(const char *raw, size_t size)
{
	return *raw ? json_name(raw, size) : json_null();
}

static json_t *text_or_null(const char *raw)
{
	return raw ? json_name(raw, ABI_TEXT_BYTES) : json_null();
}

json_t *json_call(const struct stack_call *call)
{
	return json_pack("{s:I, s:o, s:I, s:o, s:o, s:o, s:b}", "address", (json_int_t)call->address, "function",
			 text_or_null(call->function), "offset", (json_int_t)call->offset, "module",
			 text_or_null(call->module), "file", text_or_null(call->file), "line",
			 call->line ? json_integer(call->line) : json_null(), "by_frame_pointer",
			 call->flags & FRAME_F_POINTER);
}

json_t *json_created_at(const struct thread *thread)
{
	const struct place *place = thread->created_at;
	json_t *calls;

	if (!created_call(thread))
		return json_null();
	calls = json_array();
	for (size_t i = 0; i < place->calls_count; i++) {
		const struct stack_call *call = &place->calls[i];

		json_array_append_new(calls, json_pack("{s:o, s:I, s:o, s:o, s:o}", "function",
						       text_or_null(call->function), "offset", (json_int_t)call->offset,
						       "module", text_or_null(call->module), "file",
						       text_or_null(call->file), "line",
						       call->line ? json_integer(call->line) : json_null()));
	}
	return calls;
}

json_t *json_created_unknown(uint32_t why)
{
	if (why == CREATED_NOT_TOLD || why >= CREATED_UNKNOWN_COUNT)
		return json_null();
	return json_string(created_unknown_token((enum created_unknown)why));
}

json_t *json_share(uint32_t id)
{
	if (id == SHARE_UNKNOWN)
		return json_null();
	return json_integer(id == SHARE_NONE ? 0 : id);
}

json_t *json_tid(uint32_t tid)
{
	return tid ? json_integer(tid) : json_null();
}

json_t *json_clone_flags(uint64_t flags)
{
	json_t *names = json_array();

#define X(name, value, words)                                                                      \
	if (flags & (value))                                                                       \
		json_array_append_new(names, json_string(#name));
	CLONE_FLAGS(X)
#undef X
	return names;
}

void json_set_exit(json_t *object, bool known, uint32_t exit_code)
{
	bool killed = WIFSIGNALED((int)exit_code);

	json_object_set_new(object, "exit_code", known && !killed ? json_integer(WEXITSTATUS((int)exit_code)) : json_null());
	json_object_set_new(object, "signal", known && killed ? json_integer(WTERMSIG((int)exit_code)) : json_null());
}

void json_set_losses(json_t *object, const struct model *model)
{
	json_object_set_new(object, "lost", json_integer((json_int_t)model->lost));
	json_object_set_new(object, "damaged", json_integer((json_int_t)model->damaged));
	json_object_set_new(object, "cut_off", json_boolean(model->cut));
}

/* jansson's allocator has no context: whether it ever failed can stand nowhere but in a variable of the file. */
static bool incomplete;

static void *watched_malloc(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		incomplete = true;
	return memory;
}

void json_begin(void)
{
	incomplete = false;
	json_set_alloc_funcs(watched_malloc, free);
}

int json_end(FILE *out)
{
	if (incomplete)
		return -ENOMEM;
	return stream_error(out);
}

int json_finish(json_t *object, size_t flags, FILE *out)
{
	if (!object || json_put(out, object, flags))
		incomplete |= !ferror(out);
	json_decref(object);
	fputc('\n', out);
	return json_end(out);
}

/* Writes an object without its closing brace when it is to stay open. */
static void put(struct json_frame *frame, json_t *value, bool open)
{
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
	int error = text ? json_put_text(frame->out, text, strlen(text) - open) : -ENOMEM;

	json_decref(value);
	if (error)
		incomplete |= !ferror(frame->out);
	free(text);
}

void frame_open(struct json_frame *frame, FILE *out)
{
	json_begin();
	*frame = (struct json_frame){.out = out};
}

int frame_close(struct json_frame *frame)
{
	fputc('\n', frame->out);
	return json_end(frame->out);
}

void frame_separate(struct json_frame *frame)
{
	if (frame->filled)
		fputs(",\n", frame->out);
	frame->filled = true;
}

void frame_begin(struct json_frame *frame, json_t *head, const char *key)
{
	frame->filled = false;
	put(frame, head, true);
	fprintf(frame->out, ",\"%s\":[\n", key);
}

void frame_item(struct json_frame *frame, json_t *item)
{
	frame_separate(frame);
	put(frame, item, false);
}

void frame_end(struct json_frame *frame)
{
	fputs("]}", frame->out);
	frame->filled = true;
}
