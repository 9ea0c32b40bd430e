/* SPDX-License-Identifier: GPL-2.0-only
 *
 * The format is SystemTap's: notes of type 3 by the owner "stapsdt", each with three addresses (the instruction, the
 * base that a prelinker would have moved, the counter), then provider, name and arguments as strings.
 */
#include "userspace/enrich/symbols/probe_notes.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/enrich/symbols/elf_image.h"
#include "userspace/enrich/target.h"
#include "userspace/util/far_file.h"

#define NOTES_MOST 4096
#define NOTE_STAPSDT 3

/* Where the kernel's struct pt_regs of x86-64 keeps each, and the names of its parts from 8 bytes to 1. */
static const struct {
	uint32_t at;
	const char *names[4];
} registers[] = {
	{0, {"r15", "r15d", "r15w", "r15b"}}, {8, {"r14", "r14d", "r14w", "r14b"}},  {16, {"r13", "r13d", "r13w", "r13b"}},
	{24, {"r12", "r12d", "r12w", "r12b"}}, {32, {"rbp", "ebp", "bp", "bpl"}},    {40, {"rbx", "ebx", "bx", "bl"}},
	{48, {"r11", "r11d", "r11w", "r11b"}}, {56, {"r10", "r10d", "r10w", "r10b"}}, {64, {"r9", "r9d", "r9w", "r9b"}},
	{72, {"r8", "r8d", "r8w", "r8b"}},     {80, {"rax", "eax", "ax", "al"}},     {88, {"rcx", "ecx", "cx", "cl"}},
	{96, {"rdx", "edx", "dx", "dl"}},      {104, {"rsi", "esi", "si", "sil"}},   {112, {"rdi", "edi", "di", "dil"}},
	{152, {"rsp", "esp", "sp", "spl"}},
};

static bool find_register(const char *name, uint32_t *at)
{
	for (size_t i = 0; i < sizeof(registers) / sizeof(*registers); i++)
		for (int part = 0; part < 4; part++)
			if (!strcmp(registers[i].names[part], name)) {
				*at = registers[i].at;
				return true;
			}
	return false;
}

int probe_argument_parse(const char *text, size_t length, struct library_argument *argument)
{
	char copy[64], name[8];
	long long value = 0;
	int bytes, used = 0;
	const char *place;

	*argument = (struct library_argument){0};
	if (length >= sizeof(copy))
		return -EINVAL;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (sscanf(copy, "%d@%n", &bytes, &used) != 1 || !used)
		return -EINVAL;
	place = copy + used;
	argument->sign_extend = bytes < 0;
	bytes = abs(bytes);
	if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8)
		return -EINVAL;
	argument->bytes = (uint8_t)bytes;
	used = 0;
	if (sscanf(place, "$%lli%n", &value, &used) == 1 && !place[used])
		argument->kind = LIBRARY_CONSTANT;
	else if (used = 0, sscanf(place, "%%%7[a-z0-9]%n", name, &used) == 1 && !place[used])
		argument->kind = LIBRARY_REGISTER;
	else if (used = 0, value = 0, sscanf(place, "(%%%7[a-z0-9])%n", name, &used) == 1 && used && !place[used])
		argument->kind = LIBRARY_MEMORY;
	else if (used = 0, sscanf(place, "%lli(%%%7[a-z0-9])%n", &value, name, &used) == 2 && used && !place[used])
		argument->kind = LIBRARY_MEMORY;
	argument->value = (uint64_t)value;
	if (argument->kind != LIBRARY_CONSTANT && argument->kind && !find_register(name, &argument->reg))
		argument->kind = LIBRARY_NOTHING;
	return argument->kind ? 0 : -EINVAL;
}

static void parse_arguments(const char *text, struct probe_note *note)
{
	for (int i = 0; i < LIBRARY_ARGUMENTS && *text; i++) {
		size_t length = strcspn(text, " ");

		(void)probe_argument_parse(text, length, &note->arguments[i]); /* one of another form stays nothing */
		text += length + (text[length] == ' ');
	}
}

/* The string at *at, which is moved behind it. NULL: it does not end in time. */
static const char *next_string(const char **at, const char *end)
{
	const char *string = *at, *nul = memchr(string, '\0', (size_t)(end - string));

	if (!nul)
		return NULL;
	*at = nul + 1;
	return string;
}

/* Is it one of the provider's, and does it make sense? */
static bool parse_note(const struct elf_image *image, const char *body, size_t size, const char *provider, int64_t moved,
		       struct probe_note *note)
{
	uint64_t addresses[3], left;
	const char *at = body + sizeof(addresses), *end = body + size, *of, *name, *arguments;

	*note = (struct probe_note){0};
	if (size < sizeof(addresses))
		return false;
	memcpy(addresses, body, sizeof(addresses));
	of = next_string(&at, end);
	name = of ? next_string(&at, end) : NULL;
	arguments = name ? next_string(&at, end) : NULL;
	if (!arguments || strcmp(of, provider) || strlen(name) >= sizeof(note->name))
		return false;
	if (moved)
		moved -= (int64_t)addresses[1];
	if (elf_image_offset(image, addresses[0] + (uint64_t)moved, &note->offset, &left))
		return false;
	if (addresses[2] && elf_image_offset(image, addresses[2] + (uint64_t)moved, &note->semaphore, &left))
		return false;
	memcpy(note->name, name, strlen(name) + 1);
	parse_arguments(arguments, note);
	return true;
}

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static int parse_section(const struct elf_image *image, const char *bytes, size_t size, const char *provider,
			 struct probe_note **notes)
{
	const Elf64_Shdr *base = elf_image_section(image, ".stapsdt.base", 0);
	struct probe_note *list = calloc(NOTES_MOST, sizeof(*list));
	size_t at = 0;
	int count = 0;

	if (!list)
		return -ENOMEM;
	while (count < NOTES_MOST && size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr head;
		size_t owner, body;

		memcpy(&head, bytes + at, sizeof(head));
		owner = at + sizeof(head);
		if (head.n_namesz > size || head.n_descsz > size)
			break;
		body = owner + padded(head.n_namesz);
		if (body > size || head.n_descsz > size - body)
			break;
		if (head.n_type == NOTE_STAPSDT && head.n_namesz == sizeof("stapsdt") &&
		    !memcmp(bytes + owner, "stapsdt", sizeof("stapsdt")) &&
		    parse_note(image, bytes + body, head.n_descsz, provider, base ? (int64_t)base->sh_addr : 0, &list[count]))
			count++;
		at = body + padded(head.n_descsz);
		if (at > size)
			break;
	}
	*notes = list;
	return count;
}

/* One below /proc/PID lies on that process's file systems. */
static int open_notes(const char *path)
{
	struct far_file wanted;
	uint32_t pid;
	int error = far_file_look(AT_FDCWD, path, &wanted, NULL), folder = AT_FDCWD, fd;

	if (error)
		return error;
	if (sscanf(path, "/proc/%" SCNu32 "/", &pid) == 1)
		folder = target_folder(pid);
	fd = far_file_open(folder, path, &wanted, wanted.device, path);
	if (folder >= 0)
		close(folder);
	return fd;
}

int probe_notes_read(const char *path, const char *provider, struct probe_note **notes)
{
	struct elf_image image = {.read = elf_image_pread};
	const Elf64_Shdr *section;
	struct stat status;
	char *bytes = NULL;
	int result;

	*notes = NULL;
	image.fd = open_notes(path);
	if (image.fd < 0)
		return image.fd;
	result = fstat(image.fd, &status) ? -errno : S_ISREG(status.st_mode) ? 0 : -EINVAL;
	image.size = result ? 0 : (uint64_t)status.st_size;
	if (!result)
		result = elf_image_open(&image);
	section = result ? NULL : elf_image_section(&image, ".note.stapsdt", SHT_NOTE);
	if (section)
		bytes = elf_image_load(&image, section->sh_offset, section->sh_size);
	if (section && !bytes && errno != ENOEXEC)
		result = -errno;
	if (bytes)
		result = parse_section(&image, bytes, section->sh_size, provider, notes);
	free(bytes);
	if (!result && *notes) {
		free(*notes);
		*notes = NULL;
	}
	elf_image_free(&image);
	close(image.fd);
	return result;
}
