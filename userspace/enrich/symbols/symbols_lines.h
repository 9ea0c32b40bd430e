/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Source lines of one ELF file. libdw reads them (line_table.h), in a child without rights (util/confined.h): debug
 * information is a language of its own, and the file is a stranger's.
 */
#ifndef THRACE_ENRICH_SYMBOLS_LINES_H
#define THRACE_ENRICH_SYMBOLS_LINES_H

#include <stdint.h>

#define LINES_FILE_BYTES 256 /* a longer path loses its beginning */
#define LINES_ANSWER_MS 5000 /* so long the child may think about one question */

struct lines;
struct confined_pool;

/* fd: a file that has .debug_line; it and pool stay the caller's. Nothing is read yet. NULL: out of memory. */
struct lines *lines_open(struct confined_pool *pool, int fd);
void lines_close(struct lines *lines);

/* address: in the file's own terms. file: of LINES_FILE_BYTES. Returns 0; -ENOENT: not known; -EAGAIN: no answer within
 * wait_ms, ask again; -EPIPE: the child broke down over the file, and no question will be answered any more. */
int lines_find(struct lines *lines, uint64_t address, int wait_ms, char *file, uint32_t *line);

#endif
