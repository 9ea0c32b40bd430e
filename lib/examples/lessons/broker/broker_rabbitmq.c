// SPDX-License-Identifier: LGPL-2.1-or-later OR BSD-2-Clause
/* A RabbitMQ server, through librabbitmq: one connection a handle, one queue on it, by the
 * default exchange. */
#include "broker.h"

#ifdef HAVE_RABBITMQ
#include <errno.h>
#if __has_include(<rabbitmq-c/amqp.h>) /* from version 0.12 on */
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_tcp_socket.h>
#endif
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define CHANNEL	  1
#define FRAME_MAX 131072

/* What the server or the library refuses has many names; to the canteen it is one: the broker
 * does not answer. */
static int answered(amqp_connection_state_t connection)
{
	return amqp_get_rpc_reply(connection).reply_type == AMQP_RESPONSE_NORMAL ? 0 : -EPROTO;
}

static int log_in(amqp_connection_state_t connection, char *url)
{
	struct amqp_connection_info info;
	amqp_socket_t *socket = amqp_tcp_socket_new(connection);

	if (!socket)
		return -ENOMEM;
	if (amqp_parse_url(url, &info) || info.ssl)
		return -EINVAL;
	if (amqp_socket_open(socket, info.host, info.port))
		return -ECONNREFUSED;
	if (amqp_login(connection, info.vhost, 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN,
		       info.user, info.password)
		.reply_type != AMQP_RESPONSE_NORMAL)
		return -EACCES;
	amqp_channel_open(connection, CHANNEL);
	return answered(connection);
}

static int open_queue(struct broker *broker, const char *url)
{
	amqp_connection_state_t connection = amqp_new_connection();
	char *copy = strdup(url); /* parsing writes into it */
	int error = connection && copy ? log_in(connection, copy) : -ENOMEM;

	free(copy);
	if (!error) {
		amqp_queue_declare(connection, CHANNEL, amqp_cstring_bytes(broker->name), 0, 0,
				   0, 0, amqp_empty_table);
		error = answered(connection);
	}
	if (!error) {
		broker->connection = connection;
		return 0;
	}
	if (connection)
		amqp_destroy_connection(connection);
	return error;
}

static int put(struct broker *broker, int number)
{
	const amqp_bytes_t body = {.len = sizeof(number), .bytes = &number};

	return amqp_basic_publish(broker->connection, CHANNEL, amqp_empty_bytes,
				  amqp_cstring_bytes(broker->name), 0, 0, NULL, body)
		   ? -EPROTO
		   : 0;
}

/* Asks to be given what comes, once; one message at a time, so that the kitchens share the
 * work. */
static int consume(struct broker *broker)
{
	amqp_connection_state_t connection = broker->connection;

	if (broker->descriptor)
		return 0;
	broker->descriptor = 1;
	amqp_basic_qos(connection, CHANNEL, 0, 1, 0);
	amqp_basic_consume(connection, CHANNEL, amqp_cstring_bytes(broker->name),
			   amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
	return answered(connection);
}

static int get(struct broker *broker, int *number)
{
	amqp_envelope_t envelope;
	int error = consume(broker);

	if (error)
		return error;
	amqp_maybe_release_buffers(broker->connection);
	if (amqp_consume_message(broker->connection, &envelope, NULL, 0).reply_type !=
	    AMQP_RESPONSE_NORMAL)
		return -EPROTO;
	if (envelope.message.body.len == sizeof(*number))
		memcpy(number, envelope.message.body.bytes, sizeof(*number));
	else
		error = -EBADMSG;
	if (!error && amqp_basic_ack(broker->connection, CHANNEL, envelope.delivery_tag, 0))
		error = -EPROTO;
	amqp_destroy_envelope(&envelope);
	return error;
}

static void close_queue(struct broker *broker, int remove)
{
	if (remove)
		amqp_queue_delete(broker->connection, CHANNEL, amqp_cstring_bytes(broker->name),
				  0, 0);
	amqp_channel_close(broker->connection, CHANNEL, AMQP_REPLY_SUCCESS);
	amqp_connection_close(broker->connection, AMQP_REPLY_SUCCESS);
	amqp_destroy_connection(broker->connection);
}

static const struct broker_ops ops = {
    .open = open_queue, .put = put, .get = get, .close = close_queue};
const struct broker_ops *const broker_rabbitmq_ops = &ops;
#else
const struct broker_ops *const broker_rabbitmq_ops = 0;
#endif
