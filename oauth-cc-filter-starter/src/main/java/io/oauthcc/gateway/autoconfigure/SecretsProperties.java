package io.oauthcc.gateway.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import jakarta.validation.Valid;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets that options refer to.
 *
 * @param fileRoots Directories below which urn:file:path may read, none by default.
 * @param failFast Whether the start fails without a secret; else the middlewares that
 * refer to it answer 503 until it is there.
 * @param rotationGrace Time for which a token that was obtained with former credentials
 * goes on serving, 0s to 1h.
 * @param kubernetes Secrets of Kubernetes.
 */
@ConfigurationProperties("oauth-cc.secrets")
@Validated
record SecretsProperties(@DefaultValue List<Path> fileRoots, @DefaultValue("false") boolean failFast,
		@DefaultValue("60s") @DurationMin(seconds = 0) @DurationMax(hours = 1) Duration rotationGrace,
		@DefaultValue @Valid Kubernetes kubernetes) {

	/**
	 * Secrets of Kubernetes.
	 *
	 * @param namespace Namespace of the secrets, the gateway's own by default.
	 */
	record Kubernetes(@Nullable String namespace) {

	}

}
