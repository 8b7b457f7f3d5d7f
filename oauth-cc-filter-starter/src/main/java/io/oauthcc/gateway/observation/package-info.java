/**
 * What an operator sees of requests: who the client is, in traces and in the access log.
 */
@NullMarked
package io.oauthcc.gateway.observation;

import org.jspecify.annotations.NullMarked;
