package io.oauthcc.gateway;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.oauthcc.gateway.claims.TestJwts;
import io.oauthcc.gateway.filter.OAuthClientCredentialsOptions;
import io.oauthcc.gateway.fixture.MarkdownPage;
import io.oauthcc.gateway.secret.SecretReference;
import io.oauthcc.gateway.secret.SecretResolver;
import io.oauthcc.gateway.secret.SecretSnapshot;
import io.oauthcc.gateway.secret.SecretValue;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.PropertiesPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each block of YAML in the documentation starts a gateway and holds no property that
 * nobody reads. What a block is, its first key tells; a part of a configuration is put
 * where it belongs. Identity providers have a page with a test of its own.
 */
class DocumentationYamlTests {

	private static final Path HELD_ELSEWHERE = Path.of("docs", "identity-providers.md");

	/** Of a length that a store's secret may have, and nothing that is known. */
	private static final String TEXT = "0123456789abcdef";

	/** Nobody is there, and nobody is asked before a request comes. */
	private static final String NOBODY = "127.0.0.1:9";

	private static final Pattern SERVER = Pattern.compile("(?<=https?://)[\\w.-]+(?::\\d+)?|(?<=[ /])redis:6379");

	private static final Pattern FILE = Pattern.compile("(?<![\\w/.])/(?:etc|var)/[\\w./-]+");

	private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)}");

	private static final HeldCertificate certificate = new HeldCertificate.Builder().commonName("Documented").build();

	/** What Spring Boot, Spring Cloud and this starter read, as they tell the IDE. */
	private static final Set<String> known = new HashSet<>();

	private final ReactiveWebApplicationContextRunner gateway = new ReactiveWebApplicationContextRunner()
		.withUserConfiguration(Application.class)
		.withPropertyValues("oauth-cc.secrets.fail-fast=true");

	@BeforeAll
	static void readMetadata() throws IOException {
		for (URL metadata : DocumentationYamlTests.class.getClassLoader()
			.resources("META-INF/spring-configuration-metadata.json")
			.toList()) {
			try (InputStream in = metadata.openStream()) {
				new JsonMapper().readTree(in)
					.path("properties")
					.forEach((property) -> known.add(property.path("name").asString()));
			}
		}
		assertThat(known).contains("oauth-cc.middlewares", "spring.cloud.gateway.server.webflux.routes");
	}

	static Stream<MarkdownPage.Block> blocks() {
		return MarkdownPage.all()
			.stream()
			.filter((page) -> !page.path().equals(HELD_ELSEWHERE))
			.flatMap((page) -> page.blocks().stream())
			.filter((block) -> block.tag().equals("yaml"));
	}

	@ParameterizedTest
	@MethodSource("blocks")
	void blockWhenReadThenStartsGateway(MarkdownPage.Block block, @TempDir Path directory) throws IOException {
		check(block.text(), directory);
	}

	@Test
	void optionsWhenMovedFromTraefikThenTheSame() {
		List<Map<String, Object>> shown = blocks().filter((block) -> block.page().path().endsWith("traefik.md"))
			.map((block) -> asMap(new Yaml().load(block.text())))
			.toList();
		assertThat(shown.get(1).get("oauth-cc.middlewares.orders-token")).isEqualTo(optionsOfTraefik(shown.get(0)));
	}

	@Test
	void checkWhenOptionIsMisspeltThenFails(@TempDir Path directory) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> check("url: https://idp.example/token\nscope: a", directory))
			.withMessageContaining("scope");
	}

	@Test
	void checkWhenPropertyIsMisspeltThenFails(@TempDir Path directory) {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> check("oauth-cc.secrets.fileRoot: /etc/idp", directory))
			.withMessageContaining("oauth-cc.secrets.file-root");
	}

	@Test
	void checkWhenManifestHasUnknownFieldThenFails(@TempDir Path directory) {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> check("rules: [{verb: [get]}]", directory))
			.withMessageContaining("verb");
	}

	private void check(String text, Path directory) throws IOException {
		Map<String, Object> yaml = asMap(new Yaml().load(text));
		String kind = String.valueOf(yaml.get("apiVersion"));
		if (kind.startsWith("traefik.io/")) {
			start(route(Map.of("name", "OAuthClientCredentials", "args", optionsOfTraefik(yaml))), directory);
		}
		else if (yaml.containsKey("apiVersion")) {
			validate(yaml);
		}
		else if (yaml.containsKey("rules")) {
			yaml.putAll(Map.of("apiVersion", "rbac.authorization.k8s.io/v1", "kind", "Role"));
			validate(yaml);
		}
		else if (yaml.containsKey("filters")) {
			start(route(((List<?>) Objects.requireNonNull(yaml.get("filters"))).toArray()), directory);
		}
		else if (options().containsAll(yaml.keySet())) {
			Map<String, Object> options = new TreeMap<>(Map.of("url", "https://idp.example/token"));
			options.putAll(yaml);
			start(Map.of("oauth-cc", Map.of("middlewares", Map.of("documented", options))), directory);
		}
		else {
			start(yaml, directory);
		}
	}

	private static Object optionsOfTraefik(Map<String, Object> middleware) {
		return Objects.requireNonNull(asMap(asMap(middleware.get("spec")).get("plugin")).get("oAuthClientCredentials"));
	}

	private static Set<String> options() {
		return Arrays.stream(BeanUtils.getPropertyDescriptors(OAuthClientCredentialsOptions.class))
			.map(PropertyDescriptor::getName)
			.collect(Collectors.toSet());
	}

	private static Map<String, Object> route(Object... filters) {
		return Map.of("spring.cloud.gateway.server.webflux.routes", List.of(Map.of("id", "documented", "uri",
				"http://service", "predicates", List.of("Path=/documented/**"), "filters", List.of(filters))));
	}

	private void start(Map<String, Object> yaml, Path directory) throws IOException {
		String text = SERVER.matcher(new Yaml().dump(yaml)).replaceAll(NOBODY);
		text = files(text, directory);
		YamlPropertiesFactoryBean factory = new YamlPropertiesFactoryBean();
		factory.setResources(new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)));
		PropertiesPropertySource properties = new PropertiesPropertySource("documented",
				Objects.requireNonNull(factory.getObject()));
		assertThat(properties.getPropertyNames())
			.allSatisfy((name) -> assertThat(isKnown(dashed(name))).as(dashed(name)).isTrue());
		Matcher variables = VARIABLE.matcher(text);
		this.gateway
			.withPropertyValues(variables.results().map((name) -> name.group(1) + "=" + TEXT).toArray(String[]::new))
			.withInitializer((context) -> context.getEnvironment().getPropertySources().addFirst(properties))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	/** Makes what is at absolute paths, below a directory that goes away. */
	private static String files(String text, Path directory) throws IOException {
		Matcher files = FILE.matcher(text);
		while (files.find()) {
			Path file = directory.resolve(files.group().substring(1));
			if (text.substring(0, files.start()).matches("(?s).*file-?[rR]oots: (?:\\S+,)*$")) {
				Files.createDirectories(file);
				continue;
			}
			Files.createDirectories(file.getParent());
			Files.writeString(file, content(file.getFileName().toString()));
		}
		return files.replaceAll((file) -> directory + file.group());
	}

	/** What a file or a secret's key of that name would hold. */
	private static String content(String name) {
		if (name.endsWith(".key")) {
			return certificate.privateKeyPkcs8Pem();
		}
		if (name.endsWith(".crt") || name.endsWith(".pem")) {
			return certificate.certificatePem();
		}
		return name.equals("token") ? TestJwts.jwt("{\"iss\":\"https://cluster\",\"sub\":\"gateway\"}") : TEXT;
	}

	private static boolean isKnown(String property) {
		for (String name = property; !name.isEmpty(); name = parent(name)) {
			if (known.contains(name)) {
				return true;
			}
		}
		return false;
	}

	private static String parent(String name) {
		return name.substring(0, Math.max(0, Math.max(name.lastIndexOf('.'), name.lastIndexOf('['))));
	}

	private static String dashed(String name) {
		return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
	}

	private static void validate(Map<String, Object> manifest) {
		Class<? extends KubernetesResource> type = Objects
			.requireNonNull(new KubernetesSerialization().getRegisteredKubernetesResource(
					String.valueOf(manifest.get("apiVersion")), String.valueOf(manifest.get("kind"))));
		// Fabric8's classes take any field; without that, one that they do not know
		// fails.
		new ObjectMapper().setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
			@Override
			public Boolean hasAnySetter(Annotated annotated) {
				return false;
			}
		}).convertValue(manifest, type);
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> asMap(Object yaml) {
		assertThat(yaml).isInstanceOf(Map.class);
		return (Map<String, Object>) yaml;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		/** In the place of a cluster's: there is every secret, with every key. */
		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SecretResolver everySecret() {
			return new SecretResolver() {
				@Override
				public String prefix() {
					return "urn:k8s:secret:";
				}

				@Override
				public SecretReference parse(String text) {
					String[] parts = text.split(":");
					assertThat(parts).hasSize(5);
					return new SecretReference(text, text, parts[4]);
				}

				@Override
				public Flux<SecretSnapshot> snapshots(String secret) {
					String key = secret.substring(secret.lastIndexOf(':') + 1);
					SecretValue value = new SecretValue.Present(content(key));
					return Flux.concat(
							Flux.just(new SecretSnapshot(Map.of(key, value), new SecretValue.Missing("none", "None."))),
							Flux.never());
				}
			};
		}

	}

}
