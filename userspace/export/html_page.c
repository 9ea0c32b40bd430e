/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The assembler puts the files in as they are; the build says where they are.
 */
#include "userspace/export/html_page.h"

#define EMBED(symbol, file)                                                                        \
	__asm__(                                                                                   \
	    ".pushsection .rodata\n"                                                               \
	    ".global " #symbol "\n" #symbol                                                        \
	    ":\n"                                                                                  \
	    ".incbin \"" HTML_PAGE_FOLDER "/" file                                                 \
	    "\"\n"                                                                                 \
	    ".global " #symbol "_end\n" #symbol                                                    \
	    "_end:\n"                                                                              \
	    ".byte 0\n"                                                                            \
	    ".popsection\n")

EMBED(html_page_head, "page_head.html");
EMBED(html_page_tail, "page_tail.html");
