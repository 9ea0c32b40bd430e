// SPDX-License-Identifier: GPL-2.0-only
/* A record's way through a session: what is private ends here, the model takes the rest, then who else wants it. */
#include "userspace/cmd/session.h"

#include <errno.h>
#include "userspace/cmd/recording.h"
#include "userspace/cmd/resolve/places.h"

uint64_t session_last_moment_ns(const struct session *session)
{
	const struct options *options = session->options;

	if (!session->source->replayed || (!options->at && !options->duration_ns))
		return UINT64_MAX;
	return session->source->first_ns + (options->at ? options->at_ns : options->duration_ns);
}

/* Creators' stacks are private: they end here, whoever else reads or records. A recording has none; one that does was
 * made by somebody else. Returns 0; 1: go on with the record; or what session_take() said. */
static int take_places(struct session *session, const struct record *taken)
{
	int error;

	if (taken->kind == REC_creator_stack) {
		if (!session->places && !session->source->replayed)
			session->places = places_new();
		return session->places ? places_take(session->places, session, taken->creator_stack) : 0;
	}
	if (!session->places)
		return 1;
	places_hear(session->places, taken);
	error = taken->kind == REC_end ? places_finish(session->places, session) : 0;
	return error ? error : 1;
}

int session_take(void *to, const void *bytes, size_t length)
{
	struct session *session = to;
	struct record taken;
	size_t consumed;
	int error;

	switch (decode_record(bytes, length, &taken, &consumed)) {
	case DECODE_RECORD:
		break;
	case DECODE_SKIPPED:
		session->model->unknown_kinds++;
		return recording_put(session, bytes);
	default:
		return -EBADMSG;
	}
	error = take_places(session, &taken);
	if (error <= 0)
		return error;
	if (taken.ts_ns > session_last_moment_ns(session) && !session->reached) {
		session->reached = true;
		return -ENODATA;
	}
	if (session->on_due && taken.ts_ns >= session->due_ns) {
		error = session->on_due(session->model, taken.ts_ns, session->context);
		if (error)
			return error;
	}
	error = model_apply(session->model, &taken);
	if (!error)
		error = recording_put(session, bytes);
	if (error || !session->on_record)
		return error;
	return session->on_record(session->model, &taken, session->context);
}

bool session_soon(void *to, const void *bytes, size_t length, bool near)
{
	const struct session *session = to;
	struct record record;
	size_t consumed;

	if (!model_wants_hints(session->model))
		return false;
	if (decode_record(bytes, length, &record, &consumed) != DECODE_RECORD)
		return true;
	if (near)
		model_expect(session->model, &record);
	else
		model_expect_threads(session->model, &record);
	return true;
}
