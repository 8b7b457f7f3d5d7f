package io.oauthcc.gateway.filter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.oauthcc.gateway.fixture.TestGateway;
import io.oauthcc.gateway.fixture.TokenEndpoint;
import io.oauthcc.gateway.fixture.TokenEndpoint.Call;
import io.oauthcc.gateway.fixture.Upstream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.ReactiveOAuth2AuthorizedClientManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A configuration file that changes under a gateway, and Spring Cloud's refresh.
 */
class RebindIntegrationTests {

	private static final String CONFIGURATION = """
			spring.cloud.gateway.server.webflux.routes:
			  - id: one
			    uri: <upstream>
			    predicates: [Path=/one/**]
			    filters: [OAuthClientCredentials=one]
			  - id: two
			    uri: <upstream>
			    predicates: [Path=/two/**]
			    filters: [OAuthClientCredentials=two]
			  - id: inline
			    uri: <upstream>
			    predicates: [Path=/inline/**]
			    filters:
			      - name: OAuthClientCredentials
			        args:
			          clientId: inline
			          clientSecret: inline-secret
			""";

	private static final String FILE = """
			oauth-cc:
			  defaults:
			    url: <idp>
			    audience: <audience>
			  middlewares:
			    one:
			      clientId: one
			      clientSecret: <one>
			      <more>
			    two:
			      clientId: two
			      clientSecret: <two>
			""";

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.oauthcc.gateway");

	private final TokenEndpoint idp = TokenEndpoint.start();

	private final Upstream upstream = Upstream.start();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path directory;

	@SuppressWarnings("NullAway.Init")
	private TestGateway gateway;

	@BeforeEach
	void start() throws IOException {
		write("a", "one-secret", "two-secret", "");
		this.gateway = TestGateway.start(file(), CONFIGURATION, Map.of("upstream", this.upstream.url()));
		this.log.start();
		this.logger.addAppender(this.log);
		this.idp.answer((call) -> TokenEndpoint.token("token-" + this.idp.calls().size()));
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.log);
		this.gateway.close();
		this.upstream.close();
		this.idp.close();
	}

	@Test
	void refreshWhenOneSecretChangesThenThatMiddlewareTakesIt() throws IOException {
		call("one");
		call("two");
		write("a", "one-changed", "two-secret", "");
		refresh();
		assertThat(call("one").authorization()).isEqualTo(TestGateway.basic("one", "one-changed"));
		// The other keeps its token.
		get("two");
		assertThat(this.idp.calls()).hasSize(3);
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void refreshWhenDefaultChangesThenNamedAndInlineTakeIt() throws IOException {
		assertThat(call("one").form()).containsEntry("audience", "a");
		assertThat(call("inline").form()).containsEntry("audience", "a");
		write("b", "one-secret", "two-secret", "");
		refresh();
		assertThat(call("one").form()).containsEntry("audience", "b");
		// The gateway makes its routes anew in the background.
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			get("inline");
			assertThat(last().authorization()).isEqualTo(TestGateway.basic("inline", "inline-secret"));
		});
		assertThat(last().form()).containsEntry("audience", "b");
	}

	@Test
	void refreshWhenOneMiddlewareBecomesWrongThenItStaysAndTheOtherChanges() throws IOException {
		write("a", "one-changed", "two-changed", "cache: {skew: -1s}");
		refresh();
		assertThat(call("one").authorization()).isEqualTo(TestGateway.basic("one", "one-secret"));
		assertThat(call("two").authorization()).isEqualTo(TestGateway.basic("two", "two-changed"));
		assertThat(errors()).contains("middleware 'one'", "cache.skew")
			.doesNotContain("one-changed", "one-secret", "'two'");
		write("a", "one-again", "two-changed", "");
		refresh();
		assertThat(call("one").authorization()).isEqualTo(TestGateway.basic("one", "one-again"));
		this.log.list.clear();
		// The same fault as before is told again.
		write("a", "one-changed", "two-changed", "cache: {skew: -1s}");
		refresh();
		assertThat(errors()).contains("middleware 'one'", "cache.skew");
	}

	@Test
	void refreshWhenDefaultBecomesWrongThenAllStayAsTheyWere() throws IOException {
		write("'${no.such.property}'", "one-changed", "two-changed", "");
		refresh();
		assertThat(call("one").authorization()).isEqualTo(TestGateway.basic("one", "one-secret"));
		for (int count = 0; count < 20; count++) {
			get("inline");
		}
		assertThat(last().form()).containsEntry("audience", "a");
		assertThat(errors()).contains("audience", "nothing resolves the placeholder");
	}

	@Test
	void refreshWhenMiddlewareGoesAndComesBackThenItsManagerHasTheNewSettings() throws IOException {
		ReactiveOAuth2AuthorizedClientManager manager = this.gateway.context()
			.getBean(Middlewares.class)
			.authorizedClientManager("two");
		Files.writeString(file(),
				"oauth-cc.middlewares.one: {url: '%s', clientId: one, clientSecret: x}".formatted(this.idp.url()));
		refresh();
		write("a", "one-secret", "two-changed", "");
		refresh();
		manager
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("two")
				.principal(new TestingAuthenticationToken("any", "any"))
				.build())
			.block(Duration.ofSeconds(10));
		assertThat(last().authorization()).isEqualTo(TestGateway.basic("two", "two-changed"));
	}

	@Test
	void refreshWhenSettingsOfTheStartChangeThenSaysSo() throws IOException {
		write("a", "one-secret", "two-secret", "");
		Files.writeString(file(), Files.readString(file()) + "  resilience.bulkhead.max-concurrent-calls: 300\n");
		refresh();
		assertThat(this.log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getFormattedMessage()).contains("takes effect at the next start");
		});
	}

	private String errors() {
		StringBuilder errors = new StringBuilder();
		this.log.list.stream()
			.filter((event) -> event.getLevel() == Level.ERROR)
			.forEach((event) -> errors.append(event.getFormattedMessage()));
		return errors.toString();
	}

	private void refresh() {
		this.gateway.context().getBean(ContextRefresher.class).refresh();
	}

	private Call call(String route) {
		get(route);
		return last();
	}

	private Call last() {
		return this.idp.calls().get(this.idp.calls().size() - 1);
	}

	private void get(String route) {
		this.gateway.client().get().uri("/" + route + "/x").exchange().expectStatus().isOk();
	}

	private Path file() {
		return this.directory.resolve("changing.yml");
	}

	private void write(String audience, String one, String two, String more) throws IOException {
		Files.writeString(file(),
				FILE.replace("<idp>", this.idp.url())
					.replace("<audience>", audience)
					.replace("<one>", one)
					.replace("<two>", two)
					.replace("<more>", more));
	}

}
