package io.oauthcc.gateway.token.client;

import java.nio.charset.StandardCharsets;

import io.oauthcc.gateway.token.ClientCredentials;

import org.springframework.http.HttpHeaders;

/**
 * Configured credentials as the value of an {@code Authorization} header. RFC 6749,
 * section 2.3.1 wants them form-encoded first, which not every server undoes.
 */
final class BasicHeader {

	private BasicHeader() {
	}

	static String of(ClientCredentials credentials, boolean encode) {
		String clientId = credentials.clientId();
		String clientSecret = credentials.clientSecret();
		return "Basic " + (encode
				? HttpHeaders.encodeBasicAuth(FormBody.encode(clientId), FormBody.encode(clientSecret),
						StandardCharsets.UTF_8)
				: HttpHeaders.encodeBasicAuth(clientId, clientSecret, StandardCharsets.UTF_8));
	}

}
