/**
 * What callers in large numbers, and hostile ones, do to a gateway in a process of its
 * own: see {@code benchmarks/cold.sh} and {@code benchmarks/hostile.sh}.
 */
@NullMarked
package io.oauthcc.benchmark.load;

import org.jspecify.annotations.NullMarked;
