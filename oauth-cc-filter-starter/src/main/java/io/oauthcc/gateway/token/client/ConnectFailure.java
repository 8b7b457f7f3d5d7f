package io.oauthcc.gateway.token.client;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with TLS or a proxy, in words that say what to do. Of other libraries'
 * messages no more is repeated than the name of an alert or a status.
 */
final class ConnectFailure {

	private static final Pattern ALERT = Pattern.compile("fatal alert: (?<name>[a-z_]{1,40})");

	private static final Pattern PROXY_STATUS = Pattern.compile("[sS]tatus: (?<status>[0-9A-Za-z_]{1,40})");

	private static final String NO_PROTOCOL = "it has no version of TLS in common with the gateway, which speaks 1.2 and 1.3";

	private ConnectFailure() {
	}

	/**
	 * The failure that an error means.
	 * @param error what went wrong
	 * @param showsCertificate whether the gateway has a certificate to show
	 * @return the failure, or {@code null} if the error is of another kind
	 */
	static @Nullable AccessTokenException of(Throwable error, boolean showsCertificate) {
		String reason = null;
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof ProxyConnectException) {
				return new AccessTokenException(AccessTokenFailure.UNREACHABLE, proxy(cause));
			}
			// The innermost cause says most.
			String nearer = reasonOf(cause, showsCertificate);
			reason = (nearer != null) ? nearer : reason;
		}
		return (reason != null) ? new AccessTokenException(AccessTokenFailure.UNTRUSTED, reason) : null;
	}

	private static String proxy(Throwable error) {
		Matcher matcher = PROXY_STATUS.matcher(String.valueOf(error.getMessage()));
		return "the proxy does not connect to it (%s)"
			.formatted(matcher.find() ? "status " + matcher.group("status") : error.getClass().getSimpleName());
	}

	private static @Nullable String reasonOf(Throwable cause, boolean showsCertificate) {
		if (cause instanceof CertificateExpiredException) {
			return "its certificate, or one that vouches for it, has expired";
		}
		if (cause instanceof CertificateNotYetValidException) {
			return "its certificate, or one that vouches for it, is not valid yet";
		}
		if (cause instanceof CertPathBuilderException || isOfSameName(cause)) {
			return "no certificate that is trusted vouches for its own: add its authority to clientConfig.tls.ca, "
					+ "or have it send the certificates in between";
		}
		if (cause instanceof CertificateException ex && isOfHost(ex)) {
			return "its certificate is for another host";
		}
		if (cause instanceof CertificateException) {
			return "its certificate is not trusted";
		}
		if (cause instanceof NotSslRecordException) {
			return "it does not speak TLS";
		}
		return (cause instanceof SSLException ex) ? handshake(ex, showsCertificate) : null;
	}

	/** An authority that is called like a trusted one, and is another. */
	private static boolean isOfSameName(Throwable cause) {
		return cause instanceof CertPathValidatorException ex && ex.getReason() == BasicReason.INVALID_SIGNATURE;
	}

	/** That no name of the certificate fits has no type of its own. */
	private static boolean isOfHost(CertificateException ex) {
		String message = String.valueOf(ex.getMessage());
		return message.startsWith("No subject alternative") || message.startsWith("No name matching");
	}

	private static @Nullable String handshake(SSLException ex, boolean showsCertificate) {
		String message = String.valueOf(ex.getMessage());
		Matcher alert = ALERT.matcher(message);
		if (alert.find()) {
			return alert(alert.group("name"), showsCertificate);
		}
		if (message.contains("protocol version") || message.contains("No appropriate protocol")) {
			return NO_PROTOCOL;
		}
		// Its subclasses, of Netty, say that the connection was closed or took too long.
		return (ex.getClass() == SSLHandshakeException.class && ex.getCause() == null) ? "the TLS handshake fails"
				: null;
	}

	private static @Nullable String alert(String name, boolean showsCertificate) {
		return switch (name) {
			case "internal_error", "close_notify", "user_canceled" -> null;
			case "protocol_version" -> NO_PROTOCOL;
			case "unrecognized_name" -> "it does not serve that host (alert unrecognized_name)";
			case "certificate_required", "bad_certificate", "certificate_unknown", "unknown_ca", "certificate_expired",
					"certificate_revoked", "unsupported_certificate", "access_denied" ->
				(showsCertificate ? "it refuses the certificate of clientConfig.tls (alert %s)"
						: "it requires a certificate, clientConfig.tls.cert and key (alert %s)")
					.formatted(name);
			case "handshake_failure" -> (showsCertificate ? "it refuses the certificate of clientConfig.tls, "
					: "it requires a certificate, clientConfig.tls.cert and key, ")
					+ "or has no cipher suite in common with the gateway (alert handshake_failure)";
			default -> "the TLS handshake fails (alert %s)".formatted(name);
		};
	}

}
