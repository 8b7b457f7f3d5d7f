/**
 * Tokens in memory, and one token request in flight for each.
 */
@NullMarked
package io.oauthcc.gateway.token.cache;

import org.jspecify.annotations.NullMarked;
