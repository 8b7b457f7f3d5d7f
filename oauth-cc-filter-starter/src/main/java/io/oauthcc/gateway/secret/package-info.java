/**
 * Where a configured value really comes from: references to secrets, and what they stand
 * for now.
 */
@NullMarked
package io.oauthcc.gateway.secret;

import org.jspecify.annotations.NullMarked;
