package io.oauthcc.gateway.filter;

import java.beans.PropertyDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.oauthcc.gateway.secret.AbsentSecretResolver;
import io.oauthcc.gateway.secret.FileSecretResolver;
import io.oauthcc.gateway.secret.Secrets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OptionMask} and {@link OptionExposure}.
 */
class OptionMaskTests {

	private final OptionMask mask = new OptionMask(new Secrets(
			List.of(new FileSecretResolver(List.of()), new AbsentSecretResolver("urn:k8s:secret:", "none"))));

	@ParameterizedTest
	@ValueSource(strings = { "clientSecret", "client-secret", "client_secret", "CLIENT_SECRET", "CLIENTSECRET",
			"clientSecret[0]", "privateKey.key", "private-key.password", "PRIVATE_KEY.KEY", "dpopKey", "dpop-key",
			"store.secret", "store.previousSecrets", "store.previousSecrets[0]", "store.previous-secrets.0",
			"STORE.PREVIOUS_SECRETS[1]", "store.redis.password", "store.redis.sentinel.password", "store.redis.tls.key",
			"clientConfig.tls.key", "clientConfig.tls.keyPassword", "client-config.proxy.password" })
	void maskWhenSecretInAnySpellingThenMasked(String option) {
		assertThat(this.mask.mask(option, "hush")).isEqualTo("******");
		assertThat(this.mask.isPlainSecret(option, "hush")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "headers.X-Api-Key", "headers[X-Api-Key]", "HEADERS.x", "parameters.clientId",
			"parameters[url]", "parameters.scopes[0]", "headers", "clientSecrets", "clientId.clientSecret", "store", "",
			".", "[", "]", "a..b", "[]", "_genkey_1", "clientConfig.tls.cert", "privateKey.certificate",
			"assertionFile" })
	void maskWhenNotKnownToBeHarmlessThenMasked(String option) {
		assertThat(this.mask.mask(option, "hush")).isEqualTo("******");
		assertThat(this.mask.isPlainSecret(option, "hush")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "middleware", "_genkey_0", "clientId", "client-id", "CLIENT_ID", "clientID", "scopes",
			"scopes[0]", "forwardHeaders.X-Group", "forward-headers[X-Group]", "cache.skew", "store.name", "url",
			"store.redis.endpoints[0]" })
	void maskWhenNoSecretThenShown(String option) {
		assertThat(this.mask.mask(option, "shown")).isEqualTo("shown");
	}

	@ParameterizedTest
	@CsvSource({ "https://idp/token, https://idp/token", "https://idp/token?key=hush, https://idp/token?******",
			"https://idp/token#hush, https://idp/token#******", "https://me:hush@idp/token, ******",
			"https://idp/token?a=b@c, https://idp/token?******", "https://a?hush=1;https://b, https://a?******" })
	void maskWhenAddressThenMaskedFromItsQueryOn(String url, String shown) {
		assertThat(this.mask.mask("url", url)).isEqualTo(shown);
		assertThat(this.mask.mask("resource[0]", url)).isEqualTo(shown);
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:file:/run/secret", "urn:k8s:secret:name:key", " urn:file:/a ",
			"urn:file:/a,urn:file:/b", "", " " })
	void maskWhenReferenceOrNothingThenShown(String value) {
		assertThat(this.mask.mask("clientSecret", value)).isEqualTo(value);
		assertThat(this.mask.isPlainSecret("clientSecret", value)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "urn:file:/a hush", "hush urn:file:/a", "urn:other:hush", "URN:FILE:/a", "#{'hush'}" })
	void maskWhenNotOnlyReferencesThenMasked(String value) {
		assertThat(this.mask.mask("store.previousSecrets", value)).isEqualTo("******");
	}

	@Test
	void exposureWhenOptionIsNewThenDecided() {
		Map<OptionExposure, Set<String>> options = options("", OAuthClientCredentialsOptions.class).entrySet()
			.stream()
			.collect(Collectors.groupingBy(Map.Entry::getValue,
					Collectors.mapping(Map.Entry::getKey, Collectors.toSet())));
		assertThat(options.get(OptionExposure.HIDDEN)).containsExactlyInAnyOrder("assertionFile", "parameters",
				"headers", "forwardHeaders", "privateKey.certificate", "clientConfig.tls.ca", "clientConfig.tls.cert",
				"store.redis.tls.ca", "store.redis.tls.cert");
		assertThat(options.get(OptionExposure.SECRET)).hasSize(12);
		assertThat(options.get(OptionExposure.SHOWN))
			.noneMatch((option) -> option.matches("(?i).*(secret|password|\\bkey)"));
	}

	private static Map<String, OptionExposure> options(String prefix, Class<?> type) {
		Map<String, OptionExposure> options = new TreeMap<>();
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
			String name = prefix + property.getName();
			if (OptionNames.isGroup(property.getPropertyType())) {
				options.putAll(options(name + ".", property.getPropertyType()));
			}
			else if (property.getWriteMethod() != null) {
				options.put(name, OptionExposure.of(ConfigurationPropertyName.adapt(name, '.')));
			}
		}
		return options;
	}

}
