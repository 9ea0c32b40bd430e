/* SPDX-License-Identifier: GPL-2.0-only
 *
 * What run, stat and tree have in common: observe to the end, then print a page or an object.
 */
#ifndef THRACE_CMD_REPORT_H
#define THRACE_CMD_REPORT_H

#include <stdio.h>
#include "userspace/cmd/session.h"

typedef int json_writer(const struct model *model, FILE *out);

/* Prints session->model to out: view's page (by the view's name), or what json writes under --json.
 * Returns the status. */
int report_print(const struct session *session, FILE *out, const char *view, json_writer *json);
/* The same on a standard stream, as the last thing that a command does: an interrupt ends it at once. */
int report_last(const struct session *session, FILE *out, const char *view, json_writer *json);

/* Observes, prints on stdout. The whole of a command that only reports. */
int report_command(const struct command *self, struct options *options, const char *view, json_writer *json);

#endif
