/**
 * What fleets of gateways ask of token endpoint, Redis and heap: a formula, and small
 * fleets to hold it to.
 */
@NullMarked
package io.oauthcc.benchmark.scale;

import org.jspecify.annotations.NullMarked;
