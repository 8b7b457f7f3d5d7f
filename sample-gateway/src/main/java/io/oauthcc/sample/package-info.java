/**
 * A gateway as a user writes it: nothing but configuration.
 */
@NullMarked
package io.oauthcc.sample;

import org.jspecify.annotations.NullMarked;
