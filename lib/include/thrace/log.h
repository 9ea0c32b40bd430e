/* SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause */
/*
 * The thread-safe log, in the manner of Python's logging: each record is one write(2), so lines never tear.
 * Formats know %(asctime)s %(levelname)s %(levelno)d %(name)s %(message)s %(threadName)s %(thread)d
 * %(native_id)d %(process)d %(created)f %(msecs)d, each with printf's flags and width, and %%.
 */
#ifndef THRACE_LOG_H
#define THRACE_LOG_H

#include <stdarg.h>
#include <thrace/base.h>

THR_BEGIN_DECLS

enum { THR_DEBUG = 10, THR_INFO = 20, THR_WARNING = 30, THR_ERROR = 40, THR_CRITICAL = 50 };

typedef struct {
	size_t size;        /* sizeof(thr_log_opts); 0 means the same */
	int level;          /* 0: THR_WARNING */
	const char *format; /* null: "%(levelname)s:%(name)s:%(message)s" */
	const char *name;   /* null: "root" */
	int fd;             /* 0: standard error */
} thr_log_opts;

/* May be called again. -EINVAL: the format has an unknown field. -ENOMEM. On error nothing is changed. */
THR_API int thr_log_config(const thr_log_opts *opts);
THR_API bool thr_log_enabled(int level);

/* 0, also when the level is below the configured one; what write(2) said; -ENOMEM. */
THR_API int thr_log(int level, const char *format, ...) THR_PRINTF(2, 3);
THR_API int thr_vlog(int level, const char *format, va_list args) THR_PRINTF(2, 0);

#define thr_log_debug(...)    thr_log(THR_DEBUG, __VA_ARGS__)
#define thr_log_info(...)     thr_log(THR_INFO, __VA_ARGS__)
#define thr_log_warning(...)  thr_log(THR_WARNING, __VA_ARGS__)
#define thr_log_error(...)    thr_log(THR_ERROR, __VA_ARGS__)
#define thr_log_critical(...) thr_log(THR_CRITICAL, __VA_ARGS__)

THR_END_DECLS

#endif
