/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The recorder's own thread and the bounded queue before it. Batches of records go in; they come out packed, in a file
 * or in the flight recorder's memory.
 */
#ifndef THRACE_SOURCE_RECORD_WRITER_H
#define THRACE_SOURCE_RECORD_WRITER_H

#include <pthread.h>
#include "userspace/decode/chunk.h"
#include "userspace/source/record/record.h"
#include "userspace/source/record/record_flight.h"

#define BATCHES 8 /* a writer that falls so far behind holds the reading up; the source then counts its losses */

struct batch {
	struct batch *next;
	bool dump; /* no records: the flight recorder is asked for its memory */
	struct file_chunk chunk;
	uint32_t kind_records[FILE_KINDS];
	_Alignas(8) char records[CHUNK_RAW_BYTES];
};

struct writer {
	pthread_t thread;
	bool started;
	pthread_mutex_t lock; /* of all down to the line */
	pthread_cond_t filled, emptied;
	struct batch *first, **tail, *spare;
	unsigned int batches; /* that exist */
	bool closing;
	int error;
	uint64_t bytes;
	unsigned int dumps;
	char dump_path[256];
	bool shortened;
	/* --- the thread's own */
	const struct recorder_settings *settings;
	struct codec *codec;
	struct record_file file;
	struct file_header header; /* filled in before the first batch is put */
	struct flight flight;
	char name[4096]; /* of the last dump, when it has a number */
	unsigned int number; /* in the name of the last dump; 1: it has none. Set by whoever opens */
};

/* In what the chunk's head tells, and the trailer is to tell. */
void batch_count(struct batch *batch, const struct rec_head *record);

/* The file is open, or it is a flight recorder. 0 or -errno. */
int writer_start(struct writer *writer);
/* An empty batch; waits for one. NULL: out of memory. */
struct batch *writer_get(struct writer *writer);
/* Takes the batch over. Returns 0, or why nothing is written any longer. */
int writer_put(struct writer *writer, struct batch *batch);
/* Waits until all is written, and closes the file. */
void writer_finish(struct writer *writer);

#endif
