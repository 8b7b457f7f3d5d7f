package io.oauthcc.gateway.token.redis;

import java.util.concurrent.TimeoutException;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;

import org.springframework.core.NestedExceptionUtils;

/**
 * How a command to Redis fails.
 */
enum RedisFailure {

	/** There is no answer in time. */
	LATE,

	/** The answer is an error. */
	ANSWERED,

	/**
	 * The answer is of another kind than the command has, so it is the answer to another
	 * command: as are all that follow on that connection, though some may seem right.
	 */
	MISTAKEN,

	/** There is no connection, or it has ended. */
	NOT_CONNECTED;

	static RedisFailure of(Throwable error) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(error);
		if (root instanceof TimeoutException || root instanceof RedisCommandTimeoutException) {
			return LATE;
		}
		if (root instanceof RedisCommandExecutionException) {
			return ANSWERED;
		}
		// What Lettuce's outputs throw for what they cannot hold.
		if (root instanceof UnsupportedOperationException || root instanceof NumberFormatException) {
			return MISTAKEN;
		}
		return NOT_CONNECTED;
	}

}
