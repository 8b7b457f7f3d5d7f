/**
 * The sample gateway with an identity provider and an upstream to try it with, all in one
 * JVM.
 */
@NullMarked
package io.oauthcc.sample.demo;

import org.jspecify.annotations.NullMarked;
