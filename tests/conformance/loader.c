/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/* Not linked to the library: loads it (argv[1]) in a thread other than main, uses it in both, and ends. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

struct loaded {
	const char *path;
	void *(*current)(void), *(*main)(void);
	size_t (*active_count)(void);
	bool differs; /* the loader is not main */
};

static void *load(void *arg)
{
	struct loaded *loaded = arg;
	void *library = dlopen(loaded->path, RTLD_NOW);

	if (!library)
		return NULL;
	loaded->current = (void *(*)(void))dlsym(library, "thr_current");
	loaded->main = (void *(*)(void))dlsym(library, "thr_main");
	loaded->active_count = (size_t(*)(void))dlsym(library, "thr_active_count");
	loaded->differs = loaded->current() != loaded->main();
	/* It must stay: threads may still be in it. */
	dlclose(library);
	return NULL;
}

int main(int argc, char **argv)
{
	struct loaded loaded = { .path = argc > 1 ? argv[1] : "" };
	pthread_t thread;

	if (pthread_create(&thread, NULL, load, &loaded) || pthread_join(thread, NULL))
		return 1;
	if (!loaded.current || !loaded.main || !loaded.differs)
		return 2;
	if (loaded.current() != loaded.main())
		return 3;
	return loaded.active_count() == 1 ? 0 : 4;
}
