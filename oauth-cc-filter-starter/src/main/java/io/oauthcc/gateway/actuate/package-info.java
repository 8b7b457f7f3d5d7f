/**
 * What an operator sees of the middlewares.
 */
@NullMarked
package io.oauthcc.gateway.actuate;

import org.jspecify.annotations.NullMarked;
