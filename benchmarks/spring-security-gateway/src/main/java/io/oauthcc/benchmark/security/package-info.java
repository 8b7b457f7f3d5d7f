/**
 * A gateway without the starter that does the same job, as one would write it with what
 * Spring Security and Spring Cloud Gateway bring.
 */
@NullMarked
package io.oauthcc.benchmark.security;

import org.jspecify.annotations.NullMarked;
