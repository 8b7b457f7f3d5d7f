package io.oauthcc.gateway.token.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSecurityContextJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import io.oauthcc.gateway.token.AccessToken;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenVerifier;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.JwtVerification;
import reactor.core.publisher.Flux;
import io.oauthcc.gateway.token.TransportSettings;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;

/**
 * Verifies JWTs by the keys of their issuer. Signatures are asymmetric, and a key must be
 * of the kind that the token's algorithm takes.
 * <p>
 * Safe for use by many threads.
 */
public final class JwtAccessTokenVerifier implements AccessTokenVerifier, DisposableBean {

	private static final Set<JWSAlgorithm> ALGORITHMS = Stream.of(SignatureAlgorithm.values())
		.map((algorithm) -> JWSAlgorithm.parse(algorithm.getName()))
		.collect(Collectors.toUnmodifiableSet());

	private static final int MOST_DECODERS = 1000;

	private static final int MOST_CONNECTIONS = 4;

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private final HttpClients<TransportSettings> clients = new HttpClients<>(
			(transport) -> new TokenEndpointHttpClient(CONNECT_TIMEOUT, MOST_CONNECTIONS, transport));

	private final Clock clock;

	private final JwkSets keys;

	private final LoadingCache<Source, ReactiveJwtDecoder> decoders = Caffeine.newBuilder()
		.maximumSize(MOST_DECODERS)
		.expireAfterAccess(ResilientTokenEndpoints.FORGOTTEN_AFTER)
		.executor(Runnable::run)
		.build(this::decoder);

	private final LongAdder unverified = new LongAdder();

	/**
	 * Create a verifier without any keys.
	 * @param clock tells when keys are fetched again
	 */
	public JwtAccessTokenVerifier(Clock clock) {
		this.clock = clock;
		this.keys = new JwkSets(this.clients::get, clock);
	}

	@Override
	public void prepare(ClientCredentialsGrant grant) {
		JwtVerification verification = grant.jwtVerification();
		if (verification != null) {
			this.keys.prepare(verification, grant.transport());
		}
	}

	@Override
	public Mono<Void> verify(AccessToken token, ClientCredentialsGrant grant, Instant deadline) {
		JwtVerification verification = grant.jwtVerification();
		if (verification == null) {
			return Mono.empty();
		}
		return Mono.defer(() -> this.decoders.get(new Source(verification, grant.transport())).decode(token.value()))
			.timeout(timeoutOf(grant, deadline))
			.onErrorMap(this::unverified)
			.then();
	}

	private Duration timeoutOf(ClientCredentialsGrant grant, Instant deadline) {
		Duration left = Duration.between(this.clock.instant(), deadline);
		return (left.compareTo(grant.limits().timeout()) < 0) ? left : grant.limits().timeout();
	}

	/** Without the exceptions' own messages, unless they are known to quote nothing. */
	private AccessTokenException unverified(Throwable error) {
		this.unverified.increment();
		if (error instanceof JwtValidationException invalid) {
			return notUsed(AccessTokenFailure.UNVERIFIED, reason(invalid));
		}
		if (error instanceof BadJwtException) {
			return notUsed(AccessTokenFailure.UNVERIFIED, "it is no JWT, no key fits it, or its signature is wrong");
		}
		return notUsed(AccessTokenFailure.UNVERIFIABLE, whyWithoutKeys(error));
	}

	private static String whyWithoutKeys(Throwable error) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
		if (cause instanceof TimeoutException) {
			return "the keys did not come in time";
		}
		return (cause instanceof UnusableMetadataException)
				? "the keys or the issuer's metadata cannot be used: " + cause.getMessage()
				: "the keys cannot be had (%s)".formatted(cause.getClass().getSimpleName());
	}

	/** Of the token's times no more than that they are wrong. */
	private static String reason(JwtValidationException invalid) {
		String description = String.valueOf(invalid.getErrors().iterator().next().getDescription());
		if (description.startsWith("Jwt expired")) {
			return "it is expired";
		}
		return description.startsWith("Jwt used before") ? "it is not valid yet" : description;
	}

	private static AccessTokenException notUsed(AccessTokenFailure failure, String reason) {
		return new AccessTokenException(failure, "the token that was issued is not used: " + reason);
	}

	private ReactiveJwtDecoder decoder(Source source) {
		NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder
			.withJwkSource((jwt) -> keysFor(jwt.getHeader(), source))
			.jwtProcessorCustomizer((processor) -> processor
				.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, new JWKSecurityContextJWKSet())))
			.build();
		decoder.setJwtValidator(validator(source.verification()));
		return decoder;
	}

	/** No key is looked for on the word of a token that none could verify. */
	private Flux<JWK> keysFor(JWSHeader header, Source source) {
		return ALGORITHMS.contains(header.getAlgorithm())
				? this.keys.find(source.verification(), source.transport(), header) : Flux.empty();
	}

	private static OAuth2TokenValidator<Jwt> validator(JwtVerification verification) {
		List<OAuth2TokenValidator<Jwt>> validators = new ArrayList<>();
		JwtTimestampValidator times = new JwtTimestampValidator(verification.clockSkew());
		times.setAllowEmptyExpiryClaim(false);
		validators.add(times);
		if (verification.issuer() != null) {
			validators.add(new JwtIssuerValidator(verification.issuer()));
		}
		if (!verification.audiences().isEmpty()) {
			validators.add(new JwtClaimValidator<Collection<String>>(JwtClaimNames.AUD,
					(audiences) -> audiences != null && !Collections.disjoint(audiences, verification.audiences())));
		}
		return new DelegatingOAuth2TokenValidator<>(validators);
	}

	/**
	 * How many tokens did not pass.
	 * @return the number since the start
	 */
	public long unverifiedTokens() {
		return this.unverified.sum();
	}

	@Override
	public void destroy() {
		this.keys.dispose();
		this.clients.dispose();
	}

	/**
	 * Where keys are, and how to get there.
	 */
	private record Source(JwtVerification verification, TransportSettings transport) {

	}

}
