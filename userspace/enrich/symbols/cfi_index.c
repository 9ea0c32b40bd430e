// SPDX-License-Identifier: GPL-2.0-only
/* The entries of .eh_frame: a row of CIEs and FDEs, each with its length first; an FDE points back at its CIE. */
#include "userspace/enrich/symbols/cfi_private.h"

#include <errno.h>
#include <stdlib.h>

#define RANGES_MAX (4u << 20) /* functions of one file */

/* DW_EH_PE_*: LSB Core, "DWARF Exception Header Encoding" */
#define PE_OMIT	    0xff
#define PE_FORM	    0x0f
#define PE_RELATIVE 0x70
#define PE_PC	    0x10
#define PE_INDIRECT 0x80

static uint64_t pointer_form(struct cfi_bytes *bytes, uint8_t encoding)
{
	switch (encoding & PE_FORM) {
	case 0x00: /* absptr */
	case 0x04: /* udata8 */
	case 0x0c: /* sdata8 */
		return bytes_fixed(bytes, 8);
	case 0x01:
		return bytes_uleb(bytes);
	case 0x02:
		return bytes_fixed(bytes, 2);
	case 0x03:
		return bytes_fixed(bytes, 4);
	case 0x09:
		return (uint64_t)bytes_sleb(bytes);
	case 0x0a:
		return (uint64_t)bytes_signed(bytes, 2);
	case 0x0b:
		return (uint64_t)bytes_signed(bytes, 4);
	default:
		bytes->failed = true;
		return 0;
	}
}

int cfi_pointer(const struct cfi *cfi, struct cfi_bytes *bytes, uint8_t encoding, uint64_t *value)
{
	uint64_t here = cfi->address + (bytes->at - cfi->bytes);

	*value = pointer_form(bytes, encoding);
	if ((encoding & PE_RELATIVE) == PE_PC)
		*value += here;
	else if (encoding & PE_RELATIVE)
		bytes->failed = true; /* relative to what only a process has */
	return bytes->failed ? -EBADMSG : 0;
}

/* The letters tell what stands in the augmentation: "zR", "zPLR", "zRS". */
static int parse_augmentation(const struct cfi *cfi, struct cfi_bytes *bytes, const char *letters,
			      struct cfi_common *common)
{
	uint64_t skipped;
	uint8_t encoding;

	common->encoding = 0;
	if (!*letters)
		return 0;
	if (*letters++ != 'z')
		return -ENOENT; /* of before the length was told: cannot be stepped over */
	common->augmented = true;
	*bytes = bytes_part(bytes, bytes_uleb(bytes));
	for (; *letters; letters++) {
		switch (*letters) {
		case 'R':
			common->encoding = (uint8_t)bytes_fixed(bytes, 1);
			break;
		case 'L':
			bytes_fixed(bytes, 1);
			break;
		case 'P':
			encoding = (uint8_t)bytes_fixed(bytes, 1);
			if (cfi_pointer(cfi, bytes, encoding & (uint8_t)~PE_INDIRECT, &skipped))
				return -EBADMSG;
			break;
		case 'S':
			common->signal = true;
			break;
		case 'B': /* of another architecture */
			break;
		default: /* what follows it cannot be told apart */
			return bytes->failed ? -EBADMSG : 0;
		}
	}
	return bytes->failed ? -EBADMSG : 0;
}

static int parse_common(const struct cfi *cfi, struct cfi_bytes bytes, struct cfi_common *common)
{
	uint8_t version = (uint8_t)bytes_fixed(&bytes, 1);
	const char *letters = (const char *)bytes.at;
	struct cfi_bytes augmentation;
	int error;

	*common = (struct cfi_common){0};
	while (bytes_fixed(&bytes, 1))
		;
	if (bytes.failed || (version != 1 && version != 3 && version != 4))
		return -ENOENT;
	if (version == 4 && bytes_fixed(&bytes, 2) != 8) /* an address's size; a segment's, 0 */
		return -ENOENT;
	common->code_factor = bytes_uleb(&bytes);
	common->data_factor = bytes_sleb(&bytes);
	common->return_column = version == 1 ? bytes_fixed(&bytes, 1) : bytes_uleb(&bytes);
	augmentation = bytes;
	error = parse_augmentation(cfi, &augmentation, letters, common);
	if (error)
		return error;
	if (common->augmented)
		bytes_part(&bytes, bytes_uleb(&bytes));
	common->program = bytes;
	if (common->return_column != CFI_IP)
		return -ENOENT;
	return bytes.failed ? -EBADMSG : 0;
}

/* The body of the entry at an offset, behind its length. */
static int open_entry(const struct cfi *cfi, uint64_t at, struct cfi_bytes *body, uint64_t *next)
{
	struct cfi_bytes bytes = {.at = cfi->bytes + at, .end = cfi->bytes + cfi->size};
	uint64_t length = bytes_fixed(&bytes, 4);

	if (length == 0xffffffff)
		length = bytes_fixed(&bytes, 8);
	*body = bytes_part(&bytes, length);
	*next = bytes.at - cfi->bytes;
	return bytes.failed || !length ? -EBADMSG : 0;
}

int cfi_entry_parse(const struct cfi *cfi, uint64_t at, struct cfi_entry *entry, uint64_t *next)
{
	struct cfi_bytes body, common;
	uint64_t here, back, unused;
	int error;

	*next = 0;
	if (at >= cfi->size || open_entry(cfi, at, &body, next))
		return -EBADMSG;
	here = body.at - cfi->bytes;
	back = bytes_fixed(&body, 4);
	if (!back || back > here)
		return -ENOENT;
	if (open_entry(cfi, here - back, &common, &unused) || bytes_fixed(&common, 4) != 0)
		return -ENOENT;
	error = parse_common(cfi, common, &entry->common);
	if (error || entry->common.encoding == PE_OMIT)
		return -ENOENT;
	if (cfi_pointer(cfi, &body, entry->common.encoding, &entry->begin))
		return -ENOENT;
	entry->end = entry->begin + pointer_form(&body, entry->common.encoding & PE_FORM);
	if (entry->common.augmented)
		bytes_part(&body, bytes_uleb(&body));
	entry->program = body;
	return body.failed || entry->end <= entry->begin ? -ENOENT : 0;
}

static int compare(const void *one, const void *other)
{
	const struct cfi_range *a = one, *b = other;

	return (a->begin > b->begin) - (a->begin < b->begin);
}

static int add_range(struct cfi *cfi, size_t *room, const struct cfi_entry *entry, uint64_t at)
{
	if (cfi->count == *room) {
		size_t more = *room ? 2 * *room : 256;
		struct cfi_range *ranges = realloc(cfi->ranges, more * sizeof(*ranges));

		if (!ranges)
			return -ENOMEM;
		cfi->ranges = ranges;
		*room = more;
	}
	cfi->ranges[cfi->count++] =
		(struct cfi_range){.begin = entry->begin, .end = entry->end, .at = (uint32_t)at};
	return 0;
}

int cfi_index(struct cfi *cfi, uint8_t *bytes, size_t size, uint64_t address)
{
	struct cfi_entry entry;
	uint64_t next = 0;
	size_t room = 0;

	*cfi = (struct cfi){.bytes = bytes, .size = size, .address = address};
	for (uint64_t at = 0; at < size && cfi->count < RANGES_MAX; at = next) {
		int error = cfi_entry_parse(cfi, at, &entry, &next);

		if (!error)
			error = add_range(cfi, &room, &entry, at);
		if (error == -ENOMEM)
			return error;
		if (error == -EBADMSG || next <= at)
			break;
	}
	if (cfi->count)
		qsort(cfi->ranges, cfi->count, sizeof(*cfi->ranges), compare);
	return 0;
}

void cfi_free(struct cfi *cfi)
{
	free(cfi->bytes);
	free(cfi->ranges);
	*cfi = (struct cfi){0};
}
