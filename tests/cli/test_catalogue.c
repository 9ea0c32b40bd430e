// SPDX-License-Identifier: GPL-2.0-only
/* Catalogues: what msgfmt wrote is found; what it did not write is refused, whatever it holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "userspace/util/catalogue.h"

/* Two texts, sorted: "a" -> "A1", "bc" -> "BC"; as msgfmt lays them out. */
static const uint32_t good[] = {
    0x950412de, 0, 2, 20, 36,	    /* head */
    1, 52, 2, 54,		    /* texts: length, offset */
    2, 57, 2, 60,		    /* translations */
    0x63620061, 0x00314100, 0x00004342, /* "a\0bc" "\0A1\0" "BC\0" */
};

static struct catalogue *open_bytes(const void *bytes, size_t size)
{
	char path[] = "/tmp/test_catalogue.XXXXXX";
	const int fd = mkstemp(path);
	struct catalogue *catalogue;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	catalogue = catalogue_open(path);
	close(fd);
	unlink(path);
	return catalogue;
}

static void test_good(void **state)
{
	struct catalogue *catalogue = open_bytes(good, sizeof(good));

	(void)state;
	assert_non_null(catalogue);
	assert_string_equal(catalogue_text(catalogue, "a"), "A1");
	assert_string_equal(catalogue_text(catalogue, "bc"), "BC");
	assert_string_equal(catalogue_text(catalogue, "b"), "b");
	assert_string_equal(catalogue_text(catalogue, "z"), "z");
	assert_string_equal(catalogue_text(catalogue, ""), "");
	catalogue_close(catalogue);
}

static void test_none(void **state)
{
	(void)state;
	assert_null(catalogue_open("/no/such/file"));
	assert_string_equal(catalogue_text(NULL, "as it is"), "as it is");
	catalogue_close(NULL);
}

/* Cut anywhere, or any one of its figures made nonsense: refused, or read without a step outside. */
static void test_bad(void **state)
{
	static const uint32_t nonsense[] = {0, 1, 3, 59, 0x7fffffff, 0xfffffffc, 0xffffffff};
	struct catalogue *catalogue;

	(void)state;
	for (size_t size = 0; size < sizeof(good) - 1; size++)
		assert_null(open_bytes(good, size));
	for (size_t at = 0; at < sizeof(good) / sizeof(*good); at++) {
		for (size_t i = 0; i < sizeof(nonsense) / sizeof(*nonsense); i++) {
			uint32_t bytes[sizeof(good) / sizeof(*good)];

			memcpy(bytes, good, sizeof(good));
			bytes[at] = nonsense[i];
			catalogue = open_bytes(bytes, sizeof(bytes));
			if (catalogue)
				assert_non_null(catalogue_text(catalogue, "bc"));
			catalogue_close(catalogue);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
