package io.oauthcc.gateway.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The access log.
 *
 * @param enabled Whether the logger 'oauthcc.access' gets a line for each request, in the
 * common log format.
 */
@ConfigurationProperties("oauth-cc.access-log")
record AccessLogProperties(@DefaultValue("false") boolean enabled) {

}
