/* SPDX-License-Identifier: GPL-2.0-only
 *
 * Functions' names: what compilers made of them is undone, and made to fit. Anybody's names, so none may do harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "userspace/util/function_name.h"
#include "userspace/util/utf8.h"

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

/* So much of it is left out, and no more. */
static void test_elided_names(void **state)
{
	static const struct {
		const char *name;
		unsigned int depth;
		const char *left;
	} cases[] = {
	    {"main", 0, "main"},
	    {"Pool<std::map<int, Order> >::start", 2, "Pool<std::map<int, Order> >::start"},
	    {"Pool<std::map<int, Order> >::start", 1, "Pool<std::map<_> >::start"},
	    {"Pool<std::map<int, Order> >::start", 0, "Pool<_>::start"},
	    {"Pool<Order>::start", 0, "Pool<Order>::start"}, /* it is short */
	    {"<demo::pool::Worker as demo::pool::Job>::run", 0, "<_>::run"},
	    {"Pool<void (std::vector<int>)>::run(first)", 1, "Pool<void (std::vector<int>)>::run(first)"},
	    {"run::{lambda(std::vector<int, Alloc>)#1}::operator()", 0, "run::{lambda(std::vector<_>)#1}::operator()"},
	    {"Pool<(anonymous namespace)::Job>::run", 0, "Pool<_>::run"},
	    {"operator<< <std::char_traits<char> >", 0, "operator<< <_>"},
	    {"Pool<long_name>::operator->", 0, "Pool<_>::operator->"},
	    {"Pool<long_name>::operator<=>", 0, "Pool<_>::operator<=>"},
	    {"my_operator<long_name>", 0, "my_operator<_>"},
	    {"call::<fn(alloc::string::String) -> bool>::go", 0, "call::<_>::go"},
	    {"Pool<((sizeof (long_name))>(8)), long_name>::run", 0, "Pool<_>::run"},
	    {"Pool<((sizeof (long_name))<(8)), long_name>::run", 0, "Pool<_>::run"},
	    {"Pool<long_name, never_closed", 0, "Pool<long_name, never_closed"},
	    {"never_opened, long_name>::run)>", 0, "never_opened, long_name>::run)>"},
	    {"", 0, ""},
	};
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		strcpy(name, cases[i].name);
		function_name_elide(name, cases[i].depth, "_");
		if (strcmp(name, cases[i].left))
			fail_msg("%s at %u became %s", cases[i].name, cases[i].depth, name);
	}
}

/* Brackets without end, of every kind and closed by every other, are no more than text. */
static void test_endless_brackets(void **state)
{
	static const char brackets[] = "<({[>)}]";
	char name[FUNCTION_NAME_BYTES];

	(void)state;
	for (size_t opens = 0; opens < 4; opens++)
		for (size_t closes = 4; closes < 8; closes++) {
			memset(name, brackets[opens], sizeof(name) / 2);
			memset(name + sizeof(name) / 2, brackets[closes], sizeof(name) / 2);
			name[sizeof(name) - 1] = '\0';
			for (unsigned int depth = FUNCTION_NAME_DEPTH; depth--;)
				function_name_elide(name, depth, "...");
			assert_in_range(strlen(name), 1, sizeof(name) - 1);
		}
}

/* What a record holds can be undone by its reader, or is undone already. */
static void test_fitting_names(void **state)
{
	const char *shortest = "_ZN3FooIiE3barIdEEvT_", *longer = "_ZN3FooISt6vectorIiSaIiEEE3barISt6vectorIdSaIdEEEEvT_";
	char field[47] = "";

	(void)state;
	function_name_fit(field, 40, shortest);
	assert_string_equal(field, shortest);
	function_name_fit(field, 46, longer);
	assert_string_equal(field, "Foo<std::vector<...> >::bar<std::vector<...> >");
	function_name_fit(field, 40, longer);
	assert_string_equal(field, "Foo<...>::bar<...>");
	memset(field, 0, sizeof(field));
	function_name_fit(field, 16, longer);
	assert_string_equal(field, "Foo<...>::bar...");
	memset(field, 0, sizeof(field));
	function_name_fit(field, 40, NULL);
	assert_string_equal(field, "");
}

/* A character of two bytes, cut nowhere, wherever the end is. */
static void test_cut_between_characters(void **state)
{
	const char *names[] = {"_Z12\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6v", "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6"};
	char field[16];
	uint32_t code;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (size_t bytes = 4; bytes <= 12; bytes++) {
			size_t used = 0, length;

			memset(field, 0, sizeof(field));
			function_name_fit(field, bytes, names[i]);
			assert_in_range(strlen(field), bytes - 1, bytes);
			for (; field[used]; used += length) {
				length = utf8_character(field + used, &code);
				assert_int_not_equal(length, 0);
			}
		}
	assert_string_equal(utf8_end("\xc3\xa4\xc3\xb6", 3), "\xc3\xb6");
	assert_string_equal(utf8_end("\xc3\xa4\xc3\xb6", 4), "\xc3\xa4\xc3\xb6");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_function_names),	 cmocka_unit_test(test_endless_names),
	cmocka_unit_test(test_elided_names),	 cmocka_unit_test(test_endless_brackets),
	cmocka_unit_test(test_fitting_names),	 cmocka_unit_test(test_cut_between_characters),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
