/**
 * What tokens in memory take of the heap, by its histogram.
 */
@NullMarked
package io.oauthcc.benchmark.memory;

import org.jspecify.annotations.NullMarked;
