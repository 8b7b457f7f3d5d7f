package io.oauthcc.gateway.filter;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Middleware} makes of one token. {@code toString} shows no claim.
 */
sealed interface ClaimsVerdict {

	/**
	 * The claims hold.
	 *
	 * @param headerValues what the service is told of them, in the order of the headers
	 * @param username who the client is, or {@code null} if nothing says so
	 */
	record Accepted(List<String> headerValues, @Nullable String username) implements ClaimsVerdict {

		@Override
		public String toString() {
			return "Accepted";
		}

	}

	/**
	 * The token was not granted the scopes that are required.
	 */
	record Insufficient() implements ClaimsVerdict {

	}

	/**
	 * The claims do not hold.
	 *
	 * @param failingPart the part of the expression that tells why
	 */
	record Rejected(String failingPart) implements ClaimsVerdict {

	}

	/**
	 * The token has no claims that could be read.
	 *
	 * @param reason why, without anything of the token
	 */
	record Unreadable(String reason) implements ClaimsVerdict {

	}

}
