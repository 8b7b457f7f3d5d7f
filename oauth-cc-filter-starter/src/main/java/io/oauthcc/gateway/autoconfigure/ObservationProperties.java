package io.oauthcc.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is observed of token requests.
 *
 * @param propagate Whether requests to token endpoints carry the trace on that they
 * belong to, by headers such as traceparent.
 */
@ConfigurationProperties("oauth-cc.observation")
record ObservationProperties(@DefaultValue("false") boolean propagate) {

}
