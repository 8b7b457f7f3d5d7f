/**
 * What a token says: the claims of a JWT, expressions over them, and their text for a
 * header.
 */
@NullMarked
package io.oauthcc.gateway.claims;

import org.jspecify.annotations.NullMarked;
