// SPDX-License-Identifier: GPL-2.0-only
/* What beginnings and ends cost (thrace cost). */
#include "userspace/export/json.h"
#include "userspace/export/json_private.h"

static json_t *ways_array(const struct json_cost *cost)
{
	json_t *ways = json_array();

	for (size_t i = 0; i < cost->ways_count; i++) {
		const struct json_cost_way *way = &cost->ways[i];

		json_array_append_new(
		    ways,
		    json_pack("{s:s, s:I, s:I, s:I, s:I}", "way", way->token, "median_ns",
			      (json_int_t)way->median_ns, "least_ns", (json_int_t)way->least_ns,
			      "count", (json_int_t)way->count, "errno", (json_int_t)way->error));
	}
	return ways;
}

int json_write_costs(const struct json_cost *costs, size_t count, unsigned int cpus, FILE *out)
{
	struct json_frame frame;

	frame_open(&frame, out);
	frame_begin(&frame, json_pack("{s:i, s:i}", "version", 1, "cpus", (int)cpus), "costs");
	for (size_t i = 0; i < count; i++)
		frame_item(&frame, json_pack("{s:I, s:I, s:I, s:I, s:o}", "extra_bytes",
					     (json_int_t)costs[i].extra_bytes, "resident_bytes",
					     (json_int_t)costs[i].resident_bytes,
					     "page_tables_bytes", (json_int_t)costs[i].tables_bytes,
					     "cow_page_ns", (json_int_t)costs[i].cow_page_ns,
					     "ways", ways_array(&costs[i])));
	frame_end(&frame);
	return frame_close(&frame);
}
