// SPDX-License-Identifier: GPL-2.0-only
/* What this machine allows, and the exact remedy for what it does not. */
#include "userspace/cmd/source_options.h"
#include "userspace/export/json.h"
#include "userspace/source/features.h"
#include "userspace/ui/table.h"

static const struct table_column columns[] = {
    {.title = ""},
    {.title = "WHAT"},
    {.title = "FOUND", .least = 16},
};

static bool stands_in_the_way(const struct feature *feature)
{
	return feature->state != FEATURE_OK &&
	       (feature->need == NEED_BPF || feature->need == NEED_PROCFS);
}

static void put_remedies(const struct text *text, const struct feature *features, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (features[i].state != FEATURE_OK)
			text_paragraph(text, 4, "  %s: %s.", features[i].name, features[i].remedy);
}

static void put_page(const struct text *text, const struct feature *features, size_t count,
		     size_t missing)
{
	static const char *const words[] = {"ok", "MISSING", "unknown"};
	static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_READY};
	struct table table = TABLE(columns);

	for (size_t i = 0; i < count; i++) {
		table_cell(&table, styles[features[i].state], "%s", words[features[i].state]);
		table_cell(&table, STYLE_PLAIN, "%s", features[i].what);
		table_cell(&table, STYLE_DIM, "%s", features[i].detail);
	}
	if (missing)
		text_paragraph(text, 0,
			       "%zu thing%s in the way of observing through BPF. "
			       "--source=procfs works with less: it samples.",
			       missing, missing == 1 ? " stands" : "s stand");
	else
		text_paragraph(text, 0, "All is there to observe any program through BPF.");
	text_put(text, STYLE_PLAIN, "\n");
	table_print(&table, text);
	text_put(text, STYLE_PLAIN, missing ? "\nRemedies\n" : "");
	put_remedies(text, features, count);
}

static int put_json(const struct feature *features, size_t count, bool good)
{
	static const char *const needs[] = {"bpf", "procfs", "later", "none"};
	static const char *const states[] = {"ok", "missing", "unknown"};
	struct json_check checks[FEATURES_MAX];

	for (size_t i = 0; i < count; i++)
		checks[i] = (struct json_check){
		    .name = features[i].name,
		    .what = features[i].what,
		    .needed_by = needs[features[i].need],
		    .state = states[features[i].state],
		    .detail = features[i].detail,
		    .remedy = features[i].state == FEATURE_OK ? NULL : features[i].remedy,
		};
	return json_write_checks(checks, count, good, stdout);
}

static int run(const struct command *self, struct options *options)
{
	struct feature features[FEATURES_MAX];
	size_t count, missing = 0;
	struct text text;

	count = features_probe(features);
	for (size_t i = 0; i < count; i++)
		missing += stands_in_the_way(&features[i]);
	if (options->json) {
		if (put_json(features, count, !missing))
			return command_fail(self, STATUS_FAILED, "out of memory");
	} else {
		text_open(&text, stdout, options->colour);
		put_page(&text, features, count, missing);
	}
	return missing ? STATUS_FAILED : STATUS_GOOD;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "what this machine allows, and the remedy for what it does not",
    .usage = "[OPTION]...",
    .text =
	"\nTries each thing that observing needs and says whether it is there. Changes nothing.\n"
	"The exit status is 0 when the BPF source can work, else 1.\n"
	"\nOptions:\n" OPTIONS_PRINT_HELP,
    .run = run,
};
