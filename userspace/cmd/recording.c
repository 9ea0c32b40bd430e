// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/recording.h"

#include <errno.h>
#include <string.h>
#include "userspace/model/keyframe.h"

/* The recording's own end: said when it is closed. Whatever else is done with the records goes on. */
static int stop(struct session *session, int error)
{
	recorder_close(session->recorder, &session->recorded);
	if (!session->recorded.error)
		session->recorded.error = error;
	session->recorder = NULL;
	return session->recording ? -ENODATA : 0;
}

static int put_in_keyframe(void *recorder, const struct rec_head *head)
{
	return recorder_put(recorder, head);
}

static int record_keyframe(struct session *session)
{
	int error = recorder_keyframe_begin(session->recorder), ended;

	if (!error)
		error = model_keyframe(session->model, put_in_keyframe, session->recorder);
	ended = recorder_keyframe_end(session->recorder);
	return error ? error : ended;
}

/* After the model took it: a keyframe tells of what lies before it. */
int recording_put(struct session *session, const struct rec_head *head)
{
	struct recorder *recorder = session->recorder;
	const struct model *model = session->model;
	int error;

	if (!recorder)
		return 0;
	error = recorder_put(recorder, head);
	if (!error && recorder_wants_keyframe(recorder, model->now_ns, model->threads_count))
		error = record_keyframe(session);
	return error ? stop(session, error) : 0;
}

int recording_pause(struct session *session, uint64_t now_ns)
{
	int error = 0;

	if (session->recorder && !session->source->replayed)
		error = recorder_pause(session->recorder, now_ns);
	return error ? stop(session, error) : 0;
}

/* --record: what is shown is recorded as well. */
bool recording_open(struct session *session, struct source_error *error)
{
	const struct recorder_settings settings = {.path = session->options->record};

	if (settings.path && !session->recorder)
		session->recorder = recorder_open(&settings, error);
	return !settings.path || session->recorder;
}

/* A failure is told here when the recording was made on the side. */
void recording_finish(struct session *session)
{
	if (session->recorder)
		recorder_close(session->recorder, &session->recorded);
	session->recorder = NULL;
	if (session->recorded.error && !session->recording)
		command_fail(session->command, STATUS_FAILED,
			     "cannot write '%.100s': %s; what was recorded before that is whole",
			     session->options->record, strerror(-session->recorded.error));
}
