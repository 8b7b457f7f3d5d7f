package io.oauthcc.gateway.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

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
	private static final String CHALLENGE = "Basic realm=\"gateway\", charset=\"UTF-8\"";

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private ProblemWriter() {
	}

	/**
	 * Write a problem.
	 * @param exchange the exchange to end
	 * @param problem what is wrong
	 * @param retryAfter the wait before the next attempt, or {@code null} if nothing is
	 * known of it; it is told only with the status 503
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
			headers.set(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
		}
		if (problem.status() == HttpStatus.SERVICE_UNAVAILABLE) {
			Duration wait = (retryAfter != null) ? retryAfter : RETRY_AFTER;
			headers.set(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds()));
		}
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
	}

}
