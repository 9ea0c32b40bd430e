/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The table of exporters.
 */
#include "userspace/export/exporters.h"

#include <string.h>

const struct exporter *const exporters[] = {
	&exporter_perfetto, &exporter_html, &exporter_svg, &exporter_csv, &exporter_json, &exporter_folded, NULL,
};

const struct exporter *exporter_find(const char *name)
{
	for (const struct exporter *const *exporter = exporters; *exporter; exporter++)
		if (!strcmp((*exporter)->name, name))
			return *exporter;
	return NULL;
}
