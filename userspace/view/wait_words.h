/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One present wait in words: what is waited for, whom it is on, since when, how that is known.
 */
#ifndef THRACE_VIEW_WAIT_WORDS_H
#define THRACE_VIEW_WAIT_WORDS_H

#include "userspace/model/graph.h"
#include "userspace/view/words.h"

/* "recursive mutex 0x55d0c060", "accept on descriptor 4 (socket:[123])", "join", "stopped in mutex
 * 0x55d0c060": what a blocked thread waits for */
struct words wait_object_words(const struct thread *thread, const struct text *text);
/* "held by flusher 833", "3 readers, not known by name", "last woken by acceptor 830"; "" when there is nobody to name */
struct words wait_holder_words(const struct graph_node *node, const struct text *text);
/* How long until now; "-": not known */
struct words wait_span_words(const struct wait *wait, uint64_t now_ns);

#endif
