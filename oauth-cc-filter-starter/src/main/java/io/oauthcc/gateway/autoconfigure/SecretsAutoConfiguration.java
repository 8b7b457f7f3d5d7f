package io.oauthcc.gateway.autoconfigure;

import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.secret.FileSecretResolver;
import io.oauthcc.gateway.secret.SecretResolver;
import io.oauthcc.gateway.secret.Secrets;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for secrets that options refer to.
 */
@AutoConfiguration(after = KubernetesSecretsAutoConfiguration.class)
@ConditionalOnEnabledFilter(OAuthClientCredentialsGatewayFilterFactory.class)
@EnableConfigurationProperties(SecretsProperties.class)
public final class SecretsAutoConfiguration {

	@Bean
	FileSecretResolver fileSecretResolver(SecretsProperties properties) {
		return new FileSecretResolver(properties.fileRoots());
	}

	@Bean
	Secrets oauthccSecrets(ObjectProvider<SecretResolver> resolvers) {
		return new Secrets(resolvers.orderedStream().toList());
	}

}
