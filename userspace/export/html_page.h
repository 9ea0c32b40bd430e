/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The page around the data: html/ as html/assemble puts it together, in the program itself (html_page.c).
 */
#ifndef THRACE_EXPORT_HTML_PAGE_H
#define THRACE_EXPORT_HTML_PAGE_H

extern const char html_page_head[], html_page_head_end[]; /* up to the data */
extern const char html_page_tail[], html_page_tail_end[]; /* from there */

#endif
