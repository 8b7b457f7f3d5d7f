package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.as.ReadOnlyAuthorizationServerEndpointMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.ClientCredentialsGrant;
import io.oauthcc.gateway.token.TokenEndpointLocation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * Finds token endpoints by what their authorization servers tell of themselves (RFC
 * 8414). What is known serves for a day if they are not to be had meanwhile.
 * <p>
 * Safe for use by many threads.
 */
final class TokenEndpointDiscovery implements Disposable {

	private static final Log logger = LogFactory.getLog(TokenEndpointDiscovery.class);

	private static final Duration KEPT = Duration.ofDays(1);

	private final LoadingCache<IssuerId, RenewedValue<AuthorizationServerMetadata>> metadata;

	private static final int MOST_WARNED = 1000;

	private static final int MOST_SHOWN = 20;

	private static final Pattern PRINTABLE = Pattern.compile("[!-~]{1,60}");

	private final Clock clock;

	/** Routes come and go, and each may be a middleware of its own. */
	private final Set<String> warned = Collections
		.newSetFromMap(Caffeine.newBuilder().maximumSize(MOST_WARNED).<String, Boolean>build().asMap());

	/**
	 * Create without any metadata.
	 * @param webClients the client to ask an authorization server with
	 * @param clock tells when it is asked again
	 */
	TokenEndpointDiscovery(Function<TokenEndpointId, Mono<WebClient>> webClients, Clock clock) {
		this.clock = clock;
		this.metadata = Caffeine.newBuilder()
			.maximumSize(ResilientTokenEndpoints.MAXIMUM_ENDPOINTS)
			.expireAfterAccess(KEPT)
			.ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
			.executor(Runnable::run)
			.removalListener((@Nullable IssuerId id, @Nullable RenewedValue<AuthorizationServerMetadata> value,
					RemovalCause cause) -> {
				if (value != null) {
					value.dispose();
				}
			})
			.build((id) -> new RenewedValue<>(
					Mono.defer(() -> webClients.apply(id.endpoint()))
						.flatMap((webClient) -> new AuthorizationServerMetadataClient(webClient).fetch(id.issuer())),
					KEPT, clock));
	}

	/**
	 * Find the token endpoint of a grant.
	 * @param grant the grant
	 * @return its address; {@link AccessTokenException} if it is not known now
	 */
	Mono<URI> tokenUriOf(ClientCredentialsGrant grant) {
		if (grant.tokenEndpoint() instanceof TokenEndpointLocation.Configured configured) {
			return Mono.just(configured.uri());
		}
		return this.metadata.get(IssuerId.of(grant))
			.get()
			.onErrorMap((error) -> unknown(error, grant))
			.map((metadata) -> select(metadata, grant));
	}

	/**
	 * Find the token endpoint of a grant in the background, if it is to be found.
	 * @param grant the grant
	 */
	void prepare(ClientCredentialsGrant grant) {
		if (grant.tokenEndpoint() instanceof TokenEndpointLocation.Discovered) {
			this.metadata.get(IssuerId.of(grant)).prepare();
		}
	}

	private URI select(AuthorizationServerMetadata metadata, ClientCredentialsGrant grant) {
		URI uri = tokenUriOf(metadata, grant.transport().tls().key() != null);
		if (uri == null || !AuthorizationServerMetadataClient.isAsSafeAs(grant.tokenEndpoint().uri(), uri)) {
			throw unusable("they name no token endpoint, or one that is less safe than they");
		}
		warnUnlessOffered(metadata.getTokenEndpointAuthMethods(), grant);
		return uri;
	}

	/** For a client with a certificate there may be another (RFC 8705, section 5). */
	private static @Nullable URI tokenUriOf(AuthorizationServerMetadata metadata, boolean showsCertificate) {
		ReadOnlyAuthorizationServerEndpointMetadata aliases = metadata.getReadOnlyMtlsEndpointAliases();
		URI alias = (showsCertificate && aliases != null) ? aliases.getTokenEndpointURI() : null;
		return (alias != null) ? alias : metadata.getTokenEndpointURI();
	}

	/** Only a warning: servers take more than they tell. */
	private void warnUnlessOffered(@Nullable List<ClientAuthenticationMethod> offered, ClientCredentialsGrant grant) {
		String method = grant.clientAuthentication().name().toLowerCase(Locale.ROOT);
		if (offered == null || offered.contains(new ClientAuthenticationMethod(method))
				|| !this.warned.add(grant.name())) {
			return;
		}
		logger.warn("%s authenticates itself by %s, which its issuer does not offer (it does %s)".formatted(
				grant.name(), method, offered.stream().limit(MOST_SHOWN).map(TokenEndpointDiscovery::shown).toList()));
	}

	/** It is another's word, which could else forge a line of the log. */
	private static String shown(ClientAuthenticationMethod method) {
		return PRINTABLE.matcher(method.getValue()).matches() ? method.getValue() : "(unprintable)";
	}

	private AccessTokenException unknown(Throwable error, ClientCredentialsGrant grant) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
		if (cause instanceof UnusableMetadataException) {
			return unusable(Objects.toString(cause.getMessage(), ""));
		}
		if (cause instanceof TimeoutException) {
			return new AccessTokenException(AccessTokenFailure.TIMEOUT, "The issuer's metadata did not come in time");
		}
		AccessTokenException connect = ConnectFailure.of(error, grant.transport().tls().key() != null);
		if (connect != null) {
			return connect;
		}
		String name = cause.getClass().getSimpleName();
		if (cause instanceof WebClientResponseException.TooManyRequests busy) {
			return new AccessTokenException(AccessTokenFailure.BUSY,
					"The issuer's metadata cannot be had (%s)".formatted(name),
					RetryAfter.of(busy.getHeaders(), this.clock));
		}
		if (cause instanceof WebClientResponseException) {
			return new AccessTokenException(AccessTokenFailure.UNAVAILABLE,
					"The issuer's metadata cannot be had (%s)".formatted(name));
		}
		return (cause instanceof IOException) ? new AccessTokenException(AccessTokenFailure.UNREACHABLE,
				"The issuer's metadata cannot be had (%s)".formatted(name)) : unusable(name);
	}

	private static AccessTokenException unusable(String reason) {
		return new AccessTokenException(AccessTokenFailure.BAD_ANSWER,
				"The issuer's metadata cannot be used: " + reason);
	}

	@Override
	public void dispose() {
		this.metadata.invalidateAll();
	}

	private record IssuerId(TokenEndpointId endpoint, String issuer) {

		static IssuerId of(ClientCredentialsGrant grant) {
			return new IssuerId(TokenEndpointId.of(grant), grant.tokenEndpoint().uri().toString());
		}

	}

}
