/**
 * The store between processes: entries, cipher, lease, events.
 */
@NullMarked
package io.oauthcc.gateway.token.redis;

import org.jspecify.annotations.NullMarked;
