/**
 * The harness finds faults: here are gateways that have one.
 */
@NullMarked
package io.oauthcc.benchmark.load;

import org.jspecify.annotations.NullMarked;
