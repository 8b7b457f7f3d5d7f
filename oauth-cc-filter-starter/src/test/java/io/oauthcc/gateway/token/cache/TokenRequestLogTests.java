package io.oauthcc.gateway.token.cache;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.oauthcc.gateway.token.AccessTokenException;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.gateway.token.AccessTokenRequest;
import io.oauthcc.gateway.token.ClientCredentials;
import io.oauthcc.gateway.token.MutableClock;
import io.oauthcc.gateway.token.TestGrants;
import io.oauthcc.gateway.token.TokenKeyGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class TokenRequestLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(TokenRequestLog.class);

	private final ListAppender<ILoggingEvent> events = new ListAppender<>();

	private final MutableClock clock = new MutableClock();

	private final TokenRequestLog log = new TokenRequestLog(this.clock);

	private final AccessTokenRequest request = new TokenKeyGenerator()
		.requestsOf(TestGrants.grant().tokenUri("https://idp.example:8443/token?key=hush").build())
		.with(ClientCredentials.of("hush-id", "hush-secret"));

	@BeforeEach
	void listen() {
		this.events.start();
		this.logger.addAppender(this.events);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.events);
	}

	@Test
	void failureWhenToldThenNamesWhomItConcernsAndNothingSecret() {
		fail(AccessTokenFailure.TIMEOUT);
		ILoggingEvent event = warnings().get(0);
		assertThat(keyValues(event)).containsEntry("middleware", "orders")
			.containsEntry("tokenEndpoint", "idp.example:8443")
			.containsEntry("failure", "TIMEOUT")
			.containsEntry("untold", "0");
		assertThat(event.getFormattedMessage()).startsWith("No token for orders from https://idp.example:8443/token: ")
			.doesNotContain("hush");
	}

	@Test
	void failuresWhenAlikeThenOneLineAndTheirNumberLater() {
		for (int call = 0; call < 5; call++) {
			fail(AccessTokenFailure.TIMEOUT);
		}
		fail(AccessTokenFailure.UNREACHABLE);
		assertThat(warnings()).hasSize(2);
		this.clock.advance(Duration.ofSeconds(10));
		fail(AccessTokenFailure.TIMEOUT);
		ILoggingEvent latest = warnings().get(2);
		assertThat(keyValues(latest)).containsEntry("untold", "4");
		assertThat(latest.getFormattedMessage()).contains("4 more like it before");
	}

	private void fail(AccessTokenFailure failure) {
		this.log.failed(this.request, new AccessTokenException(failure, "no"));
	}

	private List<ILoggingEvent> warnings() {
		return this.events.list.stream().filter((event) -> event.getLevel() == Level.WARN).toList();
	}

	private static Map<String, String> keyValues(ILoggingEvent event) {
		return event.getKeyValuePairs()
			.stream()
			.collect(Collectors.toMap((pair) -> pair.key, (pair) -> String.valueOf(pair.value)));
	}

}
