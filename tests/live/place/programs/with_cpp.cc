// SPDX-License-Identifier: GPL-2.0-only
/* The same by way of C++. */
#include <cstdio>
#include <future>
#include <thread>
#include <unistd.h>

static pid_t tid;

__attribute__((noinline)) static int start_one()
{
	int line = __LINE__ + 1;
	std::thread thread([] { tid = gettid(); });
	thread.join();
	return line;
}

/* Between the creation and this function more of the library's code is inlined, in layers. */
__attribute__((noinline)) static int start_async()
{
	int line = __LINE__ + 1;
	auto future = std::async(std::launch::async, [] { tid = gettid(); });
	future.get();
	return line;
}

int main()
{
	int line = start_one();

	std::printf("cpp %d start_one %d\n", tid, line);
	line = start_async();
	std::printf("async %d start_async %d\n", tid, line);
	return 0;
}
