// SPDX-License-Identifier: GPL-2.0-only
#include "userspace/cmd/top/top_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "userspace/util/out_file.h"

/* What the program that is about to be started will inherit as 0, 1 and 2. */
static int redirect(struct top_output *output, const char *path)
{
	int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int out = in < 0 ? -errno : out_file_create(path, 0644, true, &output->name);
	int error = out < 0 ? out : 0;

	for (int fd = 0; !error && fd < 3; fd++) {
		output->saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (dup2(fd ? out : in, fd) < 0)
			error = -errno;
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return error;
}

int top_output_begin(struct top_output *output, struct session *session)
{
	const struct options *options = session->options;
	const char *path = options->output ? options->output : "/dev/null";
	char why[256];
	int error;

	for (int fd = 0; fd < 3; fd++)
		output->saved[fd] = -1;
	fflush(NULL);
	if (options->target.launch) {
		error = redirect(output, path);
		session->output = &output->name;
		if (error) {
			top_output_release(output);
			return command_fail(session->command, STATUS_FAILED,
					    "%s", out_file_explain(path, error, why, sizeof(why)));
		}
	}
	output->said = open_memstream(&output->words, &output->length);
	if (output->said) {
		output->stderr_before = stderr;
		stderr = output->said;
	}
	return STATUS_GOOD;
}

void top_output_release(struct top_output *output)
{
	for (int fd = 0; fd < 3; fd++) {
		if (output->saved[fd] < 0)
			continue;
		dup2(output->saved[fd], fd);
		close(output->saved[fd]);
		output->saved[fd] = -1;
	}
}

void top_output_end(struct top_output *output)
{
	top_output_release(output);
	if (output->name.meanwhile) /* what had the name has it still: nothing was started */
		out_name_drop(&output->name);
	if (!output->said)
		return;
	fclose(output->said);
	stderr = output->stderr_before;
	fwrite(output->words, 1, output->length, stderr);
	free(output->words);
	*output = (struct top_output){.saved = {-1, -1, -1}};
}
