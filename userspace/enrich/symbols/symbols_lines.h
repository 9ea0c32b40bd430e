/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Source lines of one ELF file. libdw reads them (line_table.h), in a child process that holds that file, no privilege and
 * bounded memory and time: debug information is a language of its own, and the file is a stranger's.
 */
#ifndef THRACE_ENRICH_SYMBOLS_LINES_H
#define THRACE_ENRICH_SYMBOLS_LINES_H

#include <stdbool.h>
#include <stdint.h>

#define LINES_FILE_BYTES 256 /* a longer path loses its beginning */
#define LINES_ANSWER_MS 5000 /* so long the child may think about one question */

struct lines;

/* fd: a file that has .debug_line; it stays the caller's. NULL: no child could be started. */
struct lines *lines_open(int fd);
void lines_close(struct lines *lines);

bool lines_broken(const struct lines *lines);

/* address: in the file's own terms. file: of LINES_FILE_BYTES. Returns 0; -ENOENT: not known; -EAGAIN: no answer within
 * wait_ms, ask again; -EPIPE: the child broke down over the file, and no question will be answered any more. */
int lines_find(struct lines *lines, uint64_t address, int wait_ms, char *file, uint32_t *line);

#endif
