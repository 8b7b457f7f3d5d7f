package io.oauthcc.gateway.filter;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The options class, the tables in the documentation and the metadata for the IDE name
 * the same.
 */
class OptionTableTests {

	private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\|([^|]*)\\|[^|]*\\|[^|]+\\|$");

	private static final Pattern PROPERTY_ROW = Pattern.compile("^\\| `([a-z.-]+)` \\|([^|]*)\\|[^|]+\\|$");

	@Test
	void tableWhenReadThenHasEveryOptionWithItsDefault() throws IOException {
		assertThat(table()).containsExactlyInAnyOrderEntriesOf(options("", new OAuthClientCredentialsOptions()));
	}

	@Test
	void tablesOfPropertiesWhenReadThenHaveAllThatAreKnown() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		propertyTable(Path.of("..", "docs", "options.md")).forEach(documented::put);
		propertyTable("faults.md").forEach((name, value) -> documented.put("resilience." + name, value));
		propertyTable("secrets.md").forEach((name, value) -> documented.put("secrets." + name, value));
		assertThat(documented.keySet()).map((name) -> "oauth-cc." + name)
			.containsExactlyInAnyOrderElementsOf(
					MiddlewareProperties.COMMON.stream().map(ConfigurationPropertyName::toString).toList());
		Map<String, String> described = defaults("oauth-cc.");
		described.keySet().removeIf((name) -> name.matches("(defaults|middlewares|stores)(\\..*)?"));
		assertThat(documented.keySet()).isEqualTo(described.keySet());
	}

	@Test
	void tableOfGatewayWhenReadThenHasEveryPropertyWithItsDefault() throws IOException {
		Map<String, String> documented = propertyTable(Path.of("..", "docs", "options.md"));
		assertThat(documented).isNotEmpty();
		assertThat(defaults("oauth-cc.")).containsAllEntriesOf(documented);
	}

	@Test
	void tableOfResilienceWhenReadThenHasEveryPropertyWithItsDefault() throws IOException {
		assertThat(propertyTable("faults.md")).isNotEmpty().isEqualTo(defaults("oauth-cc.resilience."));
	}

	@Test
	void tableOfSecretsWhenReadThenHasEveryPropertyWithItsDefault() throws IOException {
		Map<String, String> documented = propertyTable("secrets.md");
		documented.replace("kubernetes.namespace", "the gateway's own", "");
		assertThat(documented).isNotEmpty().isEqualTo(defaults("oauth-cc.secrets."));
	}

	private static Map<String, String> propertyTable(String page) throws IOException {
		return propertyTable(Path.of("..", "docs", page));
	}

	private static Map<String, String> propertyTable(Path page) throws IOException {
		Map<String, String> documented = new TreeMap<>();
		for (String line : Files.readAllLines(page)) {
			Matcher row = PROPERTY_ROW.matcher(line);
			if (row.matches()) {
				documented.put(row.group(1), row.group(2).trim());
			}
		}
		return documented;
	}

	private static Map<String, String> defaults(String prefix) throws IOException {
		Map<String, String> defaults = new TreeMap<>();
		try (InputStream in = OptionTableTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			new JsonMapper().readTree(Objects.requireNonNull(in)).get("properties").forEach((property) -> {
				String name = property.get("name").stringValue();
				if (name.startsWith(prefix)) {
					defaults.put(name.substring(prefix.length()), property.path("defaultValue").asString(""));
				}
			});
		}
		return defaults;
	}

	private static Map<String, String> table() throws IOException {
		Map<String, String> table = new LinkedHashMap<>();
		boolean inTable = false;
		for (String line : Files.readAllLines(Path.of("..", "docs", "options.md"))) {
			inTable = line.startsWith("<!-- options") || (inTable && !line.startsWith("<!-- end of options"));
			Matcher row = ROW.matcher(line);
			if (inTable && row.matches()) {
				table.put(row.group(1), row.group(2).replace("`", "").replace("required", "").trim());
			}
		}
		return table;
	}

	private static Map<String, String> options(String prefix, Object bean) {
		Map<String, String> options = new LinkedHashMap<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(bean.getClass())) {
			if (property.getWriteMethod() == null) {
				continue;
			}
			Object value = ReflectionUtils.invokeMethod(property.getReadMethod(), bean);
			if (value != null && OptionNames.isGroup(value.getClass())) {
				options.putAll(options(prefix + property.getName() + ".", value));
			}
			else {
				options.put(prefix + property.getName(), print(value));
			}
		}
		return options;
	}

	private static String print(@Nullable Object value) {
		if (value == null || (value instanceof Collection<?> collection && collection.isEmpty())
				|| (value instanceof Map<?, ?> map && map.isEmpty())) {
			return "";
		}
		if (value instanceof Duration duration) {
			if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
				return DurationStyle.SIMPLE.print(duration, ChronoUnit.MILLIS);
			}
			ChronoUnit unit = (duration.compareTo(Duration.ofHours(1)) < 0) ? ChronoUnit.SECONDS : ChronoUnit.HOURS;
			return DurationStyle.SIMPLE.print(duration, unit);
		}
		return (value instanceof DataSize) ? value.toString() : value.toString().toLowerCase(Locale.ROOT);
	}

}
