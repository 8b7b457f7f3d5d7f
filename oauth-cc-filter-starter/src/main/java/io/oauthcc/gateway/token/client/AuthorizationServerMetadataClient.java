package io.oauthcc.gateway.token.client;

import java.net.URI;
import java.util.List;
import java.util.Set;

import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Fetches what an authorization server tells of itself (RFC 8414, section 3), where
 * OpenID Connect Discovery 1.0 has it if it is not there.
 */
final class AuthorizationServerMetadataClient {

	private static final String OAUTH = "/.well-known/oauth-authorization-server";

	private static final String OPENID = "/.well-known/openid-configuration";

	/** What is wrong with any other is of no concern. */
	private static final Set<String> MEMBERS = Set.of("issuer", "token_endpoint",
			"token_endpoint_auth_methods_supported", "mtls_endpoint_aliases", "jwks_uri");

	private final WebClient webClient;

	AuthorizationServerMetadataClient(WebClient webClient) {
		this.webClient = webClient;
	}

	/**
	 * Fetch the metadata of an issuer.
	 * @param issuer the issuer's identifier, an absolute URL
	 * @return the metadata, which name that issuer; {@link UnusableMetadataException} if
	 * there are none that do, else the error of the connection
	 */
	Mono<AuthorizationServerMetadata> fetch(String issuer) {
		return Flux.fromIterable(locationsOf(URI.create(issuer)))
			.concatMap((location) -> this.webClient.get().uri(location).exchangeToMono(this::read), 1)
			.next()
			.switchIfEmpty(Mono.error(() -> new UnusableMetadataException("there are none")))
			.map((metadata) -> checked(metadata, issuer));
	}

	private static List<URI> locationsOf(URI issuer) {
		String server = "%s://%s".formatted(issuer.getScheme(), issuer.getRawAuthority());
		String path = issuer.getRawPath().replaceAll("/+$", "");
		URI oauth = URI.create(server + OAUTH + path);
		URI openid = URI.create(server + path + OPENID);
		return path.isEmpty() ? List.of(oauth, openid) : List.of(oauth, openid, URI.create(server + OPENID + path));
	}

	/** Whatever else a server has at a path that it does not know is none. */
	private Mono<AuthorizationServerMetadata> read(ClientResponse response) {
		HttpStatusCode status = response.statusCode();
		if (status.is5xxServerError() || status.isSameCodeAs(HttpStatus.TOO_MANY_REQUESTS)) {
			return response.createError();
		}
		if (status.value() != 200) {
			return response.releaseBody().then(Mono.empty());
		}
		return response.bodyToMono(String.class).mapNotNull(AuthorizationServerMetadataClient::parse);
	}

	private static @Nullable AuthorizationServerMetadata parse(String body) {
		try {
			JSONObject members = JSONObjectUtils.parse(body);
			members.keySet().retainAll(MEMBERS);
			return AuthorizationServerMetadata.parse(members);
		}
		catch (ParseException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Whoever can change what an endpoint answers could else change what metadata say.
	 */
	static boolean isAsSafeAs(URI issuer, URI endpoint) {
		boolean safe = "https".equalsIgnoreCase(endpoint.getScheme())
				|| ("http".equalsIgnoreCase(endpoint.getScheme()) && "http".equalsIgnoreCase(issuer.getScheme()));
		return safe && endpoint.getHost() != null && endpoint.getUserInfo() == null;
	}

	private static AuthorizationServerMetadata checked(AuthorizationServerMetadata metadata, String issuer) {
		if (!metadata.getIssuer().getValue().equals(issuer)) {
			throw new UnusableMetadataException("they are another issuer's");
		}
		return metadata;
	}

}
