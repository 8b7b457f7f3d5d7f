/**
 * What an access token is and how to ask for one. No gateway and no Spring Boot.
 */
@NullMarked
package io.oauthcc.gateway.token;

import org.jspecify.annotations.NullMarked;
