package io.oauthcc.gateway.token;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * The request that a proof is for.
 *
 * @param method the method, which becomes {@code htm}
 * @param uri the URI without query and fragment, as whoever gets the request sees it,
 * which becomes {@code htu}
 * @param origin where the request goes, from where a nonce comes
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9449#section-4.2">RFC 9449, section
 * 4.2</a>
 */
public record DpopTarget(String method, URI uri, String origin) {

	/**
	 * The target of a request.
	 * @param method the method
	 * @param uri where the request goes, {@code http}, {@code https}, {@code ws} or
	 * {@code wss}; a WebSocket's handshake is an HTTP request
	 * @return the target
	 */
	public static DpopTarget of(String method, URI uri) {
		String scheme = schemeOf(uri);
		String origin = scheme + "://" + authorityOf(scheme, uri);
		return new DpopTarget(method, URI.create(origin + pathOf(uri)), origin);
	}

	/**
	 * The same target as whoever gets the request sees it if its {@code Host} is another.
	 * @param host the value of the {@code Host} header
	 * @return the target
	 * @throws IllegalArgumentException if no URI can have such a host
	 */
	public DpopTarget withHost(String host) {
		String scheme = this.uri.getScheme();
		URI seen = URI.create(scheme + "://" + host);
		if (!host.equals(seen.getRawAuthority()) || host.contains("@")) {
			throw new IllegalArgumentException("No host");
		}
		String origin = scheme + "://" + authorityOf(scheme, seen);
		return new DpopTarget(this.method, URI.create(origin + this.uri.getRawPath()), this.origin);
	}

	private static String schemeOf(URI uri) {
		return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
			case "http", "ws" -> "http";
			case "https", "wss" -> "https";
			default -> throw new IllegalArgumentException("No scheme of a request: " + uri.getScheme());
		};
	}

	/** Without a port that goes without saying, as it stands in {@code Host}. */
	private static String authorityOf(String scheme, URI uri) {
		if (uri.getHost() == null) {
			// A name with an underscore is none to Java.
			return Objects.requireNonNullElse(uri.getRawAuthority(), "").toLowerCase(Locale.ROOT);
		}
		String host = uri.getHost().toLowerCase(Locale.ROOT);
		int port = uri.getPort();
		boolean usual = port < 0 || port == ("https".equals(scheme) ? 443 : 80);
		return usual ? host : host + ":" + port;
	}

	private static String pathOf(URI uri) {
		String path = URI.create(uri.toASCIIString()).getRawPath();
		return path.isEmpty() ? "/" : path;
	}

}
