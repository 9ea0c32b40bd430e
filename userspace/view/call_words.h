/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One call of a stack in words, and the place where a thread was created. Functions have the names of their source.
 */
#ifndef THRACE_VIEW_CALL_WORDS_H
#define THRACE_VIEW_CALL_WORDS_H

#include "userspace/view/words.h"

#define CALL_COLUMNS 150 /* of one that stands on a line of any length */
#define CALL_BYTES   640

struct call_words {
	char text[CALL_BYTES];
};

/*
 * "pthread_mutex_lock (nptl/mutex.c:48)", "libc.so.6+0x3c050", "code made at run time, in no file", in so many columns
 * if there are enough to say anything. Of a long path its beginning is left out; of a long function what stands in its
 * <>, innermost first, then the names before its own, and at last its end; each with an ellipsis.
 */
struct call_words call_words(const struct stack_call *call, size_t columns, const struct text *text);

/* A call as a line of a stack: what stands before it is written already, and took so many columns. */
void call_put(const struct stack_call *call, size_t before, const struct text *text);
/* Why nothing is told beyond the outermost call. NULL: nothing is there. */
const char *calls_cut_words(const struct anatomy *anatomy);

/* A cell with the place where it was created: "start_cooks canteen.c:88", "libpool.so+0x1139"; "? program gone", of one that
 * might have been known; else empty. */
void created_put(struct table *table, const struct model *model, const struct thread *thread, const struct text *text);
/* Might be known and is not. */
bool created_unknown(const struct model *model, const struct thread *thread);
/* The same as a sentence: "it had ended, or become another program, before anybody looked" */
const char *created_unknown_sentence(enum created_unknown why);

#endif
