package io.oauthcc.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.oauthcc.sample.demo.Demo;
import io.oauthcc.sample.demo.DemoPorts;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The demo's page in Chromium.
 */
@Tag("page")
@Timeout(60)
class DemoPageIntegrationTests {

	private static final String REMEMBERED = "remembers that the same was refused";

	@AutoClose
	private static Demo demo;

	@AutoClose
	private static Browser browser;

	@BeforeAll
	@Timeout(120)
	static void start() {
		// At gateway level short enough to see a renewal, at application level too long
		// for one.
		demo = Demo.start(DemoPorts.random(), lifetime("demo-gateway", "12s"), lifetime("demo-application", "300s"));
		browser = Browser.start();
	}

	private static String lifetime(String client, String lifetime) {
		return "spring.security.oauth2.authorizationserver.client.%s.token.access-token-time-to-live=%s"
			.formatted(client, lifetime);
	}

	private String page = "";

	@BeforeEach
	void openWithoutTokens() {
		browser.resize(1240, 1100);
		browser.prefer("light");
		open(demo);
		for (String name : List.of("route:application", "route:gateway", "reader")) {
			browser.click(row(name) + " button");
			awaiting().untilAsserted(() -> assertThat(browser.texts("#life li"))
				.anyMatch((event) -> event.matches("\\S+ ?" + name + ": (evicted|nothing to evict)")));
		}
	}

	private void open(Demo demo) {
		browser.open("about:blank");
		browser.requests();
		this.page = demo.pageUrl();
		browser.open(this.page);
		awaiting().untilAsserted(() -> assertThat(browser.text("#live")).startsWith("Live"));
	}

	@AfterEach
	void assertNoErrorAndNoOtherHost() {
		assertThat(browser.console()).isEmpty();
		assertThat(browser.requests()).isNotEmpty()
			.allSatisfy((url) -> assertThat(url).matches("data:,|\\Q%s\\E(/.*)?".formatted(this.page)));
	}

	@ParameterizedTest
	@CsvSource({ "application, route:application, demo-application", "gateway, route:gateway, demo-gateway",
			"named, reader, demo-gateway" })
	void buttonWhenNoTokenInMemoryThenWayByTokenEndpointAndClaims(String call, String middleware, String client) {
		send(call);
		assertThat(browser.text("#status")).isEqualTo("200");
		assertThat(states()).isEqualTo("lit lit lit lit");
		assertThat(browser.text("#endpoint p")).isEqualTo("issued a token");
		assertThat(browser.text("#service p")).startsWith("received Authorization: Bearer ");
		assertThat(claim("sub")).isEqualTo(client);
		assertThat(browser.text(row(middleware) + " .cached")).isEqualTo("1");
		assertThat(browser.text(row(middleware) + " .expiry")).matches("in \\d+ s");
		assertThat(browser.text("#life li")).contains(middleware + ": obtained from the token endpoint");
	}

	@Test
	void buttonWhenTokenInMemoryThenWayWithoutTokenEndpoint() {
		send("application");
		String token = claim("jti");
		int fromMemory = number("route:application", "memory");
		send("application");
		assertThat(states()).isEqualTo("lit lit skipped lit");
		assertThat(browser.text("#gateway p")).isEqualTo("has a token in memory");
		assertThat(claim("jti")).isEqualTo(token);
		assertThat(number("route:application", "memory")).isEqualTo(fromMemory + 1);
	}

	@Test
	void buttonWhenCredentialsAreWrongThenUnauthorizedWithChallengeAndServiceNotCalled() {
		int before = demo.upstream().requests();
		awaiting().untilAsserted(() -> {
			send("wrong");
			assertThat(browser.text("#gateway p")).isNotEqualTo(REMEMBERED);
		});
		assertThat(browser.text("#request")).startsWith("curl -u demo-application:wrong ");
		assertUnauthorized();
		assertThat(states()).isEqualTo("lit failed failed skipped");
		assertThat(browser.text("#endpoint p")).isEqualTo("refused the id and secret");
		send("wrong");
		assertUnauthorized();
		assertThat(states()).isEqualTo("lit failed skipped skipped");
		assertThat(browser.text("#gateway p")).isEqualTo(REMEMBERED);
		assertThat(demo.upstream().requests()).isEqualTo(before);
	}

	private static void assertUnauthorized() {
		assertThat(browser.text("#status")).isEqualTo("401");
		assertThat(browser.text("#challenge")).startsWith("WWW-Authenticate: Basic realm=");
		assertThat(browser.texts("#claims tr")).containsExactly("no token");
	}

	@Test
	void buttonWhenPlainRouteThenServiceWithoutToken() {
		send("plain");
		assertThat(browser.text("#status")).isEqualTo("200");
		assertThat(states()).isEqualTo("lit lit skipped lit");
		assertThat(browser.text("#service p")).isEqualTo("received no token");
		assertThat(browser.texts("#claims tr")).containsExactly("no token");
	}

	@Test
	void evictWhenTokenInMemoryThenNextRequestGetsNewToken() {
		send("application");
		String token = claim("jti");
		browser.click(row("route:application") + " button");
		awaiting().untilAsserted(() -> assertThat(browser.text("#life li")).endsWith("route:application: evicted"));
		assertThat(browser.text(row("route:application") + " .cached")).isEqualTo("0");
		send("application");
		assertThat(browser.text("#endpoint p")).isEqualTo("issued a token");
		assertThat(claim("jti")).isNotEmpty().isNotEqualTo(token);
	}

	@Test
	void repeatWhenTokenAgesThenRenewedInBackgroundAndPictureTaken() throws Exception {
		send("named");
		send("wrong");
		send("gateway");
		int renewed = number("route:gateway", "renewed");
		int obtained = number("route:gateway", "endpoint");
		int fromMemory = number("route:gateway", "memory");
		browser.click("#repeat");
		awaiting()
			.untilAsserted(() -> assertThat(number("route:gateway", "memory")).isGreaterThanOrEqualTo(fromMemory + 2));
		// The time between a renewal being due and the token's end may be as short as
		// that between two of the page's own requests.
		awaiting().pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
			send("gateway");
			assertThat(number("route:gateway", "renewed")).isGreaterThan(renewed);
		});
		assertThat(browser.texts("#life li"))
			.anyMatch((event) -> event.endsWith("route:gateway: renewed in the background"));
		assertThat(number("route:gateway", "endpoint")).isEqualTo(obtained);
		browser.click("#repeat");
		send("application");
		browser.resize(1240, Integer.parseInt(browser.run("return document.documentElement.scrollHeight")));
		browser.screenshot(Path.of("target", "demo.png"));
	}

	@Test
	void tokenWhenNobodyUsesItThenExpires() {
		send("named");
		awaiting().untilAsserted(() -> assertThat(browser.texts("#life li"))
			.anyMatch((event) -> event.endsWith("reader: no longer used, close to its expiry")));
		assertThat(browser.text(row("reader") + " .cached")).isEqualTo("0");
	}

	@Test
	void buttonWhenTokenEndpointIsGoneThenUnavailableAndLastFailureShown() {
		try (Demo other = Demo.start(DemoPorts.random())) {
			other.idp().close();
			open(other);
			send("gateway");
			assertThat(browser.text("#status")).isEqualTo("503");
			assertThat(states()).isEqualTo("lit failed failed skipped");
			String failure = browser.text("#endpoint p");
			assertThat(failure).startsWith("unreachable: ");
			assertThat(browser.text(row("route:gateway") + " .failure")).endsWith(failure);
			assertThat(browser.text("#life li")).endsWith("route:gateway: no token: " + failure);
			browser.open("about:blank");
		}
	}

	@Test
	void pageWhenNarrowThenNothingSticksOut() {
		browser.resize(320, 700);
		send("application");
		assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo("320");
	}

	@Test
	void pageWhenUsedByKeyboardThenButtonsInOrderAndPressed() {
		open(demo);
		for (String name : List.of("Application level", "Wrong secret", "Gateway level", "Named middleware", "Plain")) {
			browser.press(Keys.TAB);
			assertThat(browser.focused()).startsWith(name);
		}
		browser.press(Keys.ENTER);
		awaiting().untilAsserted(() -> assertThat(browser.text("#status")).isEqualTo("200"));
		assertThat(browser.focused()).startsWith("Plain");
	}

	@Test
	void pageWhenReadAloudThenEverythingHasName() {
		assertThat(browser.attribute("html", "lang")).isEqualTo("en");
		assertThat(browser.accessibleNames("button, input, table, section, [role], progress:not([hidden])"))
			.hasSizeGreaterThan(10)
			.doesNotContain("");
		assertThat(browser.accessibleNames("#tokens button")).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@ValueSource(strings = { "light", "dark" })
	void pageWhenColorSchemeThenTextHasContrast(String colorScheme) throws Exception {
		browser.prefer(colorScheme);
		for (String call : List.of("application", "wrong", "plain")) {
			send(call);
			assertThat(browser.run(script("/demo-page-contrast.js"))).isEqualTo("[]");
		}
		browser.screenshot(Path.of("target", "demo-" + colorScheme + ".png"));
	}

	private static String script(String name) throws IOException {
		try (InputStream script = DemoPageIntegrationTests.class.getResourceAsStream(name)) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/** Presses the button and waits for the answer. */
	private static void send(String call) {
		browser.run("document.getElementById('request').textContent = ''");
		browser.click("[data-call=" + call + "]");
		awaiting().untilAsserted(() -> assertThat(browser.text("#request")).startsWith("curl "));
	}

	private static String states() {
		return Stream.of("caller", "gateway", "endpoint", "service")
			.map((step) -> browser.attribute("#" + step, "data-state"))
			.collect(Collectors.joining(" "));
	}

	private static String claim(String name) {
		return browser.texts("#claims tr")
			.stream()
			.filter((row) -> row.startsWith(name + " "))
			.map((row) -> row.substring(name.length() + 1))
			.findFirst()
			.orElse("");
	}

	private static int number(String middleware, String field) {
		return Integer.parseInt(browser.text(row(middleware) + " ." + field));
	}

	private static String row(String middleware) {
		return "#tokens [data-middleware='" + middleware + "']";
	}

	private static ConditionFactory awaiting() {
		return Awaitility.await().atMost(Duration.ofSeconds(20));
	}

}
