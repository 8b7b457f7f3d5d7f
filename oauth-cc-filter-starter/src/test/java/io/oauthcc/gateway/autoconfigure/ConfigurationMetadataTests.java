package io.oauthcc.gateway.autoconfigure;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

import io.oauthcc.gateway.filter.OAuthClientCredentialsOptions;
import io.oauthcc.gateway.filter.StoreOptions;
import io.oauthcc.gateway.filter.UpstreamUnauthorizedAction;
import io.oauthcc.gateway.token.ClientAuthentication;
import io.oauthcc.gateway.token.ProxySettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The metadata for the IDE say what the code does.
 */
class ConfigurationMetadataTests {

	private static final List<Class<?>> BOUND = List.of(AccessLogProperties.class, HealthProperties.class,
			ObservationProperties.class, ResilienceProperties.class, SecretsProperties.class,
			TokenCacheProperties.class);

	private final JsonNode metadata = read();

	private final Map<String, JsonNode> properties = properties();

	@Test
	void propertiesWhenReadThenDescribed() {
		assertThat(this.properties).isNotEmpty();
		this.properties.forEach((name, property) -> {
			assertThat(property.path("description").asString("")).as(name)
				.matches("(?s)[A-Z].*\\.")
				.doesNotMatch("(?s)(The|A) .*");
			assertThat(property.path("description").asString("").startsWith("Whether ")).as(name)
				.isEqualTo(property.path("type").asString("").equals("java.lang.Boolean"));
		});
	}

	@Test
	void propertiesWhenReadThenAreThoseOfTheCodeWithTypeAndDefault() {
		Map<String, Option> options = new TreeMap<>();
		ofBean("oauth-cc.defaults", new OAuthClientCredentialsOptions(), options);
		Binder binder = Binder.get(new StandardEnvironment());
		for (Class<?> type : BOUND) {
			String prefix = Objects.requireNonNull(type.getAnnotation(ConfigurationProperties.class)).value();
			ofRecord(prefix, (Record) binder.bindOrCreate(prefix, Bindable.of(type)), options);
		}
		options.put("oauth-cc.middlewares",
				new Option(
						"java.util.Map<java.lang.String,%s>".formatted(OAuthClientCredentialsOptions.class.getName()),
						Map.of()));
		options.put("oauth-cc.stores",
				new Option("java.util.Map<java.lang.String,%s>".formatted(StoreOptions.class.getName()), Map.of()));
		assertThat(this.properties.keySet()).filteredOn((name) -> name.startsWith("oauth-cc."))
			.containsExactlyInAnyOrderElementsOf(options.keySet());
		options.forEach((name, option) -> {
			JsonNode property = Objects.requireNonNull(this.properties.get(name));
			assertThat(property.path("type").asString()).as(name).isEqualTo(option.type());
			assertThat(defaultOf(property, option.value())).as(name).isEqualTo(option.value());
		});
	}

	private static @Nullable Object defaultOf(JsonNode property, @Nullable Object value) {
		String stated = property.path("defaultValue").asString(null);
		if (stated != null && value != null) {
			return ApplicationConversionService.getSharedInstance().convert(stated, value.getClass());
		}
		boolean empty = (value instanceof Collection<?> collection && collection.isEmpty())
				|| (value instanceof Map<?, ?> map && map.isEmpty());
		return empty ? value : stated;
	}

	@Test
	void hintsWhenReadThenAreOfPropertiesThatThereAre() {
		hints().keySet().forEach((name) -> assertThat(this.properties).containsKey(name.replaceAll("\\.keys$", "")));
	}

	@Test
	void hintsWhenPropertyIsOneOfSeveralThenNameAllAsTheyAreDocumented() {
		assertThat(hints()).containsEntry("oauth-cc.defaults.client-authentication",
				Arrays.stream(ClientAuthentication.values()).map(ClientAuthentication::value).toList());
		assertThat(hints().get("oauth-cc.defaults.on-upstream-unauthorized"))
			.containsExactlyInAnyOrderElementsOf(lowerCase(UpstreamUnauthorizedAction.values()));
		assertThat(hints().get("oauth-cc.defaults.client-config.proxy.type"))
			.containsExactlyInAnyOrderElementsOf(lowerCase(ProxySettings.Type.values()));
		this.properties.forEach((name, property) -> {
			Class<?> type = classOf(property.path("type").asString());
			if (name.startsWith("oauth-cc.") && type != null && type.isEnum()) {
				assertThat(hints()).containsKey(name);
				assertThat(hints().getOrDefault(name, List.of())).isNotEmpty()
					.allSatisfy(
							(value) -> assertThat(ApplicationConversionService.getSharedInstance().convert(value, type))
								.isNotNull());
			}
		});
	}

	private static @Nullable Class<?> classOf(String type) {
		return ClassUtils.isPresent(type, null) ? ClassUtils.resolveClassName(type, null) : null;
	}

	private static List<String> lowerCase(Enum<?>[] values) {
		return Arrays.stream(values).map((value) -> value.name().toLowerCase(Locale.ROOT)).toList();
	}

	private Map<String, List<String>> hints() {
		Map<String, List<String>> hints = new TreeMap<>();
		for (JsonNode hint : this.metadata.path("hints")) {
			List<String> values = new ArrayList<>();
			hint.path("values").forEach((value) -> values.add(value.path("value").asString()));
			hints.put(hint.path("name").asString(), values);
		}
		return hints;
	}

	private Map<String, JsonNode> properties() {
		Map<String, JsonNode> properties = new TreeMap<>();
		this.metadata.path("properties")
			.forEach((property) -> properties.put(property.path("name").asString(), property));
		return properties;
	}

	private static JsonNode read() {
		try (InputStream in = ConfigurationMetadataTests.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return new JsonMapper().readTree(Objects.requireNonNull(in));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void ofBean(String prefix, Object bean, Map<String, Option> options) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(bean.getClass())) {
			if (property.getWriteMethod() == null) {
				continue;
			}
			String name = prefix + "." + dashed(property.getName());
			Object value = ReflectionUtils.invokeMethod(property.getReadMethod(), bean);
			if (value != null && isGroup(value)) {
				ofBean(name, value, options);
			}
			else {
				options.put(name,
						new Option(typeOf(ResolvableType.forMethodReturnType(property.getReadMethod())), value));
			}
		}
	}

	private static boolean isGroup(Object value) {
		return value.getClass().getPackage() == OAuthClientCredentialsOptions.class.getPackage()
				&& !(value instanceof Enum);
	}

	private static void ofRecord(String prefix, Record record, Map<String, Option> options) {
		for (RecordComponent component : record.getClass().getRecordComponents()) {
			String name = prefix + "." + dashed(component.getName());
			ReflectionUtils.makeAccessible(component.getAccessor());
			Object value = ReflectionUtils.invokeMethod(component.getAccessor(), record);
			if (value instanceof Record group) {
				ofRecord(name, group, options);
			}
			else {
				options.put(name,
						new Option(typeOf(ResolvableType.forMethodReturnType(component.getAccessor())), value));
			}
		}
	}

	/** As the metadata write it. */
	private static String typeOf(ResolvableType type) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.resolve(Object.class));
		List<String> arguments = Arrays.stream(type.getGenerics()).map(ConfigurationMetadataTests::typeOf).toList();
		return arguments.isEmpty() ? raw.getName() : raw.getName() + "<" + String.join(",", arguments) + ">";
	}

	private static String dashed(String camelCase) {
		return camelCase.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private record Option(String type, @Nullable Object value) {

	}

}
