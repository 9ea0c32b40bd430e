/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What descriptors stand for. A descriptor's number is soon another file's: a name belongs to number and inode, and a
 * wait has it only if the kernel saw it on that inode.
 */
#include "userspace/model/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILES_KEPT 4096 /* of a process; then they begin anew */

void files_free(struct process *process)
{
	struct map *files = &process_own(process)->files;

	for (size_t i = 0; i < files->size; i++)
		free(files->slots[i].value);
	map_clear(files);
}

int apply_fd_name(struct model *model, const struct record *record)
{
	struct process *process = (struct process *)model_process(model, record->fd_name->pid);
	uint64_t key = record->fd_name->fd + 1ull;
	struct ev_fd_name *kept;
	struct map *files;

	if (!process)
		return 0;
	files = &process_own(process)->files;
	kept = map_get(files, key);
	if (!kept && files->used >= FILES_KEPT)
		files_free(process);
	if (!kept) {
		kept = malloc(sizeof(*kept));
		if (!kept || map_put(files, key, kept)) {
			free(kept);
			return -ENOMEM;
		}
	}
	*kept = *record->fd_name;
	kept->name[sizeof(kept->name) - 1] = '\0';
	return 0;
}

const char *model_file_name(const struct thread *thread)
{
	const struct ev_wait *raw = &thread->wait.raw;
	const struct ev_fd_name *kept;

	if (thread->state != STATE_BLOCKED || raw->class != WAIT_CLASS_FD || !(raw->flags & WAIT_F_FILE))
		return NULL;
	kept = map_get(&process_own(thread->process)->files, raw->value + 1ull);
	return kept && kept->inode == raw->detail ? kept->name : NULL;
}
