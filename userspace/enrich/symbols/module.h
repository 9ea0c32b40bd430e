/* SPDX-License-Identifier: GPL-2.0-only
 *
 * One ELF file that a process has mapped: its functions, its call frame information, its lines. Each is read when
 * first asked for, and not again when that failed.
 */
#ifndef THRACE_ENRICH_MODULE_H
#define THRACE_ENRICH_MODULE_H

#include "userspace/enrich/symbols/cfi.h"
#include "userspace/enrich/symbols/elf_image.h"
#include "userspace/enrich/symbols/functions.h"
#include "userspace/enrich/symbols/symbols_lines.h"
#include "userspace/enrich/target.h"
#include "userspace/util/confined.h"
#include "userspace/util/map.h"

struct module {
	char *path; /* as the process mapped it */
	uint64_t device, inode; /* of the mapping; 0: none, as the vDSO */
	uint64_t start; /* of a mapping without a file */
	bool good; /* image is */
	int error; /* why the file, or the image, could not be opened; 0: it is open */
	bool retired; /* it was read from the memory of a process that is no more looked at */
	struct elf_image image;
	uint32_t pid; /* whose memory is read where the file cannot be */
	const struct mappings *mappings;

	struct confined_pool *pool; /* of the children that read */
	bool cfi_tried, functions_tried, lines_tried;
	struct cfi *cfi; /* NULL: there is none */
	int cfi_fd; /* the file that was made of it, where it is in memory only; -1: none */
	struct functions functions;
	int debug_fd; /* the file of its build id below /usr/lib/debug; -1: none */
	struct lines *lines; /* NULL: there are none */
	struct map known; /* lines that were found, by address */
};

/* Opens what is mapped there; folder: the open /proc/PID. NULL: out of memory. A file that cannot be read is a module
 * too: its name is known. mappings must live as long and hold the mapping; so must pool (NULL: neither calls nor lines will
 * be asked for). */
struct module *module_open(struct confined_pool *pool, int folder, uint32_t pid, const struct mappings *mappings,
			   const struct mapping *mapping);
void module_free(struct module *module);
/* It was read from the memory of a process that is no more looked at: only its texts stay. */
void module_retire(struct module *module);

/* Is it what the mapping maps? */
bool module_is(const struct module *module, const struct mapping *mapping);

/* From an address of the process to the file's own terms. Returns 0 or -EINVAL. */
int module_address(const struct module *module, const struct mapping *mapping, uint64_t address, uint64_t *own);

/* NULL where the file tells nothing. */
struct cfi *module_cfi(struct module *module);
const char *module_function(struct module *module, uint64_t own, uint64_t *offset);
/* file lives as long as the module. Returns 0, -ENOENT, or -EAGAIN: no answer within wait_ms, ask again. */
int module_line(struct module *module, uint64_t own, int wait_ms, const char **file, uint32_t *line);

#endif
