/**
 * Who tries one pair of client id and secret after the other, and is turned away.
 */
@NullMarked
package io.oauthcc.gateway.attempt;

import org.jspecify.annotations.NullMarked;
