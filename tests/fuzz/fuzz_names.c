/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Fuzz target: any bytes as a function's name in somebody's program, or, behind a byte that no name has, each byte a word
 * of the languages that such names are written in: what is nested deeply is seldom met otherwise. libiberty is not built with sanitizers, so the name
 * lies at the end of a page with nothing behind it, and what is written lies there as well.
 */
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "userspace/util/function_name.h"

#define PAGE	   4096
#define NAME_BYTES 8192

/* The end of so many pages before one that may not be touched. */
static char *end_of_pages(size_t bytes)
{
	char *pages = mmap(NULL, bytes + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || mprotect(pages + bytes, PAGE, PROT_NONE))
		abort();
	return pages + bytes;
}

static const char *const words[] = {
	"_Z", "_R", "N", "E", "I", "J", "L", "X", "S_", "S0_", "S1_", "S2_", "SA_", "St", "Sa", "Ss", "T_", "T0_", "1a", "2bc", "3foo",
	"i", "d", "v", "c", "P", "R", "O", "K", "F", "A1_", "A_", "M", "Dp", "DT", "Dt", "Dn", "sp", "sr", "sZ", "fp_", "fL0p_", "cl", "cv",
	"ad", "il", "tl", "dc", "C1", "C2", "D0", "D1", "Ul", "Ut", "B", "U", "Dv4_", "Tv", "Th8_", "TV", "GV", "GR", "Z", "d_", "s_0",
	"nw", "dl", "pp_", "qu", "ix", "17h0123456789abcdefE", "$LT$", "$u7d$", "..", "B_", "B0_", "B1_", "B5_", "BA_", "C", "Nv", "Nt",
	"NC", "NS", "s_", "s0_", "Xs_", "Ms_", "T", "u", "u2ab", "u7kka_pla", "D", "G_", "G0_", "L_", "L0_", "Kj2a_", "Kc41_", "Kp", "FU",
	"FK", "FUKC", "Q", "y", "z", "p", "0", "1", "_", "9",
};

/* As far as there is room. Returns the length. */
static size_t spell(char *name, size_t room, const uint8_t *bytes, size_t length)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		const char *word = words[bytes[i] % (sizeof(words) / sizeof(*words))];
		size_t more = strlen(word);

		if (used + more > room)
			break;
		memcpy(name + used, word, more);
		used += more;
	}
	return used;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static char *name_end, *plain_end, spelled[NAME_BYTES - 1];
	char *name, *plain;

	if (!name_end) {
		name_end = end_of_pages(NAME_BYTES);
		plain_end = end_of_pages(PAGE);
	}
	if (length && *bytes < ' ') {
		length = spell(spelled, sizeof(spelled), bytes + 1, length - 1);
		bytes = (const uint8_t *)spelled;
	}
	if (length >= NAME_BYTES)
		return 0;
	name = name_end - length - 1;
	memcpy(name, bytes, length);
	name[length] = '\0';
	plain = plain_end - FUNCTION_NAME_BYTES;
	memset(plain, '?', FUNCTION_NAME_BYTES);
	if (!function_name(plain, name))
		*plain = '\0';
	else if (!*plain || strnlen(plain, FUNCTION_NAME_BYTES) == FUNCTION_NAME_BYTES)
		abort();
	for (unsigned int depth = FUNCTION_NAME_DEPTH; depth--;)
		function_name_elide(plain, depth, "...");
	function_name_fit(plain_end - 120, 120, name);
	return 0;
}
