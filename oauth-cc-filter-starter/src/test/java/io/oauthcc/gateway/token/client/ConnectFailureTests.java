package io.oauthcc.gateway.token.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.proxy.HttpProxyHandler.HttpProxyConnectException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * What the log says of errors as the Java platform and Netty word them.
 */
class ConnectFailureTests {

	private static final String NO_PATH = "no certificate that is trusted vouches for its own: "
			+ "add its authority to clientConfig.tls.ca, or have it send the certificates in between";

	private static final String NO_VERSION = "it has no version of TLS in common with the gateway, which speaks 1.2 and 1.3";

	@ParameterizedTest
	@MethodSource("distrust")
	void ofWhenCertificateIsNotTrustedThenSaysWhatIsWrongWithIt(Throwable cause, String reason) {
		assertUntrusted(handshake(cause), false, reason);
	}

	static Stream<Arguments> distrust() {
		return Stream.of(
				argumentSet("expired", new CertificateExpiredException("NotAfter: hush"),
						"its certificate, or one that vouches for it, has expired"),
				argumentSet("not valid yet", new CertificateNotYetValidException("NotBefore: hush"),
						"its certificate, or one that vouches for it, is not valid yet"),
				argumentSet("no path", new CertPathBuilderException("unable to find hush"), NO_PATH),
				argumentSet("authority of the same name", pathOf(BasicReason.INVALID_SIGNATURE), NO_PATH),
				argumentSet("none of its names",
						new CertificateException("No subject alternative DNS name matching hush found."),
						"its certificate is for another host"),
				argumentSet("no names", new CertificateException("No name matching hush found"),
						"its certificate is for another host"),
				argumentSet("anything else", new CertificateException("hush"), "its certificate is not trusted"),
				argumentSet("no word on it", new CertificateException(), "its certificate is not trusted"));
	}

	@Test
	void ofWhenPathIsBadOtherwiseThenNoWordOfAnAuthorityThatIsMissing() {
		assertUntrusted(handshake(new CertificateException("hush", pathOf(BasicReason.ALGORITHM_CONSTRAINED))), false,
				"its certificate is not trusted");
	}

	@Test
	void ofWhenSeveralCausesSpeakThenTheInnermostIsTold() {
		assertUntrusted(handshake(new CertificateException("hush", new CertificateExpiredException("hush"))), false,
				"its certificate, or one that vouches for it, has expired");
	}

	@Test
	void ofWhenServerDoesNotSpeakTlsThenSaysSo() {
		assertUntrusted(new DecoderException(new NotSslRecordException("not an SSL/TLS record: hush")), false,
				"it does not speak TLS");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Received fatal alert: protocol_version",
			"The server selected protocol version TLS11 is not accepted by client preferences [TLS13, TLS12]",
			"No appropriate protocol (protocol is disabled or cipher suites are inappropriate)" })
	void ofWhenNoVersionOfTlsIsSharedThenSaysWhichTheGatewaySpeaks(String message) {
		assertUntrusted(new SSLHandshakeException(message), true, NO_VERSION);
	}

	@ParameterizedTest
	@ValueSource(strings = { "certificate_required", "bad_certificate", "certificate_unknown", "unknown_ca",
			"certificate_expired", "certificate_revoked", "unsupported_certificate", "access_denied" })
	void ofWhenAlertIsAboutTheCertificateThenRefusedOrMissing(String alert) {
		SSLException error = new SSLHandshakeException("Received fatal alert: " + alert);
		assertUntrusted(error, true, "it refuses the certificate of clientConfig.tls (alert %s)".formatted(alert));
		assertUntrusted(error, false,
				"it requires a certificate, clientConfig.tls.cert and key (alert %s)".formatted(alert));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			true  | it refuses the certificate of clientConfig.tls,
			false | it requires a certificate, clientConfig.tls.cert and key,
			""")
	void ofWhenAlertIsHandshakeFailureThenCertificateOrCipherSuite(boolean showsCertificate, String reason) {
		assertUntrusted(new SSLHandshakeException("Received fatal alert: handshake_failure"), showsCertificate,
				reason + " or has no cipher suite in common with the gateway (alert handshake_failure)");
	}

	@ParameterizedTest
	@CsvSource({ "unrecognized_name, it does not serve that host (alert unrecognized_name)",
			"decode_error, the TLS handshake fails (alert decode_error)" })
	void ofWhenAlertIsOfAnotherKindThenItsNameIsTold(String alert, String reason) {
		assertUntrusted(new SSLException("Received fatal alert: " + alert), true, reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "internal_error", "close_notify", "user_canceled" })
	void ofWhenAlertIsAboutItsOwnTroubleThenNoLackOfTrust(String alert) {
		assertThat(ConnectFailure.of(new SSLHandshakeException("Received fatal alert: " + alert), true)).isNull();
	}

	@Test
	void ofWhenHandshakeFailsForNoReasonThenSaysThat() {
		assertUntrusted(new SSLHandshakeException("hush"), false, "the TLS handshake fails");
	}

	@ParameterizedTest
	@MethodSource("others")
	void ofWhenConnectionIsLostOrNeverThereThenNoLackOfTrust(Throwable error) {
		assertThat(ConnectFailure.of(error, true)).isNull();
	}

	static Stream<Throwable> others() {
		return Stream.of(new UnknownHostException("hush"), new ConnectException("hush"),
				new SslClosedEngineException("SSLEngine closed already"),
				new SSLException("closing inbound before receiving peer's close_notify"),
				handshake(new EOFException("SSL peer shut down incorrectly")),
				new IllegalStateException(new IOException("hush")));
	}

	@ParameterizedTest
	@MethodSource("proxies")
	void ofWhenProxyDoesNotConnectThenUnreachableWithNoMoreThanItsStatus(Throwable error, String told) {
		assertFailure(ConnectFailure.of(error, false), AccessTokenFailure.UNREACHABLE,
				"the proxy does not connect to it (%s)".formatted(told));
	}

	static Stream<Arguments> proxies() {
		return Stream.of(
				argumentSet("HTTP",
						new HttpProxyConnectException("http, basic, hush:80 => hush:443, status: 407 Proxy hush", null),
						"status 407"),
				argumentSet("SOCKS",
						new ProxyConnectException("socks5, none, hush:80 => hush:443, authStatus: FAILURE"),
						"status FAILURE"),
				argumentSet("within another", new IOException(new ProxyConnectException("status: unknown_host")),
						"status unknown_host"),
				argumentSet("nothing told", new ProxyConnectException("http, none, hush:80 => hush:443, timeout"),
						"ProxyConnectException"),
				argumentSet("no message", new ProxyConnectException(), "ProxyConnectException"));
	}

	private static CertPathValidatorException pathOf(BasicReason reason) {
		return new CertPathValidatorException("hush", null, null, -1, reason);
	}

	private static SSLHandshakeException handshake(Throwable cause) {
		SSLHandshakeException error = new SSLHandshakeException("hush");
		error.initCause(cause);
		return error;
	}

	private static void assertUntrusted(Throwable error, boolean showsCertificate, String reason) {
		assertFailure(ConnectFailure.of(error, showsCertificate), AccessTokenFailure.UNTRUSTED, reason);
	}

	/** Word for word: of the errors' own messages nothing else is in the log. */
	private static void assertFailure(@Nullable AccessTokenException told, AccessTokenFailure failure, String reason) {
		assertThat(told).isNotNull().hasMessage(reason).hasNoCause().extracting("failure").isEqualTo(failure);
	}

}
