package io.oauthcc.gateway.autoconfigure;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The memory that all middlewares share.
 *
 * @param maximumSize Tokens kept in memory at most, 1 to 1000000.
 */
@ConfigurationProperties("oauth-cc.cache")
@Validated
record TokenCacheProperties(@DefaultValue("10000") @Min(1) @Max(1_000_000) int maximumSize) {

}
