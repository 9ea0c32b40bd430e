// SPDX-License-Identifier: GPL-2.0-only
/* What no record tells by itself is looked at while somebody looks at it. */
#include "userspace/cmd/resolve.h"
#include "userspace/cmd/top_screen.h"

#define LOOK_NS	      1000000000ull /* from one look to the next */
#define GLANCE_NS     5000000000ull /* the same, while no pane shows it: for deadlocks to be noticed */
#define GLANCE_THREADS 1000	    /* of so many threads at most, as a look takes a while */

static int look_at_waits(struct session *session)
{
	int error = resolve_waits(session);

	return error ? error : resolve_knots(session);
}

int screen_look(struct screen *screen)
{
	int (*const looks[])(struct session *session) = {[TOP_LOOK_WAITS] = look_at_waits};
	struct session *session = screen->session;
	uint64_t now_ns = screen_monotonic_ns();
	enum top_look look = screen->state.pane ? screen->state.pane->look : TOP_LOOK_NONE;
	bool glance = !look && session->model->threads_count <= GLANCE_THREADS;

	if (!screen->term || screen->over || screen->state.paused || session->source->replayed)
		return 0;
	if ((!look && !glance) || now_ns < screen->looked_ns + (glance ? GLANCE_NS : LOOK_NS))
		return 0;
	screen->looked_ns = now_ns;
	return looks[glance ? TOP_LOOK_WAITS : look](session);
}
