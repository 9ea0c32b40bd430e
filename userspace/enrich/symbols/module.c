// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/enrich/symbols/module.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "userspace/util/far_file.h"

#define FRAMES_BYTES	(16u << 20) /* of call frame information that is in memory only; libLLVM has 5 */
#define PE_PCREL_SDATA4 0x1b /* how linkers write the pointer to .eh_frame in .eh_frame_hdr */

/* An answer, kept for those who hold its text. */
struct known_line {
	uint32_t line; /* 0: not known */
	char file[];
};

/* --- opening ---------------------------------------------------------------------------------------------- */

/* Through the mapping itself, which knows deleted files and other mount namespaces; where that is not permitted, as the
 * program's own file or by path below the process's root; when the process is gone, by path, if it is the very file.
 * Returns a descriptor or -errno. */
static int open_mapping(int folder, const struct mapping *mapping)
{
	const dev_t device = makedev(mapping->device >> 32, mapping->device & UINT32_MAX);
	const struct far_file any = {.inode = mapping->inode}, exact = {.inode = mapping->inode, .device = device};
	char path[64], below[PATH_MAX + 8];
	int fd;

	snprintf(path, sizeof(path), "map_files/%lx-%lx", mapping->start, mapping->end);
	fd = far_file_open(folder, path, &any, device, mapping->path);
	if (fd < 0)
		fd = far_file_open(folder, "exe", &any, device, mapping->path);
	if (fd >= 0 || mapping->path[0] != '/')
		return fd;
	snprintf(below, sizeof(below), "root%s", mapping->path);
	fd = far_file_open(folder, below, &any, device, mapping->path);
	if (fd >= 0)
		return fd;
	return far_file_open(AT_FDCWD, mapping->path, &exact, device, mapping->path);
}

/* Where no file can be had, the memory has what was loaded of it. */
static int read_memory(const struct elf_image *image, uint64_t offset, void *bytes, size_t size)
{
	const struct module *module = image->context;
	size_t done = 0;

	for (size_t i = 0; i < module->mappings->count && done < size; i++) {
		const struct mapping *mapping = &module->mappings->list[i];
		uint64_t at = offset + done, inside, part;
		ssize_t length;

		if (!module_is(module, mapping) || at < mapping->offset)
			continue;
		inside = at - mapping->offset;
		if (inside >= mapping->end - mapping->start)
			continue;
		part = mapping->end - mapping->start - inside;
		if (part > size - done)
			part = size - done;
		length = target_read(module->pid, mapping->start + inside, (char *)bytes + done, part);
		if (length < 0)
			return (int)length;
		done += length;
		if ((uint64_t)length < part)
			return -EFAULT;
	}
	return done == size ? 0 : -EFAULT;
}

static void open_image(struct module *module, int folder, const struct mapping *mapping)
{
	struct elf_image *image = &module->image;
	struct stat status;
	int error;

	image->fd = mapping->inode ? open_mapping(folder, mapping) : -1;
	if (mapping->inode && image->fd < 0)
		module->error = image->fd;
	else if (mapping->inode && fstat(image->fd, &status))
		module->error = -errno;
	/* What is in memory of such a file may have to be fetched from there as well. */
	if (module->error == -ETIMEDOUT)
		return;
	if (image->fd >= 0 && !module->error) {
		image->read = elf_image_pread;
		image->size = (uint64_t)status.st_size;
	} else {
		image->read = read_memory;
		image->context = module;
		image->size = UINT32_MAX;
	}
	error = elf_image_open(image);
	module->good = !error;
	if (!module->error)
		module->error = error;
}

struct module *module_open(struct confined_pool *pool, int folder, uint32_t pid, const struct mappings *mappings,
			   const struct mapping *mapping)
{
	struct module *module = calloc(1, sizeof(*module));

	if (!module)
		return NULL;
	module->path = strdup(mapping->path);
	if (!module->path) {
		free(module);
		return NULL;
	}
	module->device = mapping->device;
	module->inode = mapping->inode;
	module->start = mapping->start;
	module->pid = pid;
	module->mappings = mappings;
	module->debug_fd = -1;
	module->cfi_fd = -1;
	module->pool = pool;
	open_image(module, folder, mapping);
	return module;
}

void module_free(struct module *module)
{
	lines_close(module->lines);
	for (size_t i = 0; i < module->known.size; i++)
		free(module->known.slots[i].value);
	map_clear(&module->known);
	cfi_close(module->cfi);
	functions_free(&module->functions);
	elf_image_free(&module->image);
	if (module->image.fd >= 0)
		close(module->image.fd);
	if (module->debug_fd >= 0)
		close(module->debug_fd);
	if (module->cfi_fd >= 0)
		close(module->cfi_fd);
	free(module->path);
	free(module);
}

void module_retire(struct module *module)
{
	module->retired = true;
	cfi_rest(module->cfi);
}

bool module_is(const struct module *module, const struct mapping *mapping)
{
	if (module->retired)
		return false;
	if (!module->inode)
		return mapping->start == module->start;
	return mapping->inode == module->inode && mapping->device == module->device &&
	       !strcmp(mapping->path, module->path);
}

int module_address(const struct module *module, const struct mapping *mapping, uint64_t address, uint64_t *own)
{
	if (!module->good)
		return -EINVAL;
	return elf_image_address(&module->image, address - mapping->start + mapping->offset, own);
}

/* --- call frame information --------------------------------------------------------------------------------- */

static const Elf64_Shdr *find_frames(const struct elf_image *image)
{
	const Elf64_Shdr *section = elf_image_section(image, ".eh_frame", 0);

	return section && section->sh_type != SHT_NOBITS && !(section->sh_flags & SHF_COMPRESSED) ? section : NULL;
}

static const Elf64_Phdr *find_frames_header(const struct elf_image *image)
{
	for (size_t i = 0; i < image->segments_count; i++)
		if (image->segments[i].p_type == PT_GNU_EH_FRAME)
			return &image->segments[i];
	return NULL;
}

/* Through .eh_frame_hdr, which a segment names: for images without sections. Its table is not used: the entries
 * themselves say the same. */
static void *load_by_header(const struct elf_image *image, size_t *size, uint64_t *address)
{
	const Elf64_Phdr *segment = find_frames_header(image);
	struct {
		uint8_t version, pointer, count, table;
		int32_t offset;
	} header;
	uint64_t offset, left;

	if (!segment || image->read(image, segment->p_offset, &header, sizeof(header)) || header.version != 1 ||
	    header.pointer != PE_PCREL_SDATA4)
		return NULL;
	*address = segment->p_vaddr + 4 + (uint64_t)(int64_t)header.offset;
	if (elf_image_offset(image, *address, &offset, &left))
		return NULL;
	*size = left < FRAMES_BYTES ? left : FRAMES_BYTES;
	return elf_image_load(image, offset, *size);
}

static int make_frames_file(const struct elf_image *image)
{
	const Elf64_Shdr *section = find_frames(image);
	uint64_t address = section ? section->sh_addr : 0;
	size_t size = section ? section->sh_size : 0;
	void *bytes;
	int fd;

	if (section)
		bytes = size <= FRAMES_BYTES ? elf_image_load(image, section->sh_offset, size) : NULL;
	else
		bytes = load_by_header(image, &size, &address);
	fd = bytes ? cfi_file(bytes, size, address) : -ENOENT;
	free(bytes);
	return fd;
}

struct cfi *module_cfi(struct module *module)
{
	const struct elf_image *image = &module->image;
	int fd = image->fd;

	if (module->cfi_tried)
		return module->cfi;
	module->cfi_tried = true;
	if (!module->good || (!find_frames(image) && !find_frames_header(image)))
		return NULL;
	if (image->read != elf_image_pread)
		fd = module->cfi_fd = make_frames_file(image);
	if (fd >= 0)
		module->cfi = cfi_open(module->pool, fd);
	return module->cfi;
}

/* --- functions and lines ------------------------------------------------------------------------------------ */

/* /usr/lib/debug/.build-id/ab/cdef....debug, of this machine: packages of debug information put it there. */
static int open_debug(const struct module *module)
{
	char path[64 + 2 * ELF_BUILD_ID];
	int used = snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/");

	if (module->image.build_id_bytes < 2)
		return -1;
	for (size_t i = 0; i < module->image.build_id_bytes; i++)
		used += snprintf(path + used, sizeof(path) - used, i == 0 ? "%02x/" : "%02x",
				 module->image.build_id[i]);
	snprintf(path + used, sizeof(path) - used, ".debug");
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The file of debug information as an image, when there is one of that build id. */
static bool open_debug_image(struct module *module, struct elf_image *image)
{
	struct stat status;

	if (module->debug_fd < 0)
		module->debug_fd = open_debug(module);
	if (module->debug_fd < 0 || fstat(module->debug_fd, &status) || !S_ISREG(status.st_mode))
		return false;
	*image = (struct elf_image){
		.read = elf_image_pread, .fd = module->debug_fd, .size = (uint64_t)status.st_size};
	return !elf_image_open(image);
}

static void read_functions(struct module *module)
{
	struct elf_image debug = {0};

	module->functions_tried = true;
	if (!module->good)
		return;
	if (!elf_image_section(&module->image, ".symtab", SHT_SYMTAB) && open_debug_image(module, &debug))
		functions_read(&module->functions, &debug);
	elf_image_free(&debug);
	if (!module->functions.count)
		functions_read(&module->functions, &module->image);
}

const char *module_function(struct module *module, uint64_t own, uint64_t *offset)
{
	const struct function *function;

	if (!module->functions_tried)
		read_functions(module);
	function = functions_find(&module->functions, own);
	if (!function)
		return NULL;
	*offset = own - function->address;
	return module->functions.names + function->name;
}

static void open_lines(struct module *module)
{
	struct elf_image debug = {0};

	module->lines_tried = true;
	if (!module->good)
		return;
	if (module->image.fd >= 0 && elf_image_section(&module->image, ".debug_line", 0))
		module->lines = lines_open(module->pool, module->image.fd);
	else if (open_debug_image(module, &debug) && elf_image_section(&debug, ".debug_line", 0))
		module->lines = lines_open(module->pool, module->debug_fd);
	elf_image_free(&debug);
}

/* Returns 0, -EAGAIN or -ENOMEM. */
static int ask_line(struct module *module, uint64_t own, int wait_ms, struct known_line **answer)
{
	char path[LINES_FILE_BYTES] = "";
	struct known_line *known;
	uint32_t line = 0;

	if (module->lines && lines_find(module->lines, own, wait_ms, path, &line) == -EAGAIN)
		return -EAGAIN;
	known = malloc(sizeof(*known) + strlen(path) + 1);
	if (!known)
		return -ENOMEM;
	known->line = line;
	strcpy(known->file, path);
	*answer = known;
	if (!map_put(&module->known, own, known))
		return 0;
	free(known);
	return -ENOMEM;
}

int module_line(struct module *module, uint64_t own, int wait_ms, const char **file, uint32_t *line)
{
	struct known_line *known = map_get(&module->known, own);
	int error = 0;

	if (!own) /* no code is there, and the map has no such key */
		return -ENOENT;
	if (!known && !module->lines_tried)
		open_lines(module);
	if (!known)
		error = ask_line(module, own, wait_ms, &known);
	if (error)
		return error == -EAGAIN ? error : -ENOENT;
	if (!known->line)
		return -ENOENT;
	*file = known->file;
	*line = known->line;
	return 0;
}
