// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/view/call_words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "userspace/util/function_name.h"
#include "userspace/util/utf8.h"

#define CALL_LEAST     24 /* columns: in fewer nothing can be said */
#define PLACE_FUNCTION 25 /* columns of a function beside its line, which says it all */
#define PART_BYTES     (CALL_BYTES / 2 - 32) /* of a function, and of a file */
#define LIKELY	       "  (likely)" /* by the frame pointer: no better evidence than that */

/* --- parts, in columns and in the bytes that there are -------------------------------------------------------- */

struct part {
	char text[PART_BYTES];
};

static bool fits(const char *shown, size_t columns)
{
	return display_width(shown) <= columns && strlen(shown) < PART_BYTES;
}

static struct part whole(const char *shown)
{
	struct part part;

	memcpy(part.text, shown, strlen(shown) + 1);
	return part;
}

static struct part beginning(const char *shown, size_t columns, const struct text *text)
{
	const char *more = text_glyph(text, GLYPH_MORE);
	size_t kept, most = PART_BYTES - 1 - strlen(more);
	struct part part;

	if (fits(shown, columns))
		return whole(shown);
	kept = display_cut(shown, columns - display_width(more));
	snprintf(part.text, sizeof(part.text), "%.*s%s", (int)(kept < most ? kept : utf8_fit(shown, most)), shown, more);
	return part;
}

/* Of a Rust function's arguments, and of a lambda's operator, nobody knows whose they are without what stands before. */
static bool stands_alone(const char *part)
{
	return *part != '<' && strncmp(part, "operator", strlen("operator"));
}

/* The next part of a qualified name that stands in no brackets; NULL: this is the last. */
static const char *next_part(const char *name)
{
	int depth = 0;

	for (; *name; name++) {
		depth += strchr("<({[", *name) != NULL;
		depth -= strchr(">)}]", *name) != NULL;
		if (depth <= 0 && name[0] == ':' && name[1] == ':' && stands_alone(name + 2))
			return name + 2;
	}
	return NULL;
}

/* The function's own name says more than where it is from: as much as fits of the end, by whole parts. */
static struct part last_parts(const char *shown, size_t columns, const struct text *text)
{
	char cut[ESCAPE_BYTES(FUNCTION_NAME_BYTES) + 8];
	const char *rest = shown;

	snprintf(cut, sizeof(cut), "%s", shown);
	while (!fits(cut, columns) && (rest = next_part(rest)))
		snprintf(cut, sizeof(cut), "%s::%s", text_glyph(text, GLYPH_MORE), rest);
	return beginning(cut, columns, text);
}

/* As its source has it, where that can be told. */
static struct part function_part(const char *function, size_t columns, const struct text *text)
{
	char plain[FUNCTION_NAME_BYTES], shown[ESCAPE_BYTES(FUNCTION_NAME_BYTES)];

	escape(shown, sizeof(shown), function_name(plain, function) ? plain : function, text->utf8);
	for (unsigned int depth = FUNCTION_NAME_DEPTH; depth-- && !fits(shown, columns);)
		function_name_elide(shown, depth, text_glyph(text, GLYPH_MORE));
	return last_parts(shown, columns, text);
}

/* The end of a path says more than its beginning; it begins with a whole name, if it holds one. */
static struct part path_part(const char *path, size_t columns, const struct text *text)
{
	const char *more = text_glyph(text, GLYPH_MORE), *end, *slash;
	char shown[ESCAPE_BYTES(ABI_TEXT_BYTES)];
	size_t ignored;
	struct part part;

	escape(shown, sizeof(shown), path, text->utf8);
	if (fits(shown, columns))
		return whole(shown);
	for (end = shown; display_width(end) + display_width(more) > columns || strlen(end) + strlen(more) >= PART_BYTES;)
		end += display_step(end, &ignored);
	slash = strchr(end, '/');
	strcpy(stpcpy(part.text, more), slash ? slash : end);
	return part;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* --- calls --------------------------------------------------------------------------------------------------- */

static struct call_words in_file(const struct stack_call *call, size_t columns, const struct text *text)
{
	char line[16];
	size_t room = columns - (size_t)snprintf(line, sizeof(line), ":%" PRIu32, call->line) - strlen(" ()");
	size_t path_wanted = display_width(path_part(call->file, PART_BYTES, text).text);
	/* Two parts of five are the path's at least, if it needs them. */
	size_t function_most = path_wanted < room * 2 / 5 ? room - path_wanted : room * 3 / 5;
	struct part function = function_part(call->function, function_most, text);
	struct part path = path_part(call->file, room - display_width(function.text), text);
	struct call_words words;

	snprintf(words.text, sizeof(words.text), "%s (%s%s)", function.text, path.text, line);
	return words;
}

static struct call_words in_function(const struct stack_call *call, size_t columns, const struct text *text)
{
	struct call_words words;

	snprintf(words.text, sizeof(words.text), "%s", function_part(call->function, columns, text).text);
	return words;
}

static struct call_words in_module(const struct stack_call *call, size_t columns, const struct text *text)
{
	char shown[ESCAPE_BYTES(ABI_TEXT_BYTES)], offset[24];
	struct call_words words;
	size_t used = (size_t)snprintf(offset, sizeof(offset), "+0x%" PRIx64, call->offset);

	escape(shown, sizeof(shown), base_name(call->module), text->utf8);
	snprintf(words.text, sizeof(words.text), "%s%s", beginning(shown, columns - used, text).text, offset);
	return words;
}

static struct call_words fixed(const char *said, size_t columns, const struct text *text)
{
	struct call_words words;

	snprintf(words.text, sizeof(words.text), "%s", beginning(said, columns, text).text);
	return words;
}

struct call_words call_words(const struct stack_call *call, size_t columns, const struct text *text)
{
	if (columns < CALL_LEAST)
		columns = CALL_LEAST;
	if (call->flags & FRAME_F_SIGNAL)
		return fixed("(a signal's handler was called here)", columns, text);
	if (call->function)
		return call->file ? in_file(call, columns, text) : in_function(call, columns, text);
	if (call->module)
		return in_module(call, columns, text);
	return fixed("code made at run time, in no file", columns, text);
}

void call_put(const struct stack_call *call, size_t before, const struct text *text)
{
	const char *likely = call->flags & FRAME_F_POINTER ? LIKELY : "";
	size_t taken = before + strlen(likely);

	text_put(text, STYLE_PLAIN, "%s", call_words(call, text->width > taken ? text->width - taken : 0, text).text);
	text_put(text, STYLE_DIM, "%s\n", likely);
}

const char *calls_cut_words(const struct anatomy *anatomy)
{
	const struct stack_call *outermost = &anatomy->calls[anatomy->calls_count - 1];

	if (outermost->flags & FRAME_F_OUTERMOST)
		return NULL;
	if (outermost->flags & FRAME_F_LIMIT)
		return "deeper calls were not read";
	return "cut here: how this function was called could not be read";
}

/* --- places -------------------------------------------------------------------------------------------------- */

static struct call_words place_words(const struct stack_call *call, const struct text *text)
{
	char shown[ESCAPE_BYTES(ABI_TEXT_BYTES)];
	struct call_words words;

	if (!call->function || !call->file)
		return call_words(call, CALL_COLUMNS, text);
	escape(shown, sizeof(shown), base_name(call->file), text->utf8);
	snprintf(words.text, sizeof(words.text), "%s %s:%" PRIu32, function_part(call->function, PLACE_FUNCTION, text).text,
		 beginning(shown, CALL_COLUMNS, text).text, call->line);
	return words;
}

bool created_unknown(const struct model *model, const struct thread *thread)
{
	return thread->born && thread->creator && !created_call(thread) && (model->places_count || thread->created_unknown);
}

const char *created_unknown_sentence(enum created_unknown why)
{
	static const char *const sentences[CREATED_UNKNOWN_COUNT] = {
	    [CREATED_NOT_TOLD] = "its creator's stack was not told: the buffers were busy, or it made no call of its own",
	    [CREATED_GONE] = "its creator's program had ended, or become another, before anybody looked",
	    [CREATED_STACK] = "its creator's stack does not lead to a call of the program's own, as far as it can be read",
	    [CREATED_MANY] = "too many were created at once, or at too many places",
	    [CREATED_32_BIT] = "the stack of a 32-bit program cannot be read",
	    [CREATED_NO_RIGHT] = "its creator's process may not be looked into",
	};

	return sentences[why];
}

void created_put(struct table *table, const struct model *model, const struct thread *thread, const struct text *text)
{
	const struct stack_call *call = created_call(thread);

	if (call)
		table_cell(table, STYLE_PLAIN, "%s", place_words(call, text).text);
	else if (!created_unknown(model, thread))
		table_cell(table, STYLE_PLAIN, "%s", "");
	else if (thread->created_unknown == CREATED_NOT_TOLD)
		table_cell(table, STYLE_DIM, "?");
	else
		table_cell(table, STYLE_DIM, "? %s", created_unknown_word(thread->created_unknown));
}
