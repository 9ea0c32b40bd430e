/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Pages as they were once read and found right: tests/cli/expect/<model>.<view>.txt. `make
 * cli-golden` writes them anew.
 */
#include "tests/unit/feed.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/cli/models.h"
#include "userspace/export/json.h"
#include "userspace/util/function_name.h"
#include "userspace/view/view.h"

static bool update;

static struct {
	const char *name;
	struct model *(*make)(void);
} const models[] = {
    {"lesson", model_lesson},
    {"family", model_family},
    {"storm", model_storm},
    {"stuck", model_stuck},
    {"cut", model_cut},
    {"hostile", model_hostile},
};

static char *read_expected(const char *path)
{
	FILE *file = fopen(path, "re");
	char *page = NULL;
	size_t room = 0;

	if (!file)
		return NULL;
	if (getdelim(&page, &room, '\0', file) < 0)
		page = NULL;
	fclose(file);
	return page;
}

static void compare(const char *model, const char *view, const char *page)
{
	char path[128];
	char *expected;
	FILE *file;

	snprintf(path, sizeof(path), "tests/cli/expect/%s.%s", model, view);
	if (update) {
		file = fopen(path, "we");
		assert_non_null(file);
		fputs(page, file);
		fclose(file);
		return;
	}
	expected = read_expected(path);
	if (!expected)
		fail_msg("%s: %s", path, strerror(errno));
	if (strcmp(page, expected)) {
		fprintf(stderr, "%s", page); /* longer than a failure's message may be */
		fail_msg("%s differs", path);
	}
	free(expected);
}

static void check_width(const char *page, unsigned int width)
{
	for (const char *line = page; *line; line += strcspn(line, "\n") + 1) {
		size_t columns = 0;

		for (const char *at = line; *at && *at != '\n'; at++)
			columns += (*at & 0xc0) != 0x80; /* no wide characters in these */
		assert_true(columns <= width);
		if (!line[strcspn(line, "\n")])
			break;
	}
}

static char *draw(const struct model *model, const struct view *view, struct text text,
		  bool verbose)
{
	char *page = NULL;
	size_t size;

	text.out = open_memstream(&page, &size);
	assert_non_null(text.out);
	assert_int_equal(view->draw(model, &text, verbose), 0);
	fclose(text.out);
	return page;
}

static void test_pages(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	char name[32];

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++) {
		struct model *model = models[i].make();

		for (const struct view *const *view = views; *view; view++) {
			char *page = draw(model, *view, text, false);

			check_width(page, 100);
			snprintf(name, sizeof(name), "%s.txt", (*view)->name);
			compare(models[i].name, name, page);
			free(page);
		}
		model_free(model);
	}
}

/* Without colour and UTF-8 a page is plain ASCII, whatever the names; with colour it says the same
 * words. */
static void test_plain(void **state)
{
	const struct text plain = {.width = 100}, coloured = {.width = 100, .colour = true};
	struct model *model = model_hostile();

	(void)state;
	for (const struct view *const *view = views; *view; view++) {
		char *page = draw(model, *view, plain, true),
		     *colours = draw(model, *view, coloured, true);
		char *to = colours;

		for (const char *at = page; *at; at++)
			assert_true(*at == '\n' || (*at >= 0x20 && *at < 0x7f));
		assert_non_null(strstr(colours, "\033["));
		for (const char *at = colours; *at; at++) { /* takes the colours out */
			if (*at == '\033')
				at += strcspn(at, "m");
			else
				*to++ = *at;
		}
		*to = '\0';
		assert_string_equal(page, colours);
		free(page);
		free(colours);
	}
	model_free(model);
}

static void test_verbose(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	struct model *model = model_storm();
	char *folded = draw(model, &view_run, text, false),
	     *whole = draw(model, &view_run, text, true);

	(void)state;
	assert_null(strstr(folded, "140"));
	assert_non_null(strstr(folded, "16 more"));
	assert_non_null(strstr(whole, "140"));
	free(folded);
	free(whole);
	model_free(model);
}

/* Where threads were created is told where there is room: in the tree, and in the report that tells all. */
static void test_places(void **state)
{
	const struct text wide = {.utf8 = true, .width = 160}, narrow = {.utf8 = true, .width = 60};
	const struct {
		const struct view *view;
		struct text text;
		bool verbose, told;
	} cases[] = {
	    {&view_tree, wide, false, true}, {&view_tree, narrow, false, false}, {&view_run, wide, true, true},
	    {&view_run, wide, false, false}, {&view_run, narrow, true, false},
	};
	struct model *model = model_lesson();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *page = draw(model, cases[i].view, cases[i].text, cases[i].verbose);

		assert_int_equal(strstr(page, "lesson.c:84") != NULL, cases[i].told);
		assert_int_equal(strstr(page, "CREATED AT") != NULL, cases[i].told);
		free(page);
	}
	model_free(model);
}

/* Where everybody sleeps no record comes: a view tells how long all the same. */
static void test_no_records(void **state)
{
	const struct text text = {.utf8 = true, .width = 100};
	struct model *model = model_stuck();
	char *page;

	(void)state;
	model_account(model, model->now_ns + 60ull * 1000000000);
	page = draw(model, &view_waits, text, false);
	assert_non_null(strstr(page, "wait for each other, for 61.0 s"));
	assert_non_null(strstr(page, "writer 102  61.0 s  kernel"));
	free(page);
	model_free(model);
}

/* What a compiler made of a name is undone as far as it is understood; else NULL. */
static void test_function_names(void **state)
{
	static const struct {
		const char *linker_name, *plain;
	} cases[] = {
	    {"main", NULL},
	    {"", NULL},
	    {"_Z", NULL},
	    {"_ZN", NULL},
	    {"_ZNE", NULL},
	    {"_R", NULL},
	    {"_Z5startv", "start"},
	    {"_Z9startv", NULL}, /* cut off */
	    {"_ZN4node9inspector5Agent5StartERKNSt7__cxx1112ba", "node::inspector::Agent::Start"},
	    {"_ZNK4Lock4heldEv", "Lock::held"},
	    {"_ZN4PoolC2Ei", "Pool::Pool"},
	    {"_ZN4PoolD0Ev", "Pool::~Pool"},
	    {"_ZN4PoolC", NULL},
	    {"_ZNC2Ev", NULL},
	    {"_ZNSt6thread4joinEv", "std::thread::join"},
	    {"_ZNSt6vectorIiSaIiEE4pushEi", "std::vector<int, std::allocator<int> >::push"},
	    {"_ZN3FooIiE3barIdEEvT_", "Foo<int>::bar<double>"},
	    {"_ZN12_GLOBAL__N_13runEv", "(anonymous namespace)::run"},
	    {"_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()"},
	    {"_Z3runv.cold", "run"},
	    {"_ZN1m4main17h4009bc0cd8b193aaE", "m::main"},
	    {"_ZN1m4main17hello_world_1234aE", "m::main::hello_world_1234a"},
	    {"_ZN4core3ptr13drop$LT$T$GT$17h4009bc0cd8b193aaE", "core::ptr::drop<T>"},
	    {"_ZN52_$LT$demo..Pool$u20$as$u20$core..ops..drop..Drop$GT$4drop17h0123456789abcdefE",
	     "<demo::Pool as core::ops::drop::Drop>::drop"},
	    {"_RNvCsjDQNFu7nQ4C_17rustc_driver_impl4main", "rustc_driver_impl::main"},
	    {"_RINvNtCshb4CxotJIr4_15rustc_interface4util3runNCINvB4_", NULL}, /* cut off */
	    {"_RNCNvC1m4main0", "m::main::{closure#0}"},
	    {"_RNvC1m4_4eve", "m::4eve"},
	    {"_RNvMNtCs3MG2_4data9jobserverNtB2_5Proxy3new", "<data::jobserver::Proxy>::new"},
	    {"_RNvXs_NtC4demo4poolNtB4_6WorkerNtB4_3Job3run", "<demo::pool::Worker as demo::pool::Job>::run"},
	    {"_RNvC1mu7kka_pla", "m::\xc3\xa4kka"},
	    {"_RNvC1m99main", NULL},
	    {"_ZN99999999999999999999999999xE", NULL},
	};
	char plain[FUNCTION_NAME_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool understood = function_name(plain, cases[i].linker_name);

		if (understood != (cases[i].plain != NULL) || (understood && strcmp(plain, cases[i].plain)))
			fail_msg("%s became %s", cases[i].linker_name, understood ? plain : "nothing");
	}
}

/* C++: 1a<S_, S_>, and each step tells all of the one before twice: 2^30 parts in 250 bytes. */
static void put_doubling_cpp(char *name)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	name = stpcpy(name, "_Z1fI1aIiiE");
	for (int i = 0; i < 30; i++)
		name += sprintf(name, "S_IS%c_S%c_E", digits[i], digits[i]);
	strcpy(name, "EvT_");
}

/* Rust: a pair of the pair before, by where that stands (counted from behind "_R", less one, to the base of 62). */
static void put_doubling_rust(char *name)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *at = stpcpy(name, "_RINvC1m1f"), *before = at;

	at = stpcpy(at, "TllE");
	for (int i = 0; i < 30; i++) {
		size_t place = (size_t)(before - name) - 3;
		char back[8];

		if (place < 62)
			sprintf(back, "B%c_", digits[place]);
		else
			sprintf(back, "B%c%c_", digits[place / 62], digits[place % 62]);
		before = at;
		at += sprintf(at, "T%s%sE", back, back);
	}
	strcpy(at, "E");
}

/* What would take hours to tell is told as far as it fits; and who is nested deeper than any stack is left alone. */
static void test_endless_names(void **state)
{
	static void (*const doublings[])(char *) = {put_doubling_cpp, put_doubling_rust};
	static const char *const nested[][3] = {
	    {"_Z1fI", "P", "iEvv"}, {"_RINvC1m1f", "R", "lE"}, {"_Z", "L", "x"}, {"_ZN", "1aI", ""}, {"_RNv", "M", ""}};
	char name[3000], plain[FUNCTION_NAME_BYTES];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		doublings[i](name);
		assert_true(function_name(plain, name));
		assert_int_equal(strlen(plain), FUNCTION_NAME_BYTES - 1);
		assert_string_equal(plain + FUNCTION_NAME_BYTES - 4, "...");
	}
	for (size_t i = 0; i < sizeof(nested) / sizeof(*nested); i++) {
		strcpy(name, nested[i][0]);
		while (strlen(name) < sizeof(name) - 10)
			strcat(name, nested[i][1]);
		strcat(name, nested[i][2]);
		for (size_t length = strlen(name); length > 3; length -= 3) {
			function_name(plain, name);
			name[length - 3] = '\0';
		}
	}
}

/* What a record holds can be undone by its reader, or is undone already. */
static void test_fitting_names(void **state)
{
	const char *shortest = "_ZN3FooIiE3barIdEEvT_", *longer = "_ZN3FooISt6vectorIiSaIiEEE3barISt6vectorIdSaIdEEEEvT_";
	char field[40];

	(void)state;
	memset(field, 0, sizeof(field));
	function_name_fit(field, sizeof(field), shortest);
	assert_string_equal(field, shortest);
	function_name_fit(field, sizeof(field), longer);
	assert_memory_equal(field, "Foo<std::vector<int, std::allocator<int> > >", sizeof(field));
	memset(field, 0, sizeof(field));
	function_name_fit(field, sizeof(field), NULL);
	assert_string_equal(field, "");
}

/* Nothing was ever said: the views still draw a page. */
static void test_empty(void **state)
{
	const struct text text = {.utf8 = true, .width = 40};
	struct model *model = model_new(NULL);

	(void)state;
	for (const struct view *const *view = views; *view; view++) {
		char *page = draw(model, *view, text, false);

		check_width(page, 40);
		assert_non_null(strstr(page, "Nothing lost."));
		free(page);
	}
	model_free(model);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_verbose),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_no_records),
	    cmocka_unit_test(test_function_names),
	    cmocka_unit_test(test_endless_names),
	    cmocka_unit_test(test_fitting_names),
	    cmocka_unit_test(test_empty),
	};

	update = argc > 1 && !strcmp(argv[1], "--update");
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
