// SPDX-License-Identifier: GPL-2.0-only
/* The whole screen: its parts in their places. */
#include "userspace/view/top/top.h"

#include <stdlib.h>
#include "userspace/view/top/top_private.h"

const struct top_pane *const top_panes[] = {
    &top_pane_threads, &top_pane_waits, &top_pane_share,
    &top_pane_thread,  &top_pane_events, NULL,
};

const double top_speeds[TOP_SPEEDS] = {0.01, 0.1, 0.5, 1, 2, 10, 100};

void top_begin(struct top_state *state, const struct model *model)
{
	*state = (struct top_state){
	    .pane = &top_pane_threads,
	    .pane_before = &top_pane_threads,
	    /* Of a few programs the order that never changes; of a whole system the busiest. */
	    .sort = model->begin.whole_system ? top_column_running : top_column_age,
	    .speed = TOP_SPEED_EVEN,
	};
}

void top_draw(struct top_scene *scene)
{
	struct top_layout layout = top_layout(scene);

	cells_clear(scene->cells);
	if (layout.title.rows)
		top_draw_title(scene, layout.title);
	if (layout.meter.rows)
		top_draw_meter(scene, layout.meter);
	if (layout.cpus.rows)
		top_draw_cpus(scene, layout.cpus);
	if (layout.tabs.rows)
		top_draw_tabs(scene, layout.tabs);
	scene->state->pane->draw(scene, layout.pane);
	if (scene->state->mode == TOP_SORT)
		top_draw_menu(scene, layout.pane);
	if (layout.detail.rows)
		top_draw_detail(scene, layout.detail);
	if (layout.keys.rows)
		top_draw_keys(scene, layout.keys);
}

void top_free(struct top_scene *scene)
{
	free(scene->rows.rows);
	scene->rows = (struct top_rows){0};
}
