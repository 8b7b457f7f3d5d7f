package io.oauthcc.gateway.token.client;

import javax.net.ssl.KeyManagerFactory;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.oauthcc.gateway.token.TlsSettings;
import io.oauthcc.gateway.token.TransportSettings;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/**
 * TLS as Netty knows it, by the Java platform: what it says of a failed handshake is
 * known.
 */
final class ClientTls {

	private ClientTls() {
	}

	static GenericSslContextSpec<SslContextBuilder> contextOf(TransportSettings transport) {
		return transport.http2()
				? Http2SslContextSpec.forClient().configure((builder) -> configure(builder, transport.tls()))
				: Http11SslContextSpec.forClient().configure((builder) -> configure(builder, transport.tls()));
	}

	private static void configure(SslContextBuilder builder, TlsSettings tls) {
		builder.sslProvider(SslProvider.JDK)
			.protocols("TLSv1.3", "TLSv1.2")
			.trustManager(tls.insecureSkipVerify() ? InsecureTrustManagerFactory.INSTANCE : tls.trustManagers());
		KeyManagerFactory keyManagers = tls.keyManagers();
		if (keyManagers != null) {
			builder.keyManager(keyManagers);
		}
	}

}
