/**
 * What the rounds of {@code throughput.sh} come to.
 */
@NullMarked
package io.oauthcc.benchmark.throughput;

import org.jspecify.annotations.NullMarked;
