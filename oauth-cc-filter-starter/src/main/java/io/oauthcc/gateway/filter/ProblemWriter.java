package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Writes a {@link Problem} as the response, and leaves nothing of the request to go on.
 */
final class ProblemWriter {

	/** RFC 7617, section 2. */
	private static final String BASIC_CHALLENGE = "Basic realm=\"gateway\", charset=\"UTF-8\"";

	/** RFC 6750, section 3.1. */
	private static final String SCOPE_CHALLENGE = "Bearer error=\"insufficient_scope\"";

	private static final Set<HttpStatus> LATER = Set.of(HttpStatus.SERVICE_UNAVAILABLE, HttpStatus.TOO_MANY_REQUESTS);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private ProblemWriter() {
	}

	/**
	 * Write a problem.
	 * @param exchange the exchange to end
	 * @param problem what is wrong
	 * @param retryAfter the wait before the next attempt, or {@code null} if nothing is
	 * known of it; it is told only with the statuses 429 and 503
	 * @return completes when the response is written
	 */
	static Mono<Void> write(ServerWebExchange exchange, Problem problem, @Nullable Duration retryAfter) {
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(problem.status());
		HttpHeaders headers = response.getHeaders();
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		headers.setCacheControl(CacheControl.noStore());
		byte[] body = problem.body().getBytes(StandardCharsets.UTF_8);
		headers.setContentLength(body.length);
		if (problem.status() == HttpStatus.UNAUTHORIZED) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, BASIC_CHALLENGE);
		}
		if (problem == Problem.ACCESS_INSUFFICIENT) {
			headers.set(HttpHeaders.WWW_AUTHENTICATE, SCOPE_CHALLENGE);
		}
		if (LATER.contains(problem.status())) {
			headers.set(HttpHeaders.RETRY_AFTER,
					Long.toString(seconds((retryAfter != null) ? retryAfter : RETRY_AFTER)));
		}
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

	/** Rounded up: whoever comes back in time is not too early. */
	private static long seconds(Duration wait) {
		return Math.max(1, wait.plusMillis(999).toSeconds());
	}

}
