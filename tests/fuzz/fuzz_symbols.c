/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Broken ELF files, what their readers may answer, and stacks of creators, by the thousand: whatever they say, nothing may
 * crash, hang, or read out of bounds (build with SAN=address,undefined to see the last). Seeds: the files of tests/fuzz/symbols, and this program
 * itself, each mutated; the same run for the same number.
 *
 * Usage: fuzz_symbols [ROUNDS [SEED]]
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "userspace/enrich/symbols/cfi_row.h"
#include "userspace/enrich/symbols/elf_image.h"
#include "userspace/enrich/symbols/functions.h"
#include "userspace/enrich/creation.h"
#include "userspace/enrich/symbols/stub.h"
#include "userspace/enrich/symbols/symbols_lines.h"
#include "userspace/util/clock.h"
#include "userspace/util/confined.h"

#define FILES_MAX 32
#define FILE_BYTES (8u << 20)
#define CHILDREN_EVERY 101 /* a child for each would cost more than all the rest */

struct bytes {
	unsigned char *data;
	size_t size;
};

static uint64_t random_state, rows_good, rows_applied, unwound;

static uint64_t random_next(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t random_below(uint64_t limit)
{
	return limit ? random_next() % limit : 0;
}

static int read_file(const char *path, struct bytes *bytes)
{
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &status) || status.st_size > FILE_BYTES) {
		fprintf(stderr, "%s: %s\n", path, fd < 0 ? strerror(errno) : "too large");
		return -1;
	}
	bytes->size = (size_t)status.st_size;
	bytes->data = malloc(bytes->size + 1);
	if (!bytes->data || read(fd, bytes->data, bytes->size) != (ssize_t)bytes->size)
		return -1;
	close(fd);
	return 0;
}

/* The numbers that break programs. */
static uint64_t nasty(void)
{
	static const uint64_t values[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, ~0ull, 1ull << 63};

	return random_below(3) ? values[random_below(sizeof(values) / sizeof(*values))] : random_next();
}

/* Where the parsers look: headers, section and segment tables more often than anywhere. */
static size_t place(const struct bytes *bytes)
{
	Elf64_Ehdr header;

	if (bytes->size < sizeof(header) || random_below(4) == 0)
		return random_below(bytes->size);
	memcpy(&header, bytes->data, sizeof(header));
	switch (random_below(3)) {
	case 0:
		return random_below(sizeof(header));
	case 1:
		return header.e_shoff < bytes->size ? header.e_shoff + random_below(bytes->size - header.e_shoff) : 0;
	default:
		return random_below(bytes->size < 4096 ? bytes->size : 4096);
	}
}

static void mutate(struct bytes *bytes)
{
	for (uint64_t i = 1 + random_below(8); i > 0 && bytes->size > 16; i--) {
		uint64_t value = nasty();
		size_t at = place(bytes), size = 1ull << random_below(4);

		if (at + size <= bytes->size)
			memcpy(bytes->data + at, &value, size);
	}
	if (random_below(16) == 0)
		bytes->size = random_below(bytes->size);
}

static int read_bytes(const struct elf_image *image, uint64_t offset, void *to, size_t size)
{
	const struct bytes *bytes = image->context;

	if (offset > bytes->size || size > bytes->size - offset)
		return -EIO;
	memcpy(to, bytes->data + offset, size);
	return 0;
}

/* Memory that answers anything. */
static int read_word(void *context, uint64_t address, uint64_t *word)
{
	(void)context;
	if (address % 7 == 0)
		return -EFAULT;
	*word = address * 0x9e3779b97f4a7c15ull;
	return 0;
}

/* A row as a reader that was broken into would send it: right in its size, which few of mere noise are, or a bit off. */
static void make_row(struct cfi_row *row, size_t *bytes)
{
	row->ops_count = (uint32_t)random_below(random_below(8) ? 16 : 2 * CFI_OPS_MAX);
	row->begin = random_below(2) ? random_below(64) : nasty();
	row->end = row->begin + random_below(64);
	row->known = 1;
	for (size_t i = 0; i <= CFI_REGISTERS; i++) {
		struct cfi_rule *rule = i < CFI_REGISTERS ? &row->rules[i] : &row->cfa;

		rule->kind = (uint32_t)random_below(RULE_KINDS + !random_below(64));
		rule->first = (uint16_t)random_below(random_below(64) ? 8 : CFI_OPS_MAX);
		rule->count = (uint16_t)random_below(random_below(64) ? 8 : CFI_OPS_MAX);
		rule->value = (int64_t)nasty();
	}
	*bytes = sizeof(*row) + row->ops_count * sizeof(struct cfi_op);
	if (!random_below(16))
		*bytes += random_below(64) - 32;
}

/* What the child may send. As much memory as it says, and not a byte more. */
static void try_row(void)
{
	struct cfi_row *whole = calloc(1, 2 * CFI_ROW_BYTES), *row;
	struct cfi_registers registers = {.known = (uint32_t)random_next() | 1u << CFI_SP | 1u << CFI_IP};
	struct cfi_step step = {.memory = read_word, .bias = random_next()};
	size_t bytes;

	if (!whole)
		return;
	for (size_t i = 0; i < 2 * CFI_OPS_MAX; i++)
		whole->ops[i] = (struct cfi_op){.code = random_below(0xa0), .number = random_below(2) ? random_below(17) : nasty(),
						.number2 = nasty()};
	make_row(whole, &bytes);
	row = malloc(bytes);
	if (row) {
		memcpy(row, whole, bytes < sizeof(*whole) + 2 * CFI_OPS_MAX * sizeof(struct cfi_op) ? bytes : 0);
		for (size_t i = 0; i < CFI_REGISTERS; i++)
			registers.value[i] = nasty();
		if (cfi_row_good(row, bytes, row->begin)) {
			rows_good++;
			rows_applied += !cfi_row_apply(row, &registers, &step);
		}
	}
	free(row);
	free(whole);
}

static void try_image(struct bytes *bytes)
{
	struct elf_image image = {.read = read_bytes, .context = bytes, .size = bytes->size, .fd = -1};
	struct functions functions = {0};

	if (!elf_image_open(&image)) {
		functions_read(&functions, &image);
		for (int i = 0; i < 16; i++)
			functions_find(&functions, random_below(2) ? random_next() : random_below(1 << 20));
	}
	functions_free(&functions);
	elf_image_free(&image);
}

/* Small programs are little more than where they begin. */
static uint64_t some_address(const struct bytes *bytes)
{
	Elf64_Ehdr header;

	if (bytes->size < sizeof(header) || random_below(2))
		return random_below(1 << 20);
	memcpy(&header, bytes->data, sizeof(header));
	return header.e_entry + random_below(64);
}

static void try_calls(const struct bytes *bytes, int fd, struct confined_pool *pool)
{
	struct cfi *cfi = cfi_open(pool, fd);
	struct cfi_registers registers;

	for (int i = 0; cfi && i < 8; i++) {
		struct cfi_step step = {.memory = read_word, .until_ns = clock_now_ns() + 10000000000};

		registers = (struct cfi_registers){.known = (1u << CFI_REGISTERS) - 1};
		unwound += !cfi_unwind(cfi, some_address(bytes), &registers, &step);
	}
	cfi_close(cfi);
}

static void try_lines(const struct bytes *bytes, int fd, struct confined_pool *pool)
{
	struct lines *lines = lines_open(pool, fd);
	char file[LINES_FILE_BYTES];
	uint32_t line;

	for (int i = 0; lines && i < 8; i++)
		if (lines_find(lines, some_address(bytes), LINES_ANSWER_MS, file, &line) == -EPIPE)
			break;
	lines_close(lines);
}

/* libdw may break over it: its child then, and no answer. */
static void try_children(const struct bytes *bytes)
{
	int fd = memfd_create("broken", MFD_CLOEXEC);
	struct confined_pool pool = {0};

	if (fd >= 0 && write(fd, bytes->data, bytes->size) == (ssize_t)bytes->size) {
		try_calls(bytes, fd, &pool);
		try_lines(bytes, fd, &pool);
	}
	if (pool.count || (fd >= 0 && close(fd)))
		abort();
}

/* An address in this program's own code or its C library's, in a function or beside it. */
static uint64_t some_code(void)
{
	const uint64_t functions[] = {(uint64_t)try_children, (uint64_t)read_bytes, (uint64_t)malloc, (uint64_t)fork,
				      (uint64_t)vfork,	   (uint64_t)write};

	return functions[random_below(sizeof(functions) / sizeof(*functions))] + random_below(256);
}

/* Whatever a creator's stack and registers hold: calls that are in the process, not more than a place has. */
static void try_creator(struct symbols *symbols)
{
	struct ev_creator_stack creator = {.creator_pid = (uint32_t)getpid(), .ip = some_code(), .sp = nasty(),
					   .bp = nasty(), .bx = nasty(), .di = some_code(), .r12 = nasty(), .r13 = nasty(),
					   .r14 = nasty(), .r15 = nasty()};
	struct creation creation;
	struct stack stack;
	uint64_t word;

	creator.stack_bytes = (uint32_t)random_below(ABI_STACK_BYTES + 1);
	for (size_t i = 0; i + sizeof(word) <= sizeof(creator.stack); i += sizeof(word)) {
		word = random_below(2) ? creator.sp + random_below(ABI_STACK_BYTES) : nasty();
		if (random_below(2))
			word = some_code();
		memcpy(creator.stack + i, &word, sizeof(word));
	}
	if (random_below(2))
		creator.bp = creator.sp + random_below(ABI_STACK_BYTES / 8) * 8;
	stack_unwind_creator(symbols, &creator, &stack);
	if (!stack.count || stack.count > CREATOR_FRAMES)
		abort();
	if (!creation_find(symbols, &stack, &creation) && (!creation.count || creation.count > ABI_PLACE_FRAMES))
		abort();
}

static void try_stub(void)
{
	static const uint8_t often[] = {0x0f, 0x05, 0x48, 0x85, 0xc0, 0x74, 0x75, 0x7c, 0x8c, 0xc3, 0x00, 0x01, 0xff};
	size_t size = random_below(STUB_AFTER + 1);
	uint8_t *code = malloc(STUB_BEFORE + size); /* not a byte more than it is told of */

	if (!code)
		return;
	for (size_t i = 0; i < STUB_BEFORE + size; i++)
		code[i] = i < STUB_BEFORE ? often[i] : often[random_below(sizeof(often))];
	stub_returns(code, size);
	free(code);
}

static size_t read_seeds(struct bytes *seeds)
{
	size_t count = 0;
	glob_t found;

	if (!read_file("/proc/self/exe", &seeds[count]))
		count++;
	if (!glob("tests/fuzz/symbols/*", 0, NULL, &found)) {
		for (size_t i = 0; i < found.gl_pathc && count < FILES_MAX; i++)
			if (!read_file(found.gl_pathv[i], &seeds[count]))
				count++;
		globfree(&found);
	}
	return count;
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 3000;
	struct bytes seeds[FILES_MAX], mutant = {.data = malloc(FILE_BYTES)};
	struct symbols *symbols = symbols_open((uint32_t)getpid());
	size_t count = read_seeds(seeds);

	random_state = argc > 2 ? strtoull(argv[2], NULL, 10) | 1 : 0x2545f4914f6cdd1d;
	if (count < 2 || !mutant.data || !symbols) {
		fprintf(stderr, "no seeds: run it from the top of the tree\n");
		return 1;
	}
	for (unsigned long round = 0; round < rounds; round++) {
		const struct bytes *seed = &seeds[round % count];

		memcpy(mutant.data, seed->data, seed->size);
		mutant.size = seed->size;
		if (round >= count) /* first each as it is */
			mutate(&mutant);
		try_image(&mutant);
		for (int i = 0; i < 32; i++)
			try_row();
		try_creator(symbols);
		try_stub();
		if (round < count || round % CHILDREN_EVERY == 0)
			try_children(&mutant);
	}
	for (size_t i = 0; i < count; i++)
		free(seeds[i].data);
	free(mutant.data);
	symbols_close(symbols);
	/* What is all refused would prove nothing. */
	printf("%llu rows good, %llu applied; %llu frames of files\n", (unsigned long long)rows_good,
	       (unsigned long long)rows_applied, (unsigned long long)unwound);
	return rows_applied < rounds || !unwound;
}
