// SPDX-License-Identifier: GPL-2.0-only
/* What no record tells by itself is looked at while somebody looks at it. */
#include "userspace/cmd/resolve/look.h"
#include "userspace/cmd/resolve/resolve.h"
#include "userspace/cmd/top/top_screen.h"
#include "userspace/util/clock.h"

#define GLANCE_NS 5000000000ull /* for deadlocks to be noticed while no pane shows them */

static int look_at_waits(struct screen *screen)
{
	int error = resolve_waits(screen->session);

	return error ? error : resolve_knots(screen->session);
}

static int look_at_share(struct screen *screen)
{
	return look_share(screen->session);
}

static const struct thread *selected(const struct screen *screen)
{
	process_for_each (screen->session->model, process)
		thread_for_each (process, thread)
			if (thread->serial == screen->state.selected_serial)
				return thread->end == END_ALIVE ? thread : NULL;
	return NULL;
}

static int look_at_thread(struct screen *screen)
{
	const struct thread *thread = selected(screen);
	int error = resolve_waits(screen->session), stack_error;

	if (!error && thread)
		error = look_own(screen->session, thread);
	if (!error && thread)
		error = look_stack(screen->session, thread, &stack_error);
	return error;
}

static const struct look {
	int (*look)(struct screen *screen);
	uint64_t every_ns; /* one takes a while when there is much to see */
	bool of_few;	   /* not of more than TOP_LOOK_THREADS */
} looks[] = {
    [TOP_LOOK_NONE] = {look_at_waits, GLANCE_NS, true},
    [TOP_LOOK_WAITS] = {look_at_waits, 1000000000, false},
    [TOP_LOOK_SHARE] = {look_at_share, 5000000000, true},
    [TOP_LOOK_THREAD] = {look_at_thread, 1000000000, false},
};

int screen_look(struct screen *screen)
{
	const struct session *session = screen->session;
	uint64_t now_ns = clock_now_ns();
	const struct look *look;

	if (!screen->term || screen->over || screen->state.paused || session->source->replayed)
		return 0;
	look = &looks[screen->state.pane->look];
	if (screen->looked_at != screen->state.pane)
		screen->looked_ns = 0; /* a pane that has just been opened */
	if (now_ns < screen->looked_ns + look->every_ns)
		return 0;
	if (look->of_few && session->model->threads_count > TOP_LOOK_THREADS)
		return 0;
	screen->looked_ns = now_ns;
	screen->looked_at = screen->state.pane;
	return look->look(screen);
}
