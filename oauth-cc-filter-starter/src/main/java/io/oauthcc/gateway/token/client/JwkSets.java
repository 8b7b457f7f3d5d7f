package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import io.oauthcc.gateway.token.JwtVerification;
import io.oauthcc.gateway.token.TransportSettings;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * The keys of issuers (RFC 7517, section 5). Whoever wants those of the same issuer
 * shares them.
 * <p>
 * Safe for use by many threads.
 */
final class JwkSets implements Disposable {

	private static final int MOST_ISSUERS = 1000;

	/** So long may a key that was withdrawn still be good. */
	private static final Duration KEPT = Duration.ofMinutes(5);

	private final Function<TransportSettings, Mono<WebClient>> webClients;

	private final LoadingCache<Location, RenewedValue<JWKSet>> sets;

	/**
	 * Create without any keys.
	 * @param webClients the client to ask an issuer with
	 * @param clock tells when it is asked again
	 */
	JwkSets(Function<TransportSettings, Mono<WebClient>> webClients, Clock clock) {
		this.webClients = webClients;
		this.sets = Caffeine.newBuilder()
			.maximumSize(MOST_ISSUERS)
			.expireAfterAccess(ResilientTokenEndpoints.FORGOTTEN_AFTER)
			.executor(Runnable::run)
			.removalListener((@Nullable Location location, @Nullable RenewedValue<JWKSet> set, RemovalCause cause) -> {
				if (set != null) {
					set.dispose();
				}
			})
			.build((location) -> new RenewedValue<>(Mono.defer(() -> fetch(location)), KEPT, clock));
	}

	/**
	 * The keys that may verify a token. A key that is not known yet is looked for anew,
	 * though not more than once in a while.
	 * @param verification tells where the keys are
	 * @param transport how they are connected to
	 * @param header the token's header
	 * @return the keys, or the error for which they cannot be had
	 */
	Flux<JWK> find(JwtVerification verification, TransportSettings transport, JWSHeader header) {
		RenewedValue<JWKSet> keys = keysOf(verification, transport);
		JWKSelector selector = new JWKSelector(JWKMatcher.forJWSHeader(header));
		return keys.get()
			.flatMap((set) -> isKnown(set, header.getKeyID()) ? Mono.just(set) : keys.getAfter(set))
			.flatMapIterable(selector::select);
	}

	private static boolean isKnown(JWKSet set, @Nullable String keyId) {
		return keyId == null || set.getKeyByKeyId(keyId) != null;
	}

	/**
	 * Fetch keys in the background, unless they are there.
	 * @param verification tells where the keys are
	 * @param transport how they are connected to
	 */
	void prepare(JwtVerification verification, TransportSettings transport) {
		keysOf(verification, transport).prepare();
	}

	private RenewedValue<JWKSet> keysOf(JwtVerification verification, TransportSettings transport) {
		return this.sets.get(Location.of(verification, transport));
	}

	private Mono<JWKSet> fetch(Location location) {
		return this.webClients.apply(location.transport())
			.flatMap((webClient) -> uriOf(location, webClient)
				.flatMap((uri) -> webClient.get().uri(uri).retrieve().bodyToMono(String.class)))
			.map(JwkSets::parse);
	}

	private static Mono<URI> uriOf(Location location, WebClient webClient) {
		if (location.jwkSetUri() != null) {
			return Mono.just(location.jwkSetUri());
		}
		String issuer = Objects.requireNonNull(location.issuer());
		return new AuthorizationServerMetadataClient(webClient).fetch(issuer).map((metadata) -> {
			URI uri = metadata.getJWKSetURI();
			if (uri == null || !AuthorizationServerMetadataClient.isAsSafeAs(URI.create(issuer), uri)) {
				throw new UnusableMetadataException("they name no keys, or such as are less safe than they");
			}
			return uri;
		});
	}

	private static JWKSet parse(String body) {
		try {
			return JWKSet.parse(body).toPublicJWKSet();
		}
		catch (ParseException ex) {
			throw new UnusableMetadataException("they are no JWK set");
		}
	}

	@Override
	public void dispose() {
		this.sets.invalidateAll();
	}

	private record Location(@Nullable URI jwkSetUri, @Nullable String issuer, TransportSettings transport) {

		static Location of(JwtVerification verification, TransportSettings transport) {
			URI jwkSetUri = verification.jwkSetUri();
			return new Location(jwkSetUri, (jwkSetUri != null) ? null : verification.issuer(), transport);
		}

	}

}
