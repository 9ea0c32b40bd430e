// SPDX-License-Identifier: GPL-2.0-only
/* The same by way of C++. */
#include <cstdio>
#include <future>
#include <map>
#include <thread>
#include <unistd.h>
#include <vector>

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

template <typename Kind> struct Pool
{
	__attribute__((noinline)) static int start()
	{
		int line = __LINE__ + 1;
		std::thread thread([] { tid = gettid(); });
		thread.join();
		return line;
	}
};

/* clang describes a function in the namespace that it stands in, gcc beside it. */
namespace inner
{
template <typename Work> __attribute__((always_inline)) inline std::thread start_for(Work work)
{
	return std::thread(work);
}

__attribute__((noinline)) static int start_inside()
{
	int line = __LINE__ + 1;
	std::thread thread = start_for([] { tid = gettid(); });
	thread.join();
	return line;
}
}

/* A name as rustc mangles it (v0): <demo::pool::Worker as demo::pool::Job>::run. */
__attribute__((noinline)) static int run_job() __asm__("_RNvXs_NtC4demo4poolNtB4_6WorkerNtB4_3Job3run");
static int run_job()
{
	int line = __LINE__ + 1;
	std::thread thread([] { tid = gettid(); });
	thread.join();
	return line;
}

int main()
{
	int line = start_one();

	std::printf("cpp %d start_one %d\n", tid, line);
	line = start_async();
	std::printf("async %d start_async %d\n", tid, line);
	line = Pool<std::map<int, std::vector<int>>>::start();
	std::printf("template %d start %d\n", tid, line);
	line = inner::start_inside();
	std::printf("namespace %d start_inside %d\n", tid, line);
	line = run_job();
	std::printf("rust %d run %d\n", tid, line);
	return 0;
}
