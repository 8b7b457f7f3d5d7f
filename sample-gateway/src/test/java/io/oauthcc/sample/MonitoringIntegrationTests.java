package io.oauthcc.sample;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.gateway.observation.OAuthCcMeter;
import io.oauthcc.gateway.token.AccessTokenFailure;
import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoGateway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dashboards, rules, alerts and pages name what Prometheus gets from a running gateway.
 */
@ExtendWith(DemoExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(90)
class MonitoringIntegrationTests {

	/** A gateway without Redis sends it no command. */
	private static final String STORE_COMMANDS = "oauthcc_store_command_seconds";

	/** Prometheus's own, on all series. */
	private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

	private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

	private final Map<String, Set<String>> documented = Series.documented(OAuthCcMeter.TOKEN_REQUEST);

	private final Map<String, Set<String>> scraped = new TreeMap<>();

	private final Map<String, Set<String>> known = new TreeMap<>();

	@BeforeAll
	void scrape(Demo demo) throws Exception {
		List<String> arguments = new ArrayList<>(demo.gatewayArguments());
		arguments.add("--oauth-cc.middlewares.reader.store.secret=demo-store-secret-0123456789-abc");
		arguments.add("--oauth-cc.middlewares.reader.store.redis.endpoints=127.0.0.1:" + closedPort());
		try (DemoGateway gateway = DemoGateway.start(0, arguments)) {
			String application = gateway.url() + "/application/x";
			String user = Objects.requireNonNull(demo.requests().get(0).user());
			assertThat(Caller.get(application, user).statusCode()).isEqualTo(200);
			assertThat(Caller.get(application, user).statusCode()).isEqualTo(200);
			assertThat(Caller.get(application, "demo-application:wrong").statusCode()).isEqualTo(401);
			assertThat(Caller.get(gateway.url() + "/gateway/x").statusCode()).isEqualTo(200);
			assertThat(Caller.get(gateway.url() + "/named/x").statusCode()).isEqualTo(200);
			String scrape = Caller.get(gateway.url() + "/actuator/prometheus").body();
			assertThat(scrape).doesNotContain("demo-application", "demo-gateway-secret", "demo-store-secret");
			this.scraped.putAll(Series.in(scrape));
		}
		this.known.putAll(this.scraped);
		this.documented.forEach((name, labels) -> {
			if (name.startsWith(STORE_COMMANDS)) {
				this.known.put(name, labels);
			}
		});
		for (MonitoringFiles.Rule rule : MonitoringFiles.rules()) {
			if (!rule.records().isEmpty()) {
				this.known.put(rule.records(), rule.query().resultLabels());
			}
		}
	}

	private static int closedPort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	@Test
	void scrapeWhenGatewayIsCalledThenSeriesAsDocumented() {
		Map<String, Set<String>> expected = new TreeMap<>(this.documented);
		expected.keySet().removeIf((name) -> name.startsWith(STORE_COMMANDS));
		assertThat(this.scraped).isEqualTo(expected);
	}

	@Test
	void dashboardsWhenReadThenAskForSeriesThatThereAre() throws IOException {
		assertKnown(MonitoringFiles.dashboards());
	}

	@Test
	void dashboardsWhenReadThenShowEveryMeter() throws IOException {
		List<String> asked = MonitoringFiles.dashboards()
			.stream()
			.flatMap((query) -> query.metrics().stream())
			.toList();
		assertThat(OAuthCcMeter.values()).allSatisfy(
				(meter) -> assertThat(asked).anyMatch((name) -> name.startsWith(meter.meterName().replace('.', '_'))));
	}

	@Test
	void rulesWhenReadThenAskForSeriesThatThereAre() throws IOException {
		assertKnown(MonitoringFiles.rules().stream().map(MonitoringFiles.Rule::query).toList());
	}

	@Test
	void alertsWhenReadThenLeadToSectionOfThePage() throws IOException {
		List<String> sections = MonitoringFiles.pages()
			.stream()
			.filter((page) -> page.place().equals("operations.md"))
			.flatMap((page) -> page.text().lines())
			.filter((line) -> line.startsWith("## "))
			.map((line) -> "docs/operations.md#"
					+ line.substring("## ".length()).toLowerCase(Locale.ROOT).replace(' ', '-'))
			.toList();
		assertThat(MonitoringFiles.rules().stream().filter((rule) -> rule.records().isEmpty())).isNotEmpty()
			.allSatisfy((alert) -> assertThat(sections).as(alert.query().place()).contains(alert.runbook()));
	}

	@Test
	void testsOfAlertsWhenReadThenHaveSeriesThatThereAre() throws IOException {
		assertKnown(MonitoringFiles.testSeries());
	}

	@Test
	void pagesWhenReadThenNameSeriesThatThereAre() throws IOException {
		List<String> named = new ArrayList<>();
		for (Query page : MonitoringFiles.pages()) {
			page.metrics().forEach((name) -> {
				assertThat(this.known).as(page.place()).containsKey(name);
				named.add(name);
			});
		}
		assertThat(named)
			.containsAll(this.scraped.keySet().stream().filter((name) -> !name.endsWith("_bucket")).toList());
	}

	private void assertKnown(List<Query> queries) {
		assertThat(queries).isNotEmpty().allSatisfy((query) -> {
			assertThat(query.metrics()).isNotEmpty();
			Set<String> labels = new TreeSet<>(OF_PROMETHEUS);
			query.selectors().forEach((name, selectedBy) -> {
				assertThat(this.known).as(query.place()).containsKey(name);
				Set<String> ofSeries = new TreeSet<>(OF_PROMETHEUS);
				ofSeries.addAll(this.known.getOrDefault(name, Set.of()));
				assertThat(ofSeries).as(query.place()).containsAll(selectedBy);
				labels.addAll(ofSeries);
			});
			labels.add("value");
			assertThat(labels).as(query.place()).containsAll(query.resultLabels());
			query.values().forEach((label, values) -> {
				Set<String> possible = valuesOf(label);
				if (!possible.isEmpty()) {
					assertThat(possible).as(query.place()).containsAll(values);
				}
			});
		});
	}

	/** Of a tag whose values are known beforehand; else empty. */
	private static Set<String> valuesOf(String label) {
		Map<String, Set<String>> possible = new HashMap<>();
		for (OAuthCcMeter.Tag tag : List.of(OAuthCcMeter.Tag.OUTCOME, OAuthCcMeter.Tag.SOURCE, OAuthCcMeter.Tag.ACTION,
				OAuthCcMeter.Tag.REASON, OAuthCcMeter.Tag.COMMAND)) {
			possible.put(tag.key(),
					CODE.matcher(tag.possibleValues())
						.results()
						.map((code) -> code.group(1))
						.collect(Collectors.toSet()));
		}
		possible.put(OAuthCcMeter.Tag.FAILURE.key(),
				Stream
					.concat(Stream.of("none", "cancelled", "other"),
							Arrays.stream(AccessTokenFailure.values())
								.map((failure) -> failure.name().toLowerCase(Locale.ROOT)))
					.collect(Collectors.toSet()));
		return possible.getOrDefault(label, Set.of());
	}

}
