// SPDX-License-Identifier: GPL-2.0-only
/* What the descriptors that threads wait on stand for. Looked up outside the kernel's path, so some time after the wait
 * began: the inode that the kernel saw then tells whether it is still the same file. */
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/enrich/file_name.h"

static bool wants_name(const struct thread *thread)
{
	const struct ev_wait *raw = &thread->wait.raw;

	return thread->state == STATE_BLOCKED && raw->class == WAIT_CLASS_FD && raw->flags & WAIT_F_FILE &&
	       !model_file_name(thread);
}

/* One that is gone by now is told with no name, so that it is asked for once. */
static int tell_name(struct session *session, const struct thread *thread)
{
	struct ev_fd_name record = {
		.head = {.ts_ns = session->model->now_ns, .size = sizeof(record), .kind = REC_fd_name},
		.pid = thread->process->pid,
		.fd = thread->wait.raw.value,
		.inode = thread->wait.raw.detail,
	};

	if (file_name(record.pid, record.fd, record.inode, record.name, sizeof(record.name)))
		*record.name = '\0';
	return session_take(session, &record, sizeof(record));
}

int resolve_files(struct session *session)
{
	int error = 0;

	process_for_each (session->model, process) {
		if (process->ended)
			continue;
		thread_for_each (process, thread)
			if (!error && wants_name(thread))
				error = tell_name(session, thread);
	}
	return error;
}
