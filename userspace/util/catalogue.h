/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Translations out of one of gettext's .mo files, named by its path. The C library's gettext()
 * translates only when the system has a locale of that language installed; a student's machine, as
 * a rule, has not.
 */
#ifndef THRACE_UTIL_CATALOGUE_H
#define THRACE_UTIL_CATALOGUE_H

struct catalogue;

/* NULL with errno: no such file, or (EINVAL) none that msgfmt wrote. */
struct catalogue *catalogue_open(const char *path);
void catalogue_close(struct catalogue *catalogue); /* NULL is fine */

/* The translation, or the text itself when there is none. catalogue may be NULL. Lives as long as
 * both. */
const char *catalogue_text(const struct catalogue *catalogue, const char *text);

#endif
