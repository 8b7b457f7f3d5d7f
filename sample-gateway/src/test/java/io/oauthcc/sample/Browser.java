package io.oauthcc.sample;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.stream.Stream;

import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A Chromium without a window, which knows no host but this one.
 */
final class Browser implements AutoCloseable {

	private final ChromeDriver driver;

	private Browser(ChromeDriver driver) {
		this.driver = driver;
	}

	/**
	 * Start a browser.
	 */
	static Browser start() {
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		logs.enable(LogType.PERFORMANCE, Level.ALL);
		ChromeOptions options = new ChromeOptions();
		options.setBinary(System.getProperty("test.chromium"));
		options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
		options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
				"--disable-background-networking", "--hide-scrollbars",
				"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost");
		// Given the driver, Selenium looks for none and downloads none.
		ChromeDriverService service = new ChromeDriverService.Builder()
			.usingDriverExecutable(new File(System.getProperty("test.chromedriver")))
			.build();
		ChromeDriver driver = new ChromeDriver(service, options);
		return new Browser(driver);
	}

	/** Make the view as large as this, in pixels. */
	void resize(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	void open(String url) {
		this.driver.get(url);
	}

	/** The text of the one element. */
	String text(String selector) {
		return element(selector).getText();
	}

	/** The texts of all elements, in their order. */
	List<String> texts(String selector) {
		return elements(selector).map(WebElement::getText).toList();
	}

	/** What a screen reader calls the elements. */
	List<String> accessibleNames(String selector) {
		return elements(selector).map(Browser::nameOf).toList();
	}

	String attribute(String selector, String name) {
		return String.valueOf(element(selector).getDomAttribute(name));
	}

	void click(String selector) {
		element(selector).click();
	}

	/** Presses a key on whatever has the focus. */
	void press(Keys key) {
		this.driver.switchTo().activeElement().sendKeys(key);
	}

	/** What a screen reader calls the element that has the focus. */
	String focused() {
		return nameOf(this.driver.switchTo().activeElement());
	}

	private static String nameOf(WebElement element) {
		return Objects.requireNonNullElse(element.getAccessibleName(), "");
	}

	String run(String script) {
		return String.valueOf(this.driver.executeScript(script));
	}

	void prefer(String colorScheme) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme),
						Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
	}

	/**
	 * What the page, and the browser about it, wrote to the console since the last call.
	 */
	List<String> console() {
		return log(LogType.BROWSER).map(LogEntry::getMessage).toList();
	}

	/** The URLs of all requests since the last call. */
	List<String> requests() {
		return log(LogType.PERFORMANCE).map((entry) -> new JsonMapper().readTree(entry.getMessage()).path("message"))
			.filter((message) -> message.path("method").asString().equals("Network.requestWillBeSent"))
			.map((message) -> url(message.path("params")))
			.toList();
	}

	private static String url(JsonNode request) {
		return request.path("request").path("url").asString();
	}

	void screenshot(Path file) throws IOException {
		Files.createDirectories(file.getParent());
		Files.write(file, this.driver.getScreenshotAs(OutputType.BYTES));
	}

	private Stream<LogEntry> log(String type) {
		return this.driver.manage().logs().get(type).getAll().stream();
	}

	private WebElement element(String selector) {
		return this.driver.findElement(By.cssSelector(selector));
	}

	private Stream<WebElement> elements(String selector) {
		return this.driver.findElements(By.cssSelector(selector)).stream();
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}
