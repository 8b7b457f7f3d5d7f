package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import io.oauthcc.gateway.token.AccessTokenClient;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.AccessTokenResponse;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TraceHeaders;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.ClientResponse;

/**
 * Asks a token endpoint over HTTP, with Reactor Netty: never follows a redirect, reads at
 * most 64 KiB, holds the connect phase to the grant's limit and the whole request to its
 * own.
 * <p>
 * Safe for use by many threads.
 */
public final class HttpAccessTokenClient implements AccessTokenClient, DisposableBean {

	private static final Log logger = LogFactory.getLog(HttpAccessTokenClient.class);

	private static final Set<Integer> OUT_OF_SERVICE = Set.of(502, 503, 504);

	private static final byte[] EMPTY = new byte[0];

	/**
	 * An answer that comes at the same time as its time limit ends in an error that
	 * nobody waits for. Reactor would log it as an error with its stack.
	 */
	private static final Context DROPPED_QUIETLY = Context.of("reactor.onErrorDropped.local",
			(Consumer<Throwable>) (error) -> logger.debug("Too late: " + nameOf(error)));

	private final Clock clock;

	/** Each with connections of its own: one that hangs takes none of another's. */
	private final HttpClients<TokenEndpointId> endpoints;

	private final TokenEndpointDiscovery discovery;

	private final TokenRequestForm form;

	private final TokenResponseReader reader = new TokenResponseReader();

	private final TokenRequestProofs proofs;

	/**
	 * Create a client with pools of connections of its own.
	 * @param clock tells how long a {@code Retry-After} date is away, and when an
	 * assertion is signed
	 * @param maximumConnections how many connections there are to each token endpoint at
	 * most
	 */
	public HttpAccessTokenClient(Clock clock, int maximumConnections) {
		this.clock = clock;
		this.form = new TokenRequestForm(clock);
		this.proofs = new TokenRequestProofs(clock);
		this.endpoints = new HttpClients<>(
				(id) -> new TokenEndpointHttpClient(id.timeout(), maximumConnections, id.transport()));
		this.discovery = new TokenEndpointDiscovery(this.endpoints::get, clock);
	}

	@Override
	public Mono<AccessTokenResponse> send(AccessTokenRequest request, Duration timeout) {
		return Mono.defer(() -> exchange(request, timeout, new Progress()));
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		this.discovery.prepare(grant);
	}

	private Mono<AccessTokenResponse> exchange(AccessTokenRequest request, Duration timeout, Progress progress) {
		return this.discovery.tokenUriOf(request.grant())
			.flatMap((tokenUri) -> this.proofs.prove(request.grant(), tokenUri,
					(headers) -> Mono.deferContextual(
							(context) -> post(request, tokenUri, headers, TraceHeaders.of(context), progress))))
			.timeout(timeout, Mono.error(() -> tooLate(progress)))
			.contextWrite(DROPPED_QUIETLY)
			.onErrorMap((error) -> !(error instanceof AccessTokenException),
					(error) -> classify(error, request.grant(), progress));
	}

	private Mono<AccessTokenResponse> post(AccessTokenRequest request, URI tokenUri, HttpHeaders headers,
			Map<String, String> traceHeaders, Progress progress) {
		progress.begin();
		ClientCredentialsGrant grant = request.grant();
		traceHeaders.forEach(headers::set);
		grant.headers().forEach(headers::set);
		headers.setAccept(MediaType.parseMediaTypes(MediaType.APPLICATION_JSON_VALUE));
		headers.setContentType(MediaType.APPLICATION_FORM_URLENCODED);
		return this.form.write(request, tokenUri, headers)
			.zipWith(this.endpoints.get(TokenEndpointId.of(grant)))
			.flatMap((prepared) -> prepared.getT2()
				.post()
				.uri(tokenUri)
				.headers((target) -> target.putAll(headers))
				.bodyValue(prepared.getT1())
				.httpRequest((sent) -> progress.connected = true)
				.exchangeToMono((response) -> {
					progress.answered = true;
					this.proofs.learn(grant, tokenUri, response.headers().asHttpHeaders());
					return read(response, grant, progress).onErrorMap(AccessTokenException.class,
							(ex) -> withClockDifference(ex, request, response));
				}));
	}

	private Mono<AccessTokenResponse> read(ClientResponse response, ClientCredentialsGrant grant, Progress progress) {
		if (response.statusCode().isSameCodeAs(HttpStatus.UNAUTHORIZED)) {
			return refuse(response, progress, new AccessTokenException(AccessTokenFailure.CLIENT_REFUSED, "HTTP 401"));
		}
		if (response.statusCode().isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS)) {
			return refuse(response, progress,
					new AccessTokenException(AccessTokenFailure.BUSY, "HTTP 429", retryAfter(response)));
		}
		if (OUT_OF_SERVICE.contains(response.statusCode().value())) {
			return refuse(response, progress, new AccessTokenException(AccessTokenFailure.UNAVAILABLE,
					"HTTP " + response.statusCode().value(), retryAfter(response)));
		}
		return response.bodyToMono(byte[].class)
			.defaultIfEmpty(EMPTY)
			.map((body) -> this.reader.read(response.statusCode(), body, grant.tokenType()));
	}

	/** Whose clock is wrong cannot sign what a token endpoint takes. */
	private AccessTokenException withClockDifference(AccessTokenException ex, AccessTokenRequest request,
			ClientResponse response) {
		String difference = (ex.getFailure() == AccessTokenFailure.CLIENT_REFUSED && TokenRequestForm.isSigned(request))
				? ClockDifference.describe(response.headers().asHttpHeaders(), this.clock) : null;
		return (difference != null)
				? new AccessTokenException(ex.getFailure(), "%s; %s".formatted(ex.getMessage(), difference)) : ex;
	}

	private @Nullable Duration retryAfter(ClientResponse response) {
		return RetryAfter.of(response.headers().asHttpHeaders(), this.clock);
	}

	/**
	 * The status alone decides. The body is read for the sake of the connection, which
	 * can then be used again; it may be too large, cut off or without end.
	 */
	private static Mono<AccessTokenResponse> refuse(ClientResponse response, Progress progress,
			AccessTokenException refusal) {
		progress.refusal = refusal;
		return response.bodyToMono(byte[].class).onErrorComplete().then(Mono.error(refusal));
	}

	private static AccessTokenException tooLate(Progress progress) {
		AccessTokenException refusal = progress.refusal;
		if (refusal != null) {
			return refusal;
		}
		if (!progress.located) {
			return new AccessTokenException(AccessTokenFailure.TIMEOUT, "The issuer's metadata did not come in time");
		}
		return progress.connected
				? new AccessTokenException(AccessTokenFailure.TIMEOUT, "No whole answer within the time limit")
				: new AccessTokenException(AccessTokenFailure.UNREACHABLE, "No connection within the time limit");
	}

	private static AccessTokenException classify(Throwable error, ClientCredentialsGrant grant, Progress progress) {
		// With TLS 1.3 a certificate is refused when the request is already sent.
		AccessTokenException failure = progress.answered ? null
				: ConnectFailure.of(error, grant.transport().tls().key() != null);
		if (failure != null) {
			return failure;
		}
		boolean broken = rootOf(error) instanceof IOException;
		if (progress.answered && broken) {
			return new AccessTokenException(AccessTokenFailure.UNAVAILABLE,
					"The answer breaks off (%s)".formatted(nameOf(error)));
		}
		if (progress.answered) {
			return new AccessTokenException(AccessTokenFailure.BAD_ANSWER,
					"The answer is too large or not HTTP (%s)".formatted(nameOf(error)));
		}
		// Not all that fails before there is a connection is an I/O error: a name that is
		// not resolved is none.
		if (!progress.connected || broken) {
			return new AccessTokenException(AccessTokenFailure.UNREACHABLE,
					grant.transport().isProxied(grant.tokenEndpoint().uri().getHost())
							? "%s, through the proxy".formatted(nameOf(error)) : nameOf(error));
		}
		// What is no I/O error before the answer's head comes of a head that is not HTTP.
		return new AccessTokenException(AccessTokenFailure.BAD_ANSWER,
				"The answer is not HTTP (%s)".formatted(nameOf(error)));
	}

	/** The name alone: messages of other libraries may quote what was sent. */
	private static String nameOf(Throwable error) {
		return rootOf(error).getClass().getSimpleName();
	}

	private static Throwable rootOf(Throwable error) {
		return Objects.requireNonNullElse(NestedExceptionUtils.getRootCause(error), error);
	}

	@Override
	public void destroy() {
		this.discovery.dispose();
		this.endpoints.dispose();
	}

	/**
	 * How far one request has come; written by the event loop, read by the timer.
	 */
	private static final class Progress {

		private volatile boolean located;

		private volatile boolean connected;

		private volatile boolean answered;

		private volatile @Nullable AccessTokenException refusal;

		private void begin() {
			this.located = true;
			this.connected = false;
			this.answered = false;
		}

	}

}
