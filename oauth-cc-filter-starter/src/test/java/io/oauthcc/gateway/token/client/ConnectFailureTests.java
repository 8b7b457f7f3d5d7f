package io.oauthcc.gateway.token.client;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Objects;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ConnectFailure}: the words in the log. That they are those of real
 * handshakes, {@code TlsMatrixIntegrationTests} shows.
 */
class ConnectFailureTests {

	@ParameterizedTest
	@MethodSource
	void ofWhenCertificateIsNotTrustedThenSaysWhy(Throwable cause, String reason) {
		assertThat(reasonOf(new SSLHandshakeException("hush"), cause)).contains(reason).doesNotContain("hush");
	}

	static Stream<Arguments> ofWhenCertificateIsNotTrustedThenSaysWhy() {
		return Stream.of(arguments(new CertificateExpiredException("hush"), "has expired"),
				arguments(new CertificateNotYetValidException("hush"), "is not valid yet"),
				arguments(new CertPathBuilderException("hush"), "add its authority to clientConfig.tls.ca"),
				arguments(new CertPathValidatorException("hush", null, null, -1, BasicReason.INVALID_SIGNATURE),
						"add its authority to clientConfig.tls.ca"),
				arguments(new CertificateException("No subject alternative DNS name hush"), "is for another host"),
				arguments(new CertificateException("No name matching hush found"), "is for another host"),
				arguments(new CertificateException("hush"), "its certificate is not trusted"),
				arguments(new NotSslRecordException("hush"), "it does not speak TLS"));
	}

	@Test
	void ofWhenAPathIsInvalidForAnotherReasonThenThatOfTheHandshake() {
		assertThat(reasonOf(new CertificateException("x"),
				new CertPathValidatorException("x", null, null, -1, BasicReason.REVOKED)))
			.isEqualTo("its certificate is not trusted");
	}

	@ParameterizedTest
	@CsvSource({
			"certificate_required, 'requires a certificate, clientConfig.tls.cert and key (alert ',"
					+ " 'refuses the certificate of clientConfig.tls (alert '",
			"bad_certificate, 'requires a certificate, clientConfig.tls.cert and key (alert ',"
					+ " 'refuses the certificate of clientConfig.tls (alert '",
			"handshake_failure, 'requires a certificate, clientConfig.tls.cert and key, or has no cipher suite',"
					+ " 'refuses the certificate of clientConfig.tls, or has no cipher suite'",
			"protocol_version, no version of TLS in common, no version of TLS in common",
			"unrecognized_name, does not serve that host, does not serve that host",
			"decode_error, the TLS handshake fails (alert decode_error), the TLS handshake fails (alert decode_error)" })
	void ofWhenItSendsAnAlertThenSaysWhatToDo(String alert, String without, String with) {
		SSLException error = new SSLHandshakeException("Received fatal alert: " + alert);
		assertThat(reasonOf(error, false)).contains(without);
		assertThat(reasonOf(error, true)).contains(with);
	}

	@ParameterizedTest
	@ValueSource(strings = { "internal_error", "close_notify", "user_canceled" })
	void ofWhenTheAlertSaysNothingOfTrustThenOfAnotherKind(String alert) {
		assertThat(ConnectFailure.of(new SSLHandshakeException("Received fatal alert: " + alert), false)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Server chose protocol version 769", "No appropriate protocol (protocol is disabled)" })
	void ofWhenNoVersionFitsThenSaysWhichAreSpoken(String message) {
		assertThat(reasonOf(new SSLHandshakeException(message), false)).contains("which speaks 1.2 and 1.3");
	}

	@Test
	void ofWhenAHandshakeFailsWithoutAReasonThenSaysThat() {
		assertThat(reasonOf(new SSLHandshakeException("hush"), false)).isEqualTo("the TLS handshake fails");
	}

	@ParameterizedTest
	@MethodSource
	void ofWhenTheConnectionBrokeThenOfAnotherKind(Throwable error) {
		assertThat(ConnectFailure.of(error, false)).isNull();
	}

	static Stream<Throwable> ofWhenTheConnectionBrokeThenOfAnotherKind() {
		return Stream.of(new IOException("reset"), new SSLPeerUnverifiedException("x"), new SSLException("closed"),
				new SSLHandshakeException("x").initCause(new IOException("reset")));
	}

	@ParameterizedTest
	@MethodSource
	void ofWhenTheProxyDoesNotConnectThenUnreachable(ProxyConnectException error, String reason) {
		AccessTokenException failure = Objects.requireNonNull(ConnectFailure.of(new IOException("hush", error), false));
		assertThat(failure).hasMessageContaining("the proxy does not connect to it (" + reason + ")")
			.hasMessageNotContaining("hush");
		assertThat(failure.getFailure()).isEqualTo(AccessTokenFailure.UNREACHABLE);
	}

	static Stream<Arguments> ofWhenTheProxyDoesNotConnectThenUnreachable() throws IOException {
		return Stream.of(arguments(new HttpProxyConnectException("hush, status: 407 hush", null), "status 407"),
				arguments(new ProxyConnectException("Status: FORBIDDEN hush"), "status FORBIDDEN"),
				arguments(new ProxyConnectException("hush"), "ProxyConnectException"));
	}

	private static String reasonOf(Throwable outer, Throwable cause) {
		outer.initCause(cause);
		return reasonOf(outer, false);
	}

	private static String reasonOf(Throwable error, boolean showsCertificate) {
		AccessTokenException failure = Objects
			.requireNonNull(ConnectFailure.of(new IOException(error), showsCertificate));
		assertThat(failure.getFailure()).isEqualTo(AccessTokenFailure.UNTRUSTED);
		return String.valueOf(failure.getMessage());
	}

}
