// SPDX-License-Identifier: GPL-2.0-only
/* What is in a recording (thrace info). */
#include "userspace/export/json.h"

#include <errno.h>
#include "userspace/export/json_private.h"

static json_t *text(const struct json_info *info, const char *raw)
{
	return raw && *raw ? json_text(raw, info->text_bytes) : json_null();
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* By token; kinds that this version does not know by their number. */
static json_t *kinds_object(const struct json_info *info)
{
	json_t *kinds;
	char unknown[32];

	if (!info->kind_records)
		return json_null();
	kinds = json_object();
	for (size_t kind = 0; kind < info->kinds; kind++) {
		const char *token = record_token((unsigned int)kind);

		snprintf(unknown, sizeof(unknown), "kind_%zu", kind);
		if (info->kind_records[kind])
			json_object_set_new(kinds, token ? token : unknown,
					    number(info->kind_records[kind]));
	}
	return kinds;
}

static json_t *info_object(const struct json_info *info)
{
	json_t *object = json_pack("{s:i, s:b, s:b, s:b, s:b, s:[i, i]}", "version", 1, "complete",
				   info->complete, "flight", info->flight, "limited", info->limited, "broken_off", info->broken_off,
				   "format", (int)info->major, (int)info->minor);

	json_object_set_new(object, "source", text(info, info->source));
	json_object_set_new(object, "host", text(info, info->host));
	json_object_set_new(object, "kernel", text(info, info->kernel));
	json_object_set_new(object, "writer", text(info, info->writer));
	json_object_set_new(object, "cpus", number(info->cpus));
	json_object_set_new(object, "realtime_ns", number(info->realtime_ns));
	json_object_set_new(object, "first_ns", number(info->first_ns));
	json_object_set_new(object, "last_ns", number(info->last_ns));
	json_object_set_new(object, "records", number(info->records));
	json_object_set_new(object, "lost", number(info->lost));
	json_object_set_new(object, "damaged", info->damaged ? number(*info->damaged) : json_null());
	json_object_set_new(object, "raw_bytes", number(info->raw_bytes));
	json_object_set_new(object, "bytes", number(info->bytes));
	json_object_set_new(object, "chunks", number(info->chunks));
	json_object_set_new(object, "keyframes", number(info->keyframes));
	json_object_set_new(object, "kinds", kinds_object(info));
	return object;
}

int json_write_info(const struct json_info *info, FILE *out)
{
	json_begin();
	return json_finish(info_object(info), JSON_INDENT(2), out);
}
