package io.oauthcc.gateway.autoconfigure;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.oauthcc.gateway.filter.OAuthClientCredentialsGatewayFilterFactory;
import io.oauthcc.gateway.secret.AbsentSecretResolver;
import io.oauthcc.gateway.secret.kubernetes.KubernetesSecretResolver;
import io.oauthcc.gateway.secret.kubernetes.LazyKubernetesClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration for references to Kubernetes secrets. Nothing asks for a cluster
 * before an option refers to one.
 */
@AutoConfiguration(afterName = "org.springframework.cloud.kubernetes.fabric8.Fabric8AutoConfiguration")
@ConditionalOnEnabledFilter(OAuthClientCredentialsGatewayFilterFactory.class)
@EnableConfigurationProperties(SecretsProperties.class)
public final class KubernetesSecretsAutoConfiguration {

	/** How Spring Cloud Kubernetes lets users name the namespace. */
	private static final String NAMESPACE = "spring.cloud.kubernetes.client.namespace";

	/**
	 * With the client there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(KubernetesClient.class)
	static class WithClient {

		@Bean
		LazyKubernetesClient oauthccKubernetesClient(ObjectProvider<KubernetesClient> client) {
			return new LazyKubernetesClient(client::getIfUnique);
		}

		@Bean
		KubernetesSecretResolver kubernetesSecretResolver(LazyKubernetesClient client, SecretsProperties properties,
				Environment environment) {
			String configured = properties.kubernetes().namespace();
			String namespace = StringUtils.hasText(configured) ? configured : environment.getProperty(NAMESPACE);
			return new KubernetesSecretResolver(client, StringUtils.hasText(namespace) ? namespace : null);
		}

	}

	/**
	 * Without it.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.fabric8.kubernetes.client.KubernetesClient")
	static class WithoutClient {

		@Bean
		AbsentSecretResolver absentKubernetesSecretResolver() {
			// A constant: the class itself is not loaded.
			return new AbsentSecretResolver(KubernetesSecretResolver.PREFIX, "io.fabric8:kubernetes-client");
		}

	}

}
