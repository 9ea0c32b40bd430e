/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The exporters themselves, for the table; others find them by name.
 */
#ifndef THRACE_EXPORT_EXPORTERS_H
#define THRACE_EXPORT_EXPORTERS_H

#include "userspace/export/export.h"

extern const struct exporter exporter_perfetto, exporter_html, exporter_svg, exporter_csv, exporter_json, exporter_folded;

#endif
