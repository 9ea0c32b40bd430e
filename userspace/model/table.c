/* SPDX-License-Identifier: GPL-2.0-only */
#include "userspace/model/private.h"

#include <stdlib.h>

struct tid_entry *table_make(struct tid_table *table, uint32_t tid)
{
	uint32_t page = tid >> TABLE_PAGE_BITS;

	if (page >= TABLE_PAGES)
		return NULL;
	if (!table->pages[page])
		table->pages[page] = calloc(1, sizeof(struct tid_page));
	return table_find(table, tid);
}

struct thread **table_last(const struct tid_table *table, uint32_t tid)
{
	uint32_t page = tid >> TABLE_PAGE_BITS;

	if (page >= TABLE_PAGES || !table->pages[page])
		return NULL;
	return &table->pages[page]->last[tid & (TABLE_PAGE_ENTRIES - 1)];
}

void table_free(struct tid_table *table)
{
	for (uint32_t page = 0; page < TABLE_PAGES; page++)
		free(table->pages[page]);
}
