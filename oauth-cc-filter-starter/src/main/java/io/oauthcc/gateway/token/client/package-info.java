/**
 * One request to a token endpoint: client authentication, parameters, limits, errors.
 */
@NullMarked
package io.oauthcc.gateway.token.client;

import org.jspecify.annotations.NullMarked;
